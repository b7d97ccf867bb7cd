"""Start one browser after the other, and let each draw four figures.

    python starts.py FLAGSET NUMBER < figures.json

Runs inside the image. Prints one line of JSON: how many were started, in how many
seconds, the slowest of them, each failure, and how often which bytes were drawn.
"""

import hashlib
import json
import os
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from time import monotonic

from renderer.drawing.process import Drawing
from renderer.errors import DrawingError

BUDGET_S = 25


def start_browsers(flagset: str, number: int) -> dict[str, object]:
    """Draw with so many fresh browsers; return the report."""
    figures = json.load(sys.stdin)
    browser, plotly_js = (Path(os.environ[n]) for n in ("BROWSER_PATH", "PLOTLY_JS"))
    failures: list[str] = []
    digests: Counter[str] = Counter()
    times = [monotonic()]
    for _ in range(number):
        try:
            with Drawing(browser, plotly_js, [flagset]) as drawing:
                pictures = drawing.draw(figures, BUDGET_S)
            bytes_ = b"".join(pictures[name] for name in sorted(pictures))
            digests[hashlib.sha256(bytes_).hexdigest()[:12]] += 1
        except DrawingError as error:
            failures.append(str(error)[:200])
        times.append(monotonic())
    return {
        "started": number,
        "seconds": round(times[-1] - times[0], 1),
        "slowest": round(max(b - a for a, b in pairwise(times)), 2),
        "failures": failures,
        "digests": digests,
    }


if __name__ == "__main__":
    print(json.dumps(start_browsers(sys.argv[1], int(sys.argv[2]))))  # noqa: T201
