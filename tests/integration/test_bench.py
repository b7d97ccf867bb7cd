"""What `make bench` compares runs on the product as it is, on a short history."""

import os
import subprocess
from pathlib import Path

import pytest

from infra.local.storage import Storage
from tests.bench import children, collector_cold, run


@pytest.fixture(autouse=True)
def make_it_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure a few readings and events, and all of it once."""
    monkeypatch.setattr(run, "YEAR", 100)
    monkeypatch.setattr(run, "EVENTS", 3)
    monkeypatch.setattr(children, "UNSEEN", 0)
    monkeypatch.setattr(collector_cold, "ROUNDS", 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the environments for all parts once."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.parametrize("part", run.PARTS)
def test_each_part_gives_its_rows(s3_server: Storage, folder: Path, part: str) -> None:
    """Each contender does its work; one that does not would end the bench."""
    for row in run.PARTS[part](s3_server, 1, folder):
        assert len(row.first) == len(row.second) == 1
        assert min(row.first) > 0


def test_the_renderer_runs_on_what_its_image_has(folder: Path) -> None:
    """No plotly.py, which kaleido would import, and of botocore a few services."""
    python = Path(run.like_image(folder))
    [packages] = python.parents[1].glob("lib/python3*/site-packages")
    services = {
        path.parent.parent.name for path in packages.glob("botocore/data/*/*/*")
    }
    assert services == {"s3", "ssm", "sts"}
    found = subprocess.run(
        [python, "-c", "import kaleido, plotly"], capture_output=True
    )
    assert b"No module named 'plotly'" in found.stderr


def test_what_runs_on_one_cpu_starts_no_process_on_others() -> None:
    """And the bench itself is on all of them afterwards."""
    before = os.sched_getaffinity(0)
    with children.on_cpus(1):
        seen = subprocess.check_output(["nproc"], text=True)
    assert int(seen) == 1
    assert os.sched_getaffinity(0) == before
