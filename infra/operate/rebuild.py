"""`make rebuild`: history and site made anew from what is written once."""

from collections.abc import Mapping

from infra.console import say
from infra.invocations import describe_result
from infra.operate.invoke import invoke_function
from infra.operate.stack import Stack


def rebuild(stack: Stack, env: Mapping[str, str]) -> int:
    """Have the renderer make everything anew, and say what it did."""
    say("rebuilding, which takes up to two minutes")
    result = invoke_function(stack, stack.renderer, {"action": "rebuild"})
    say(describe_result(result))
    for key in result.get("broken", []):
        say(f"skipped, it is not what it should be: {key}")
    return 0
