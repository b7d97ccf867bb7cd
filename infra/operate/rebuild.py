"""`make rebuild`: history and site made anew from what is written once."""

from collections.abc import Mapping

from infra.console import say
from infra.errors import FailedError
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


def selftest(stack: Stack) -> bool:
    """Have the renderer draw with each set of Chromium's flags.

    True if the set that is tried first works.
    """
    result = invoke_function(stack, stack.renderer, {"action": "selftest"})
    flagsets = result.get("flagsets")
    if not flagsets:
        raise FailedError(f"the selftest answered {result.get('outcome')!r}")
    for name, found in flagsets.items():
        how = f"{found['seconds']} s" if found["ok"] else found["error"]
        say(f"selftest, Chromium {name}: {'ok' if found['ok'] else 'FAILED'}, {how}")
    say(f"selftest, free space in /tmp: {result['tmp_free_mb']} MB")
    return bool(next(iter(flagsets.values()))["ok"])
