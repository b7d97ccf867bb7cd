"""The browser's driver as the program that it is: figures in, pictures out.

In all other tests it is killed sooner or later. Here it leaves by itself, under
coverage if the tests are, so that its lines and branches are counted with all others.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import coverage
import pytest

from renderer.drawing.flagsets import FLAGSETS
from renderer.drawing.png import find_problem
from renderer.drawing.process import kill_group
from renderer.figures import theme
from tests.integration.conftest import CHECKOUT

LAYOUT = theme.make_layout()
DOUBLE = {**LAYOUT, "meta": {"scale": 2}}
BARS = [{"type": "bar", "y": [1, 2]}]
PROGRAM = ("-m", "renderer.drawing")
# The same program, which gets no processor for a second once its page is on its way.
SLOW = """
import asyncio, choreographer, runpy

send_command = choreographer.Tab.send_command

async def send_slowly(tab, command, *given, **named):
    answer = await send_command(tab, command, *given, **named)
    if command == "Page.navigate":
        await asyncio.sleep(1)
    return answer

choreographer.Tab.send_command = send_slowly
runpy.run_module("renderer.drawing", run_name="__main__")
"""


@pytest.fixture
def env(browser: Path, plotly_js: Path, tmp_path: Path) -> dict[str, str]:
    """Give the environment that it needs."""
    return {
        "BROWSER_PATH": str(browser),
        "PLOTLY_JS": str(plotly_js),
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }


def drive(
    flagset: str,
    figures: Mapping[str, Any],
    env: Mapping[str, str],
    program: Sequence[str] = PROGRAM,
) -> tuple[int, bytes, str]:
    """Give it figures; return its exit code and what it wrote to stdout and stderr."""
    counted = ["-m", "coverage", "run", "--parallel-mode"]
    process = subprocess.Popen(
        [
            sys.executable,
            *(counted if coverage.Coverage.current() else []),
            *program,
            flagset,
        ],
        cwd=CHECKOUT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(json.dumps(figures).encode(), timeout=60)
    finally:
        kill_group(process)
    return process.returncode, out, err.decode()


@pytest.mark.parametrize("flagset", FLAGSETS)
def test_it_draws_each_figure_that_it_is_given_and_leaves(
    env: dict[str, str], flagset: str
) -> None:
    """Each as large as it says, whatever Chromium was started with."""
    figures = {
        "one": {"data": BARS, "layout": LAYOUT},
        "two": {"data": BARS, "layout": DOUBLE},
    }
    code, out, err = drive(flagset, figures, env)
    assert code == 0, err
    pictures = {name: base64.b64decode(png) for name, png in json.loads(out).items()}
    assert pictures.keys() == figures.keys()
    assert find_problem(pictures["one"], theme.WIDTH, theme.HEIGHT) is None
    assert find_problem(pictures["two"], 2 * theme.WIDTH, 2 * theme.HEIGHT) is None


@pytest.mark.parametrize("flagset", FLAGSETS)
def test_a_page_that_is_there_before_it_is_waited_for_is_no_reason_to_wait(
    env: dict[str, str], flagset: str, tmp_path: Path
) -> None:
    """A driver is slower than its page where the machine has other things to do."""
    program = tmp_path / "slow.py"
    program.write_text(SLOW)
    figures = {"one": {"data": BARS, "layout": LAYOUT}}
    env["PYTHONPATH"] = str(CHECKOUT)
    code, out, err = drive(flagset, figures, env, [str(program)])
    assert code == 0, err
    png = base64.b64decode(json.loads(out)["one"])
    assert find_problem(png, theme.WIDTH, theme.HEIGHT) is None


def test_what_goes_wrong_is_one_line_and_an_exit_code(
    env: dict[str, str], tmp_path: Path
) -> None:
    """There is no browser where one should be."""
    env["BROWSER_PATH"] = str(tmp_path / "nothing")
    code, out, err = drive("multi", {}, env)
    assert (code, out) == (1, b"")
    assert err.count("\n") == 1
    assert "Error: " in err
