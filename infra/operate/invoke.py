"""Invoking a function and waiting for what it says."""

import json
from typing import Any

from infra.errors import FailedError
from infra.operate.stack import Stack


def invoke_function(stack: Stack, function: str, event: object) -> dict[str, Any]:
    """Run a function with an event; raises FailedError with the function's error."""
    answer = stack.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode()
    )
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        lines = str(result.get("errorMessage", result)).splitlines() or ["no message"]
        raise FailedError(f"{function} failed: {' '.join(lines)}")
    found: dict[str, Any] = result
    return found
