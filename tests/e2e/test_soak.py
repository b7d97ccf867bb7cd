"""The short form of `make soak`: what the stack holds on to over a few fast hours."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.soak.__main__ import judge
from tests.soak.counts import Counts

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".browser"
FEW = Counts(7, 0, 24, 40, 26, 100, 6, 36, 9_000_000, 2_000_000, 450_000_000)


def test_a_few_hours_leave_nothing_behind() -> None:
    """No process, descriptor, thread or file more, and disk and memory in bounds."""
    env = {
        "BROWSER_PATH": str(INSTALLED / "chromium"),
        "PLOTLY_JS": str(INSTALLED / "plotly.min.js"),
        **os.environ,
        "TICKS": "4",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak"],
        cwd=ROOT,
        env={name: value for name, value in env.items() if name != "DATA"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("grown", "said"),
    [
        ({"threads": 23, "files": 35}, []),
        ({"threads": 26, "files": 41, "go_descriptors": 120}, []),
        ({"processes": 8}, ["processes 7 -> 8"]),
        ({"zombies": 1}, ["zombies 0 -> 1"]),
        ({"threads": 27}, ["threads 24 -> 27"]),
        ({"descriptors": 43}, ["descriptors 40 -> 43"]),
        ({"volumes": 8}, ["volumes 6 -> 8"]),
        ({"files": 42}, ["files 36 -> 42"]),
        ({"go_descriptors": 121}, ["go_descriptors 100 -> 121"]),
        ({"disk_bytes": 12_000_001}, ["disk 12,000,001 bytes, more than 12,000,000"]),
        ({"memory_bytes": 500_000_001}, ["memory 500,000,001 bytes"]),
    ],
)
def test_what_has_grown_is_named(grown: dict[str, int], said: list[str]) -> None:
    """Each count has its bound, and what has shrunk is no matter."""
    assert judge([FEW, FEW, replace(FEW, **grown)]) == said


def test_a_long_run_is_compared_with_its_tenth_tick() -> None:
    """What the first ticks add is there for good; what comes later is not."""
    more = replace(FEW, processes=8)
    assert judge([*[FEW] * 9, *[more] * 20]) == []
    assert judge([*[FEW] * 10, *[more] * 20]) == ["processes 7 -> 8"]
