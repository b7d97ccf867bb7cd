"""Turn figures into PNG bytes within a budget of time, whatever the browser does.

The browser and the Python process that drives it (`browser`) form one process
group. It is started before the figures are known, asked once, and killed; one
retry runs a fresh group with the other set of flags. Nothing survives a
`Drawing`: no process, no thread, no file.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from renderer.drawing.png import find_problem
from renderer.errors import DrawingError

Figure = dict[str, Any]

WORK_PREFIX = "nyanpass-drawing-"
STDERR = "stderr"

logger = logging.getLogger(__name__)


class Drawing:
    """A browser that is already starting, and its successor if it fails."""

    def __init__(self, browser: Path, plotly_js: Path, flagsets: list[str]) -> None:
        """Start a browser with the first of the sets of flags."""
        self._env = {"BROWSER_PATH": str(browser), "PLOTLY_JS": str(plotly_js)}
        self._flagsets = flagsets
        self.retried = False
        self._undo = contextlib.ExitStack()
        sweep_leftovers()
        self._start(flagsets[0])

    def __enter__(self) -> Drawing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    def draw(self, figures: Mapping[str, Figure], timeout_s: float) -> dict[str, bytes]:
        """Return the PNG of each figure, within twice `timeout_s` in all.

        Raises DrawingError when every set of flags failed.
        """
        for flagset in self._flagsets[:-1]:
            try:
                return self._ask(flagset, figures, timeout_s)
            except DrawingError as error:
                logger.warning("%s; trying once more", error)
                self.retried = True
            self._start(self._flagsets[self._flagsets.index(flagset) + 1])
        return self._ask(self._flagsets[-1], figures, timeout_s)

    def _start(self, flagset: str) -> None:
        with contextlib.ExitStack() as undo:
            try:
                self._process, self._stderr = self._spawn(flagset, undo)
            except OSError as error:
                # `draw` will tell: the data are to be published in any case.
                self._problem = f"it cannot be started: {error}"
            else:
                self._problem = ""
                self._undo = undo.pop_all()

    def _spawn(
        self, flagset: str, undo: contextlib.ExitStack
    ) -> tuple[subprocess.Popen[bytes], IO[str]]:
        work = tempfile.mkdtemp(prefix=WORK_PREFIX)
        undo.callback(shutil.rmtree, work, ignore_errors=True)
        stderr = Path(work, STDERR).open("w+", errors="replace")  # noqa: SIM115 - below
        undo.callback(stderr.close)
        fcntl.flock(stderr, fcntl.LOCK_EX)
        # The browser gets no credentials, and no home but this folder: Lambda's
        # does not exist, and what it leaves there would fill /tmp.
        folders = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        env = {**self._env, **dict.fromkeys(folders, work)}
        env |= {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TZ": "UTC"}
        process = subprocess.Popen(
            [sys.executable, "-m", "renderer.drawing.driver", flagset],
            cwd=Path(__file__).parents[2],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
        undo.callback(kill_group, process)
        return process, stderr

    def _ask(
        self, flagset: str, figures: Mapping[str, Figure], timeout_s: float
    ) -> dict[str, bytes]:
        if self._problem:
            raise DrawingError(flagset, self._problem)
        try:
            answer, _ = self._process.communicate(
                json.dumps(figures).encode(), timeout=timeout_s
            )
            if self._process.returncode:
                raise DrawingError(flagset, self._last_words())
            return decode_pictures(json.loads(answer), figures, flagset)
        except subprocess.TimeoutExpired:
            why = f"no answer within {timeout_s:.0f} s; {self._last_words()}"
            raise DrawingError(flagset, why) from None
        finally:
            self._undo.close()

    def _last_words(self) -> str:
        self._stderr.seek(0)
        lines = [line for line in self._stderr.read().splitlines() if line.strip()]
        return " | ".join(lines[-3:])[-600:] or "the browser said nothing"


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all of its group, and reap it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def sweep_leftovers() -> None:
    """Remove the folders of drawings that were killed before they could.

    Lambda kills a function at its timeout and keeps its /tmp. A folder in use is
    locked by those who use it, however many they are on one machine.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{WORK_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / STDERR).open() as stderr:
            fcntl.flock(stderr, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


def decode_pictures(
    answer: Mapping[str, str], figures: Mapping[str, Figure], flagset: str
) -> dict[str, bytes]:
    """Return the checked PNG bytes of each figure asked for."""
    pictures = {}
    for name, figure in figures.items():
        png = base64.b64decode(answer[name])
        if problem := find_problem(png, *picture_size(figure)):
            raise DrawingError(flagset, f"{name} {problem}")
        pictures[name] = png
    return pictures


def picture_size(figure: Figure) -> tuple[int, int]:
    """Return the width and height of a figure's picture."""
    layout = figure["layout"]
    scale = layout.get("meta", {}).get("scale", 1)
    return round(layout["width"] * scale), round(layout["height"] * scale)
