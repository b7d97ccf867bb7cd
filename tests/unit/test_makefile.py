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
