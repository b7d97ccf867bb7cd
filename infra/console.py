"""Talking with the person at the console."""

import sys
from collections.abc import Mapping

from infra.errors import SettingsError


def say(text: str = "") -> None:
    """Print one line at once, so that progress shows."""
    print(text, flush=True)


def tell_number(number: int, noun: str) -> str:
    """Return a number with its noun.

    `tell_number(1, "hour")` is `1 hour`, `tell_number(1234, "hour")` is `1,234 hours`.
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tidy_line(text: str) -> str:
    r"""Return a text in one line, with single blanks.

    `tidy_line(" a\n b")` is `a b`.
    """
    return " ".join(text.split())


def confirm(env: Mapping[str, str], what: str, word: str) -> None:
    """Ask for a word before something is destroyed; raises SettingsError without it.

    `YES=<word>` answers in advance.
    """
    answer = env.get("YES") or ""
    if not answer:
        if not sys.stdin.isatty():
            raise SettingsError(f"{what}; to confirm, give YES={word}")
        answer = input(f"{what}. Type {word} to confirm: ")
    if answer.strip() != word:
        raise SettingsError(
            f"not confirmed ({answer.strip() or 'nothing'} is not {word}): "
            "nothing is done"
        )
