"""What Lambda does with a cold start: import the handler, call it once.

    python -m tests.bench.child renderer.handler '{"Records": [...]}'

The last line of output says when it was done, on the clock that all processes
of the machine share, so that the parent can count from before the start.
"""

import json
import sys
from importlib import import_module
from time import monotonic


class Context:
    """The part of Lambda's context that says how much time is left."""

    aws_request_id = "bench"

    def __init__(self, budget_s: float) -> None:
        """Start the clock of an invocation."""
        self._deadline = monotonic() + budget_s

    def get_remaining_time_in_millis(self) -> int:
        """Give what is left of the budget."""
        return int(1000 * (self._deadline - monotonic()))


def main(module: str, event: str) -> None:
    """Import a handler's module, call the handler, and say when it returned."""
    context = Context(budget_s=120)
    result = import_module(module).handler(json.loads(event), context)
    done_at = monotonic()
    print(json.dumps({"done_at": done_at, "result": result}))


if __name__ == "__main__":
    main(*sys.argv[1:])
