"""The badge: an SVG with the title and the count, for other pages; pure."""

from __future__ import annotations

import unicodedata

from jinja2 import Environment

from renderer.site.words import format_count

SIZE, PADDING = 11, 8
# Of a longer title only so many characters are shown.
LONGEST = 32


def render_badge(environment: Environment, title: str, count: int) -> bytes:
    """Return the badge as SVG, wide enough for any title and any count."""
    label = title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
    value = format_count(count)
    return (
        environment.get_template("badge.svg")
        .render(
            label=label,
            value=value,
            label_width=measure_label(label),
            value_width=measure_label(value),
            padding=PADDING,
            size=SIZE,
        )
        .encode()
    )


def measure_label(text: str) -> int:
    """Return roughly how many pixels wide a text is.

    The badge stretches or squeezes the text to exactly that width.
    """
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    narrow = sum(character in ",.:' ilj|" for character in text)
    return round(SIZE * (wide + 0.34 * narrow + 0.64 * (len(text) - wide - narrow)))
