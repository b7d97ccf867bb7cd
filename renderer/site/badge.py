"""The badges, for other pages: the title and a number, as SVG and for shields.io; pure.

They carry no words, so that one serves all languages: the day is its date.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from jinja2 import Environment

from renderer.findings.findings import Findings
from renderer.site import keys
from renderer.site.data import write_json
from renderer.site.words import format_count

SIZE, PADDING = 11, 8
# Of a longer title only so many characters are shown.
LONGEST = 32
COLOUR, UNKNOWN = "#5b3f9b", "—"


def render_badges(
    environment: Environment, title: str, values: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the badges with these values (`tell_values`), by their keys."""
    badges = {
        key: render_badge(environment, title, values[name])
        for name, key in keys.BADGES.items()
    }
    return {**badges, keys.SHIELD: write_shield(title, values["count"])}


def tell_values(findings: Findings) -> dict[str, str]:
    """Return what each badge says, by its name.

    `today` is the day of the newest reading, with its increment as far as it is known,
    as in `data/daily.csv`. `week` are the last seven whole days, told if nine tenths of
    them are known.
    """
    today, week = UNKNOWN, findings.whole_days.last_week
    if not findings.frames.daily.is_empty():
        day = findings.frames.daily.row(-1, named=True)
        today = f"{day['wall']:%Y-%m-%d}: {format_rise(day['increment'])}"
    known = week.increment if week and week.is_comparable() else None
    return {
        "count": format_count(findings.summary["count"]),
        "today": today,
        "week": f"{format_rise(known)} / 7 d",
    }


def format_rise(increment: int | None) -> str:
    """Return an increment with its sign, a dash where it is not known."""
    return UNKNOWN if increment is None else f"+{format_count(increment)}"


def write_shield(title: str, value: str) -> bytes:
    """Return what shields.io draws a badge from; it refuses any other key.

    https://shields.io/badges/endpoint-badge
    """
    return write_json(
        {"schemaVersion": 1, "label": title, "message": value, "color": COLOUR}
    )


def render_badge(environment: Environment, title: str, value: str) -> bytes:
    """Return a badge as SVG, wide enough for any title and any value."""
    label = title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
    return (
        environment.get_template("badge.svg")
        .render(
            label=label,
            value=value,
            colour=COLOUR,
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
