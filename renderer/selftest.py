"""Draw with each set of flags where the function really runs, and report.

What only AWS can show (its process limits, its /tmp, its memory) is seen by
invoking this right after a deploy.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from typing import Any

from renderer import theme
from renderer.errors import DrawingError
from renderer.export import Drawing
from renderer.settings import Settings

TIMEOUT_S = 25.0


def selftest(settings: Settings) -> dict[str, Any]:
    """Return for each set of flags how the drawing went."""
    results = {flagset: attempt(settings, flagset) for flagset in settings.flagsets}
    return {
        "outcome": "selftest",
        "flagsets": results,
        "tmp_free_mb": shutil.disk_usage(tempfile.gettempdir()).free // 2**20,
        "version": settings.code,
    }


def attempt(settings: Settings, flagset: str) -> dict[str, Any]:
    """Draw one figure with one set of flags, from a cold browser."""
    start = time.monotonic()
    figure = {
        "data": [{"type": "bar", "x": ["に", "ゃ", "ん"], "y": [1, 2, 3]}],
        "layout": theme.layout("にゃんぱすー", "selftest"),
    }
    try:
        with Drawing(settings.browser, settings.plotly_js, [flagset]) as drawing:
            png = drawing.draw({"selftest": figure}, TIMEOUT_S)["selftest"]
    except DrawingError as error:
        return {"ok": False, "error": str(error)}
    return {
        "ok": True,
        "seconds": round(time.monotonic() - start, 3),
        "bytes": len(png),
    }
