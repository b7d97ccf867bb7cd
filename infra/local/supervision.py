"""Whatever ends is seen, told in one line, and started again.

A part is a process or a thread. The main thread looks at all of them twice a second,
for it alone may start processes (see `start_child`).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from infra.errors import StartError
from infra.local.console import print_line

# Between two starts of a part that does not stay up, doubled each time.
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
# A part that has run so long is taken for one that works.
STEADY_S = 60.0


@dataclass
class Part:
    """What has to run.

    find_end: says how it ended, None while it runs. start_again: raises StartError or
    OSError if it does not come up.
    """

    name: str
    find_end: Callable[[], str | None]
    start_again: Callable[[], None]
    wait_s: float = FIRST_WAIT_S
    started_at: float = 0.0


class Supervisor:
    """Keeps its parts running; the one place where anything is started again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without parts; clock: seconds."""
        self._clock = clock
        self._parts: list[Part] = []

    def add(
        self,
        name: str,
        find_end: Callable[[], str | None],
        start_again: Callable[[], None],
    ) -> None:
        """Keep a part that was just started running."""
        self._parts.append(Part(name, find_end, start_again, started_at=self._clock()))

    def check(self) -> bool:
        """Start again what has ended; say whether anything has come up."""
        came_up = [self._keep_running(part) for part in self._parts]
        return any(came_up)

    def _keep_running(self, part: Part) -> bool:
        now = self._clock()
        ran_s = now - part.started_at
        if ran_s > STEADY_S:
            part.wait_s = FIRST_WAIT_S
        ended = part.find_end()
        if ended is None or ran_s < part.wait_s:
            return False
        told = f"{part.name} ended ({ended}); starting it again"
        print_line("stack", told, bad=True)
        part.wait_s = min(2 * part.wait_s, LONGEST_WAIT_S)
        try:
            part.start_again()
        except (StartError, OSError) as error:
            told = f"{error}; next attempt in {part.wait_s:.0f} s"
            print_line("stack", told, bad=True)
            return False
        finally:
            part.started_at = self._clock()
        return True


class Worker:
    """A thread that can be started again, and tells how it ended."""

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        """Make it; `start` starts it."""
        self.name = name
        self._run = run
        self._ended: str | None = "not started"

    def start(self) -> None:
        """Start it, and again after it has ended."""
        self._ended = None
        self._thread = threading.Thread(target=self._guard, name=self.name, daemon=True)
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait for its end, but no longer."""
        self._thread.join(timeout_s)

    def find_end(self) -> str | None:
        """Say how it has ended; None while it runs."""
        return self._ended

    def _guard(self) -> None:
        try:
            self._run()
        except Exception as error:
            # Whatever it is, the supervisor tells it and goes on.
            self._ended = f"{type(error).__name__}: {error}"
        else:
            self._ended = "it returned"
