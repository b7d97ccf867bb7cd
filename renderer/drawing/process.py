"""Drawing figures within a limit of time, whatever the browser does.

The browser and the Python process that drives it (`drawing.driver`) are one process
group. The group is started before the figures are known, gets them once, and is
killed. If it fails, a new group tries once more with other flags. Nothing survives a
`Drawing`: no process, dead or alive, no thread, no file.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
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
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import IO

from renderer.drawing.png import find_problem
from renderer.errors import DrawingError
from renderer.figures.figure import Figure, measure_picture

WORK_PREFIX = "nyanpass-drawing-"
STDERR = "stderr"
_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None)

logger = logging.getLogger(__name__)


class Drawing:
    """A browser that is starting, and another one if it fails.

    A context manager: once it is left, no process and no file of it exists any more.
    `retried` tells whether the first browser failed.
    """

    def __init__(self, browser: Path, plotly_js: Path, flagsets: list[str]) -> None:
        """Start the browser with the first of these sets of flags."""
        self._env = {"BROWSER_PATH": str(browser), "PLOTLY_JS": str(plotly_js)}
        self._flagsets = flagsets
        self.retried = False
        self._undo = contextlib.ExitStack()
        remove_leftovers()
        adopt_orphans()
        self._start_driver(flagsets[0])

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
        """Return name -> PNG of all figures; each attempt has `timeout_s`.

        Raises DrawingError if the browser failed with every set of flags.
        """
        for flagset, other in pairwise(self._flagsets):
            try:
                return self._request_pictures(flagset, figures, timeout_s)
            except DrawingError as error:
                logger.warning("%s; trying once more", error)
                self.retried = True
            self._start_driver(other)
        return self._request_pictures(self._flagsets[-1], figures, timeout_s)

    def _start_driver(self, flagset: str) -> None:
        with contextlib.ExitStack() as undo:
            try:
                self._process, self._stderr = self._spawn_driver(flagset, undo)
            except OSError as error:
                # `draw` raises it later: meanwhile the data can be published.
                self._problem = f"it cannot be started: {error}"
            else:
                self._problem = ""
                self._undo = undo.pop_all()

    def _spawn_driver(
        self, flagset: str, undo: contextlib.ExitStack
    ) -> tuple[subprocess.Popen[bytes], IO[str]]:
        work = tempfile.mkdtemp(prefix=WORK_PREFIX)
        undo.callback(shutil.rmtree, work, ignore_errors=True)
        stderr = Path(work, STDERR).open("w+", errors="replace")  # noqa: SIM115 - below
        undo.callback(stderr.close)
        fcntl.flock(stderr, fcntl.LOCK_EX)
        # The browser gets no credentials, and this folder as its only home: the one
        # that Lambda names does not exist, and what is left behind would fill /tmp.
        folders = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        env = {**self._env, **dict.fromkeys(folders, work)}
        env |= {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TZ": "UTC"}
        process = subprocess.Popen(
            [sys.executable, "-m", "renderer.drawing", flagset],
            cwd=Path(__file__).parents[2],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
        undo.callback(kill_group, process)
        return process, stderr

    def _request_pictures(
        self, flagset: str, figures: Mapping[str, Figure], timeout_s: float
    ) -> dict[str, bytes]:
        if self._problem:
            raise DrawingError(flagset, self._problem)
        try:
            answer, _ = self._process.communicate(
                json.dumps(figures).encode(), timeout=timeout_s
            )
            if self._process.returncode:
                raise DrawingError(flagset, self._quote_stderr())
            return decode_pictures(json.loads(answer), figures, flagset)
        except subprocess.TimeoutExpired:
            why = f"no answer within {timeout_s:.0f} s; {self._quote_stderr()}"
            raise DrawingError(flagset, why) from None
        finally:
            self._undo.close()

    def _quote_stderr(self) -> str:
        self._stderr.seek(0)
        lines = [line for line in self._stderr.read().splitlines() if line.strip()]
        return " | ".join(lines[-3:])[-600:] or "the browser said nothing"


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent below this one ends, prctl(2).

    Without it a killed browser is left to the machine's first process, which need not
    wait for it: then it stays as a zombie. Kernels that refuse it leave it at that.
    """
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its whole group, and wait for the end of all of it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    # What the first one has started is ours by now, and what that has started next.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-process.pid, 0)


def remove_leftovers() -> None:
    """Remove the folders of drawings that were killed before they could do it.

    Lambda kills a function at its timeout, but keeps its /tmp. Other drawings of the
    same machine lock the folder that they use, so it stays.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{WORK_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / STDERR).open() as stderr:
            fcntl.flock(stderr, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


def decode_pictures(
    answer: Mapping[str, str], figures: Mapping[str, Figure], flagset: str
) -> dict[str, bytes]:
    """Return name -> PNG of all figures, out of what the driver wrote.

    Raises DrawingError if one is broken, blank or of another size than its figure.
    """
    pictures = {}
    for name, figure in figures.items():
        png = base64.b64decode(answer[name])
        if problem := find_problem(png, *measure_picture(figure)):
            raise DrawingError(flagset, f"{name} {problem}")
        pictures[name] = png
    return pictures
