"""The one-machine AWS: `python -m infra.local`, or `make run`.

One process starts all parts, carries the events between them, prints a line for each,
and stops everything when asked to, or when a part dies.
"""

import os
import signal
import sys
from contextlib import ExitStack
from types import FrameType

from infra.environment import keep_loopback_direct
from infra.errors import InfraError
from infra.local.console import print_line
from infra.local.hours import run_on, run_once
from infra.local.processes import end_descendants
from infra.local.settings import StackSettings
from infra.local.start import start_stack
from renderer.drawing.process import adopt_orphans

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):  # noqa: N818 (a request to stop is no error)
    """Someone asked the stack to stop."""


def main() -> int:
    """Run the stack; the exit code is 0 unless something went wrong."""
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    # A browser leads a session of its own and outlives a killed renderer.
    adopt_orphans()
    keep_loopback_direct(os.environ)
    try:
        settings = StackSettings.from_env(os.environ)
        with ExitStack() as parts:
            # Entered first, so that it is the last to be left.
            parts.callback(end_descendants)
            with ExitStack() as running:
                running.callback(_stopping)
                run = run_once if settings.once else run_on
                run(start_stack(settings, parts))
    except Interrupted:
        return 0
    except InfraError as error:
        sys.stderr.write(f"make run: {error}\n")
        return 1
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def _stopping() -> None:
    # From here on nothing may keep the parts from being stopped.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    print_line("stack", "stopping")


if __name__ == "__main__":
    sys.exit(main())
