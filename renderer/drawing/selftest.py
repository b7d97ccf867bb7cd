"""Drawing once with each set of flags, where the function really runs.

`make deploy` asks for it, to see what only AWS can show: whether the browser can live
with the process limits, the /tmp and the memory that a function has there.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from renderer.drawing.process import Drawing
from renderer.errors import DrawingError
from renderer.figures import theme
from renderer.settings import Settings

TIMEOUT_S = 25.0
MEASURE_EVERY_S = 0.02


def run_selftest(settings: Settings) -> dict[str, Any]:
    """Return how the drawing went with each set of flags, and what is free in /tmp."""
    results = {flagset: try_flagset(settings, flagset) for flagset in settings.flagsets}
    return {
        "outcome": "selftest",
        "flagsets": results,
        "tmp_free_mb": shutil.disk_usage(tempfile.gettempdir()).free // 2**20,
        "version": settings.code,
    }


def try_flagset(settings: Settings, flagset: str) -> dict[str, Any]:
    """Draw one figure in a new browser; return whether that went well.

    If so with the seconds that it took, the bytes of the picture and the memory of all
    processes, else with the error.
    """
    start = time.monotonic()
    figure = {
        "data": [{"type": "bar", "x": ["に", "ゃ", "ん"], "y": [1, 2, 3]}],
        "layout": {**theme.make_layout(), "title": {"text": "にゃんぱすー"}},
    }
    try:
        with (
            watch_memory() as peaks,
            Drawing(settings.browser, settings.plotly_js, [flagset]) as drawing,
        ):
            png = drawing.draw({"selftest": figure}, TIMEOUT_S)["selftest"]
    except DrawingError as error:
        return {"ok": False, "error": str(error)}
    return {
        "ok": True,
        "seconds": round(time.monotonic() - start, 3),
        "bytes": len(png),
        "peak_anonymous_mb": max(peaks) // 1024,
    }


@contextlib.contextmanager
def watch_memory() -> Iterator[list[int]]:
    """Measure, while inside, the anonymous memory of all processes again and again.

    Yields the list that the values (kB) are added to.
    """
    seen_kb = [measure_anonymous_kb()]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(MEASURE_EVERY_S):
            seen_kb.append(measure_anonymous_kb())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen_kb
    finally:
        done.set()
        thread.join()


def measure_anonymous_kb() -> int:
    """Return the anonymous memory of all processes in kB.

    Where a function runs, all processes are its own.
    """
    total_kb = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        # A process may end while its status is read.
        with contextlib.suppress(OSError):
            _, _, rest = status.read_text().partition("\nRssAnon:")
            total_kb += int(rest.split(maxsplit=1)[0]) if rest else 0
    return total_kb
