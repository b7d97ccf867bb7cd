"""What `make bench` compares runs on the product as it is, on a short history."""

from pathlib import Path

import pytest

from infra.local.storage import Storage
from tests.bench import collector_cold, run
from tests.bench.grounds import make_ours, make_peer

FEW = 100


@pytest.fixture(autouse=True)
def make_it_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure a few readings, and a start once."""
    monkeypatch.setattr(run, "YEAR", FEW)
    monkeypatch.setattr(collector_cold, "ROUNDS", 1)


def test_a_cold_tick_and_its_peer_run(s3_server: Storage, tmp_path: Path) -> None:
    """Each publishes; one that does not would end the bench."""
    ours, peer = make_ours(s3_server, FEW), make_peer(s3_server, FEW, tmp_path)
    assert run.run_cold(ours) > 0
    assert run.run_cold(peer) > 0


@pytest.mark.parametrize("part", ["rebuild", "collector"])
def test_the_other_parts_give_their_row(
    s3_server: Storage, tmp_path: Path, part: str
) -> None:
    """A row with the times of both contenders."""
    [row] = run.PARTS[part](s3_server, 1, tmp_path)
    assert len(row.first) == len(row.second) == 1
