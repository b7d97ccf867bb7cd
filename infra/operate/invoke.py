"""Invoking a function and waiting for its answer."""

import json
from typing import Any

from infra.errors import FailedError
from infra.operate.stack import Stack


def invoke_function(stack: Stack, function: str, event: object) -> dict[str, Any]:
    """Invoke a function and return its answer; raises FailedError with its error."""
    answer = stack.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode()
    )
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        lines = str(result.get("errorMessage", result)).splitlines() or ["no message"]
        raise FailedError(f"{function} failed: {' '.join(lines)}")
    found: dict[str, Any] = result
    return found
