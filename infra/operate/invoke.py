"""Invoking a function and waiting for its answer."""

import json
from typing import Any

from infra.console import tidy_line
from infra.errors import FailedError
from infra.operate.stack import Stack


def invoke_function(stack: Stack, function: str, event: object) -> dict[str, Any]:
    """Invoke a function and return its answer; raises FailedError with its error."""
    answer = stack.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode()
    )
    payload = answer["Payload"].read()
    try:
        result = json.loads(payload)
    except ValueError:
        result = None
    if "FunctionError" in answer:
        told = result.get("errorMessage") if isinstance(result, dict) else result
        words = tidy_line(str(told or "no message"))
        raise FailedError(f"{function} failed: {words}")
    if not isinstance(result, dict):
        raise FailedError(f"{function} answered what is no result: {payload[:100]!r}")
    return result
