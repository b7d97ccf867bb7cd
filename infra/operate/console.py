"""Talking with the person at the console."""

import sys
from collections.abc import Mapping

from infra.operate.errors import UsageError


def say(text: str = "") -> None:
    """Print one line at once, so that progress is seen."""
    print(text, flush=True)


def is_set(env: Mapping[str, str], name: str) -> bool:
    """Say whether a switch such as DRY=1 is on."""
    return env.get(name, "0") not in {"", "0"}


def confirm(env: Mapping[str, str], what: str, word: str) -> None:
    """Have the word typed before something is destroyed; raises UsageError if not.

    YES=<word> answers in advance.
    """
    answer = env.get("YES")
    if answer is None:
        if not sys.stdin.isatty():
            raise UsageError(f"{what}; to confirm, give YES={word}")
        answer = input(f"{what}. Type {word} to confirm: ")
    if answer.strip() != word:
        raise UsageError(f"not confirmed ({word} was not given): nothing is done")
