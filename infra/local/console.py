"""The lines of the running stack, each with its time and the part that it comes from.

Times are those of the site's zone. What the functions print is in their log.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

DIM, BOLD, RED, GREEN = "2", "1", "31", "32"
_LOCK = threading.Lock()
_CLOCKS: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


def use_clock(now: Callable[[], datetime]) -> None:
    """Have the lines from now on show the times of this clock, in its time zone."""
    _CLOCKS[:] = [now]


def print_line(part: str, text: str, *, bad: bool = False) -> None:
    """Print a line, such as `23:04      site | http://...`; threads may share it.

    bad: whether somebody should look at it.
    """
    head = paint(f"{_CLOCKS[0]():%H:%M} {part:>9} |", DIM)
    write(f"{head} {paint(text, RED) if bad else text}")


def write(line: str) -> None:
    """Print a line as it is, at once."""
    # If the console has gone away or is a full disk, the stack goes on all the same.
    # It may also have been closed from the start.
    with _LOCK, contextlib.suppress(OSError, AttributeError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def paint(text: str, colour: str) -> str:
    """Colour a text for a terminal; https://no-color.org/ asks for none."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not text or not (sys.stdout and sys.stdout.isatty()):
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"
