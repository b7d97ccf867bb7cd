"""The one-machine AWS: `python -m infra.local`, or `make run`.

One process starts all parts, carries the events between them, prints a line an hour,
starts again what ends, and stops everything when asked to. Exit code: 0 it ended as it
was asked to, 1 something failed, 2 a setting is wrong.
"""

import os
import signal
import sys
from contextlib import ExitStack
from datetime import datetime
from types import FrameType, TracebackType

from infra.environment import keep_loopback_direct
from infra.errors import InfraError
from infra.local.check import tell_problem
from infra.local.console import print_line, use_clock
from infra.local.processes import end_descendants
from infra.local.running import run_on, run_once
from infra.local.settings import StackSettings
from infra.local.start import start_stack
from renderer.drawing.process import adopt_orphans

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Someone asked the stack to stop; no `except Exception` of a library stops it."""


def main() -> int:
    """Run the stack, and return the exit code."""
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    # A browser leads a session of its own and outlives a killed renderer.
    adopt_orphans()
    keep_loopback_direct(os.environ)
    try:
        settings = StackSettings.from_env(os.environ)
        use_clock(lambda: datetime.now(settings.zone))
        with ExitStack() as stops:
            # Entered first, so that it is the last to be left.
            stops.callback(end_descendants)
            with ExitStack() as running:
                running.push(_begin_stopping)
                run = run_once if settings.once else run_on
                run(start_stack(settings, stops))
    except Interrupted:
        return 0
    except (InfraError, OSError) as error:
        return tell_problem(error)
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def _begin_stopping(
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    # From here on nothing may keep the parts from being stopped.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if kind is Interrupted:
        print_line("stack", "stopping")


if __name__ == "__main__":
    sys.exit(main())
