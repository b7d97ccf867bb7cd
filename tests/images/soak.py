"""Draw many figures in one browser and count what the retries hide.

    python soak.py FLAGSET < figures.json

Runs inside the image. Prints one line of JSON: the seconds, how many figures a
try failed for, and the digest of each picture.
"""

import asyncio
import base64
import hashlib
import json
import os
import sys
from time import monotonic
from typing import Any

import kaleido
from kaleido.errors import KaleidoError

from renderer.drawing.driver import draw_figures

FAILURES: list[str] = []
_calc_fig = kaleido.Kaleido.calc_fig


async def counting_calc_fig(self: Any, *arguments: Any, **options: Any) -> bytes:
    """Draw, and remember a failure before it is passed on."""
    try:
        return bytes(await _calc_fig(self, *arguments, **options))
    except KaleidoError as error:
        FAILURES.append(str(error)[:80])
        raise


async def soak(flagset: str) -> None:
    """Draw all, report, and leave at once: closing the browser could hang."""
    kaleido.Kaleido.calc_fig = counting_calc_fig
    start = monotonic()
    try:
        pictures = await draw_figures(flagset)
        error = None
    except KaleidoError as last:
        pictures, error = {}, str(last)
    digests = {
        name: hashlib.sha256(base64.b64decode(png)).hexdigest()
        for name, png in pictures.items()
    }
    report = {
        "seconds": round(monotonic() - start, 3),
        "failures": FAILURES,
        "error": error,
        "digests": digests,
    }
    print(json.dumps(report), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(soak(sys.argv[1]))
