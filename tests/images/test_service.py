"""The unit for systemd, as systemd itself reads it; none runs here."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from infra.images.commit import ROOT
from infra.images.programs import require_programs

UNIT = ROOT / "infra" / "local" / "nyanpass-count.service"
PLACE = "/opt/nyanpass-count"
# Of 100; a service without any hardening has 96.
MOST_EXPOSED = 20


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give it with this checkout for the place where it is installed."""
    require_programs("systemd-analyze")
    path = tmp_path_factory.mktemp("unit") / UNIT.name
    path.write_text(UNIT.read_text("utf-8").replace(PLACE, str(ROOT)), "utf-8")
    return path


def analyze(*arguments: str) -> str:
    """Run systemd-analyze, and return what it says if it succeeds."""
    done = subprocess.run(
        ["systemd-analyze", *arguments],
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_systemd_finds_no_fault_in_it(unit: Path) -> None:
    """Each line is known, and each program is there."""
    assert not analyze("verify", "--man=no", str(unit))


def test_it_may_do_little_more_than_it_needs(unit: Path) -> None:
    """By systemd's own measure."""
    limit = f"--threshold={MOST_EXPOSED}"
    assert analyze("security", "--offline=true", limit, str(unit))


def test_its_processes_may_end_with_their_parent(unit: Path) -> None:
    """Setpriv, which sees to that, sets its capabilities, to what they are."""
    lines = re.findall(r"^SystemCallFilter=(.*)$", unit.read_text(), re.MULTILINE)
    [allowed] = lines
    assert "capset" in analyze("syscall-filter", allowed).split()
