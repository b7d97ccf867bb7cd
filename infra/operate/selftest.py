"""Having both functions do once what they are for, where they run, and keep nothing."""

from infra.console import say
from infra.errors import FailedError
from infra.operate.invoke import invoke_function
from infra.operate.stack import Stack


def selftest(stack: Stack) -> None:
    """Have the collector read the count and the renderer draw, and say how it went.

    Raises FailedError if one of them cannot.
    """
    problems = []
    for attempt in (read_count, draw):
        try:
            attempt(stack)
        except FailedError as error:
            problems.append(str(error))
    if problems:
        raise FailedError("; ".join(problems))


def read_count(stack: Stack) -> None:
    """Have the collector read the count; raises FailedError if it cannot."""
    try:
        result = invoke_function(stack, stack.collector, {"action": "selftest"})
    except FailedError as error:
        raise FailedError(
            f"no count can be read, so see to COUNT_URL, COUNT_PATH or the source: "
            f"{error}"
        ) from None
    # An older collector has no selftest, and collects for this hour.
    say(f"selftest, source: it answers {result.get('count')} ({result.get('outcome')})")


def draw(stack: Stack) -> None:
    """Have the renderer draw with each set of Chromium's flags.

    Raises FailedError if the set that is tried first does not work.
    """
    result = invoke_function(stack, stack.renderer, {"action": "selftest"})
    flagsets = result.get("flagsets")
    if not flagsets:
        raise FailedError(f"the selftest answered {result.get('outcome')!r}")
    for name, found in flagsets.items():
        how = f"{found['seconds']} s" if found["ok"] else found["error"]
        say(f"selftest, Chromium {name}: {'ok' if found['ok'] else 'FAILED'}, {how}")
    say(f"selftest, free space in /tmp: {result['tmp_free_mb']} MB")
    if not next(iter(flagsets.values()))["ok"]:
        raise FailedError(
            "Chromium does not draw there: try CHROME_FLAGSET=multi, or go back to "
            "the images before"
        )
