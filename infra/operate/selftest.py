"""Having both functions do once what they are for, where they run, and keep nothing."""

from infra.console import say
from infra.errors import FailedError
from infra.operate.invoke import invoke_function
from infra.operate.stack import Stack


def selftest(stack: Stack) -> None:
    """Have the collector read the count and the renderer draw, and say how it went.

    Raises FailedError if one of them cannot.
    """
    read_count(stack)
    if not draw(stack):
        raise FailedError(
            "Chromium does not draw there: try CHROME_FLAGSET=multi, or go back to "
            "the images before"
        )


def read_count(stack: Stack) -> None:
    """Have the collector read the count; raises FailedError if it cannot."""
    try:
        result = invoke_function(stack, stack.collector, {"action": "selftest"})
    except FailedError as error:
        raise FailedError(
            f"no count can be read, so put COUNT_URL or COUNT_PATH right: {error}"
        ) from None
    # An older collector has no selftest, and collects for this hour.
    say(f"selftest, source: it answers {result.get('count')} ({result.get('outcome')})")


def draw(stack: Stack) -> bool:
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
