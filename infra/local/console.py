"""The lines of the running stack, each with the part that it comes from."""

import contextlib
import sys
import threading

_LOCK = threading.Lock()


def print_line(part: str, text: str) -> None:
    """Print a line, such as ` renderer | invoked: wake-up`; threads may share it."""
    # If the console has gone away, the parts must be stopped all the same.
    with _LOCK, contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{part:>9} | {text}\n")
        sys.stdout.flush()
