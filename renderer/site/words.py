"""What a language says, and how numbers are written; pure.

The sentences are in `templates/words/<language>.toml`, the same keys in each. A
list is a choice by number: the first entry for one, the last for all others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from renderer.errors import RendererError
from renderer.figures.ranges import RANGES
from renderer.site import TEMPLATES


@cache
def load_texts(code: str) -> Mapping[str, Any]:
    """Return the sentences of a language by its code, in the groups of its file.

    Raises RendererError if they do not go with the lists of languages and ranges.
    """
    path = TEMPLATES / "words" / f"{code}.toml"
    if not path.is_file():
        raise RendererError(f"{path.name} is missing: translate a copy of en.toml")
    texts = tomllib.loads(path.read_text("utf-8"))
    if missing := [name for name in RANGES if name not in texts["ranges"]]:
        raise RendererError(f"{path.name} has no [ranges.{missing[0]}]: say it there")
    return texts


def say(
    text: str | Sequence[str], number: int | None = None, /, **values: object
) -> str:
    """Return a sentence with its `{names}` filled in; values stay plain text in HTML.

    A number chooses among the forms of a list, and is filled in as `{n}`:
    `say(["{n} hour", "{n} hours"], 2)` is `2 hours`.
    """
    if number is not None:
        values["n"] = format_count(number)
    if not isinstance(text, str):
        text = text[0] if number == 1 else text[-1]
    return Markup(escape(text)).format(**values)


def strip_markup(text: str) -> str:
    """Return a text as it is read, whether it was prepared for HTML or not.

    `strip_markup(say("{n} & more", n="<1>"))` is `<1> & more`.
    """
    return Markup(escape(text)).striptags()


def format_count(number: int) -> str:
    """Return a whole number with commas: `1,234,567`."""
    return f"{number:,}"


def format_rate(number: float) -> str:
    """Return a mean, below 100 with one decimal: `12.3`, `1,234`; none is `0`."""
    if number == 0:
        return "0"
    return f"{number:,.1f}" if abs(number) < 100 else f"{number:,.0f}"


def format_percent(share: float) -> str:
    """Return a share of 1 in percent, `70.97%`; only all of it is `100%`."""
    value = 100 * share
    if value < 100:
        value = min(value, 99.99)
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def format_change(share: float) -> str:
    """Return a difference without its sign in percent: `2.1%`, `50%`."""
    value = abs(100 * share)
    return f"{value:,.0f}%" if value >= 10 else f"{value:.1f}%"


def find_direction(share: float) -> int:
    """Return 1 for a rise, -1 for a fall, and 0 for a difference that is told as none.

    `find_direction(-0.0004)` is 0, as `format_change` would tell it as `0.0%`.
    """
    return 0 if format_change(share) == "0.0%" else 1 if share > 0 else -1
