"""Fifty figures in one browser, with each set of flags and Lambda's share of CPU."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from renderer.figures.graphs import make_graphs
from renderer.findings.frames import make_frames
from tests.bench.histories import make_history
from tests.images.bundle import Box
from tests.images.conftest import RENDERER
from tests.images.rootfs import Rootfs
from tests.images.sandbox import run_once

ROUNDS = 5
SOAK = Path(__file__).with_name("soak.py")


@cache
def figures() -> Mapping[str, Any]:
    """Make the figures of a year's history, five times over."""
    ranges = make_graphs(make_frames(make_history(8760), ZoneInfo("Asia/Tokyo")))
    graphs = [graph for each in ranges for graph in (each.increments, each.total)]
    return {
        f"{number} {graph.name}": graph.figure
        for number in range(ROUNDS)
        for graph in graphs
    }


def soak(renderer_image: Rootfs, tmp_path: Path, flagset: str) -> dict[str, Any]:
    """Draw them in the image; return the report."""
    asked = tmp_path / "figures.json"
    asked.write_text(json.dumps(figures()))
    files = {"/mnt/figures.json": asked, "/mnt/soak.py": SOAK}
    box = Box(renderer_image, RENDERER, {}, files)
    draw = f"HOME=/tmp PYTHONPATH=/var/task python /mnt/soak.py {flagset}"
    done = run_once(box, ["sh", "-c", f"{draw} < /mnt/figures.json"], timeout_s=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_fifty_figures_are_the_same_bytes_with_each_set_of_flags(
    renderer_image: Rootfs, tmp_path: Path
) -> None:
    """Both draw all fifty, each repetition alike, and the two sets alike."""
    single = soak(renderer_image, tmp_path, "single")
    multi = soak(renderer_image, tmp_path, "multi")
    for report in (single, multi):
        assert report["error"] is None
        assert len(report["digests"]) == len(figures())
        assert len(set(report["digests"].values())) == len(figures()) / ROUNDS
        # More than now and then would say that this build cannot be relied on.
        assert len(report["failures"]) <= 5, report["failures"]
    assert single["digests"] == multi["digests"]
