"""The Makefile's own variables: an empty one counts as unset."""

import subprocess
from pathlib import Path

import pytest

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
