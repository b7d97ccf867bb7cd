"""Find the processes below the tests' own, and strike one of them."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.processes import find_descendants
from renderer.drawing.process import adopt_orphans

TIMEOUT_S = 20.0


@contextmanager
def no_process_left() -> Iterator[None]:
    """See that all processes that the block starts are gone after it, zombies too.

    Those whose parent has died become children of the tests, whatever session they
    joined, so none can hide.
    """
    before = find_descendants(os.getpid())
    adopt_orphans()
    try:
        yield
        assert find_descendants(os.getpid()) <= before, "a process is left"
    finally:
        for pid in find_descendants(os.getpid()) - before:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def processes_with(word: str) -> list[int]:
    """Return the descendants that have a word among their arguments."""
    found = []
    for pid in find_descendants(os.getpid()):
        with contextlib.suppress(OSError):
            # Chromium's children write theirs anew, with blanks between them.
            if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@contextmanager
def struck(word: str, number: signal.Signals, after_s: float) -> Iterator[list[int]]:
    """Signal the first process with a word among its arguments, some time after.

    Yields the list that its id will be in.
    """
    victims: list[int] = []

    def strike() -> None:
        wait_for(lambda: processes_with(word), f"no process with {word}")
        victims.extend(processes_with(word)[:1])
        time.sleep(after_s)
        os.kill(victims[0], number)

    thread = threading.Thread(target=strike)
    thread.start()
    try:
        yield victims
    finally:
        thread.join()
