"""The lines on the console: one an event, each with the part that it comes from."""

import contextlib
import sys
import threading

_LOCK = threading.Lock()


def print_line(part: str, text: str) -> None:
    """Print one line; several threads may do so at once."""
    # A console that has gone away must not keep the parts from being stopped.
    with _LOCK, contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{part:>9} | {text}\n")
        sys.stdout.flush()
