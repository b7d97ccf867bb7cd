"""The lines on the console: one an event, each with the part that it comes from."""

import sys
import threading

_LOCK = threading.Lock()


def say(part: str, text: str) -> None:
    """Print one line; several threads may do so at once."""
    with _LOCK:
        sys.stdout.write(f"{part:>9} | {text}\n")
        sys.stdout.flush()
