"""What runs the two functions and looks after them. Neither function imports it."""

import sys
from types import TracebackType


def _tell_interrupt(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say of Ctrl-C that it came; of all else, where."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
    else:
        sys.__excepthook__(kind, error, trace)


# Here, for the packages of a command take half a second to import, and whoever has
# mistyped it is as fast.
sys.excepthook = _tell_interrupt
