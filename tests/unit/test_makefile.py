"""The Makefile: its variables, its help, and what it asks of the machine first."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import variables

ROOT = Path(__file__).resolve().parents[2]


def read_variables(*arguments: str) -> dict[str, str]:
    """Return what make knows of its variables."""
    done = subprocess.run(
        ["make", "--print-data-base", "--dry-run", "help", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "", "BROWSER_PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split(" := ", 1) for line in done.stdout.splitlines()]
    return {line[0].split()[-1]: line[1] for line in lines if len(line) == 2}


@pytest.mark.parametrize("empty", [(), ("PYTHON=", "BROWSER_PATH=", "PLOTLY_JS=")])
def test_an_empty_variable_is_unset(empty: tuple[str, ...]) -> None:
    """In the environment, and on make's command line."""
    found = read_variables(*empty)
    assert found["PYTHON"] == "python3"
    assert found["BROWSER_PATH"] == f"{ROOT}/.browser/chromium"
    assert found["PLOTLY_JS"] == f"{ROOT}/.browser/plotly.min.js"


def test_a_given_variable_wins() -> None:
    """A browser of one's own, in a folder with a blank."""
    found = read_variables("BROWSER_PATH=/my own/chromium")
    assert found["BROWSER_PATH"] == "/my own/chromium"


def test_what_is_given_goes_on_as_it_is(tmp_path: Path) -> None:
    """A reason is public for ever, and an address may have a dollar."""
    given = "cost $5 (see $HOME), $(shell echo no) # 50%"
    (tmp_path / "show").write_text(
        f'include {ROOT}/Makefile\nshow:\n\t@printf %s "$$REASON"\n'
    )
    done = subprocess.run(
        ["make", "--file", str(tmp_path / "show"), "show", f"REASON={given}"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == given


def run_make(*arguments: str, path: str = "/usr/bin:/bin") -> tuple[int, list[str]]:
    """Run make; return its exit code and the lines that it printed."""
    done = subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={"PATH": path, "PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_help_shows_each_command_with_its_variables() -> None:
    """In groups."""
    code, lines = run_make("help")
    assert code == 0
    assert sum(not line.startswith(" ") for line in lines if line) == 6
    shown = " ".join(lines).split()
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command, names in variables.read_variables(makefile).items():
        assert command in shown
        assert set(names) <= set(shown)


def test_a_variable_that_is_none_stops_everything() -> None:
    """In one line of ours; the other is make's own."""
    code, lines = run_make("rebuild", "DYR=1")
    assert code == 2
    assert lines[0] == (
        "make rebuild: there is no variable DYR of it: it takes DATA, STACK"
    )
    assert len(lines) == 2


MACHINES = {
    "mac": ("uname", 'echo "Darwin arm64"', "Linux on x86-64 is needed"),
    "arm": ("uname", "echo aarch64", "Linux on x86-64 is needed"),
    "musl": ("getconf", "exit 1", "glibc 2.28 or newer is needed"),
    "full": ("df", "echo; echo a b c 1000 d e", "MB of free disk is needed"),
    "no venv": ("python", '[ "$2" != "import ensurepip, venv" ]', "venv is needed"),
    "old": ("python", "exit 1", "Python 3.11 or newer is needed"),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_that_cannot_is_told_first(tmp_path: Path, machine: str) -> None:
    """In one line within a second, before anything is installed."""
    program, body, said = MACHINES[machine]
    fake = tmp_path / program
    fake.write_text(f"#!/bin/sh\n{body}\n")
    fake.chmod(0o755)
    python = str(fake) if program == "python" else sys.executable
    for first in ("first", ""):
        done = subprocess.run(
            ["sh", str(ROOT / "infra/machine.sh"), python, first],
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert done.returncode == 1
        if first:
            assert done.stdout == ""
            assert done.stderr.startswith("make: ")
            assert said in done.stderr
            assert done.stderr.count("\n") == 1
        else:
            assert done.stdout.count("MISSING") >= 1
            assert len(done.stdout.splitlines()) == 6


def test_a_machine_without_python_is_told_first() -> None:
    """With the container as the way on."""
    code, lines = run_make("status", "PYTHON=/nowhere/python3")
    assert code == 2
    assert lines[0].startswith("make: Python 3.11 or newer is needed: ")
    assert "docker compose up" in lines[0]
