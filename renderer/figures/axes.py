"""The axes of time and of counts, and the room that their labels take; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from renderer.figures.theme import (
    FAINT,
    GRID,
)

# Between a label and its axis, and between it and the edge of the picture.
STANDOFF, EDGE = 6, 10
# Widths in Open Sans, of the font's size; other fonts of the visitor are no wider.
DIGIT, COMMA = 0.58, 0.27
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
# From here on counts take too much of the width, and are told as 12.3G; unless they
# are so close to each other that only their last digits tell them apart.
LONG, CLOSE = 10**10, 1000
# What a tick says depends on how far apart the ticks are. Its second line is
# only drawn where it changes.
TICK_FORMATS = [
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def make_time_axis(start: str, end: str, hours: float) -> dict[str, Any]:
    """Return the axis of times in the display zone, from `start` to `end`."""
    axis: dict[str, Any] = {
        "type": "date",
        "range": [start, end],
        "showgrid": False,
        "linecolor": FAINT,
        "ticks": "outside",
        "tickcolor": FAINT,
        "nticks": 9,
        "tickformatstops": TICK_FORMATS,
    }
    if 72 <= hours < 240:
        axis["dtick"] = DAY_MS
    elif hours < 9:
        # Nothing happens between the hours.
        axis["dtick"] = HOUR_MS
    return axis


def make_count_axis(values: Sequence[int | None], *, from_zero: bool) -> dict[str, Any]:
    """Return the axis of counts; its ticks are whole numbers."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    bottom = 0 if from_zero else low
    short = high >= LONG and (high - bottom) * CLOSE > high
    axis: dict[str, Any] = {
        "tickformat": "~s" if short else ",d",
        "gridcolor": GRID,
        "zeroline": False,
        "ticklabelstandoff": STANDOFF,
        "nticks": 7,
        "rangemode": "tozero" if from_zero else "normal",
    }
    # JavaScript knows no two whole numbers closer than 128 at the highest counts.
    unit = 1 if high < 2**50 else 1000
    if high - bottom < 5 * unit:
        # Closer ticks would have to say the same whole number twice.
        bottom = max(0, bottom - unit)
        axis |= {"dtick": unit, "range": [bottom, max(high, bottom + unit) + unit / 2]}
    return axis


def measure_room(axis: dict[str, Any], values: Sequence[int | None], size: int) -> int:
    """Return the room that the labels of an axis of counts take, and their edges.

    plotly's own `automargin` measures them, but then moves all that is placed.
    """
    high = max((value for value in values if value is not None), default=0)
    # The last tick may lie a little above the highest value.
    text = "999.99P" if axis["tickformat"] == "~s" else f"{high + high // 10:,}"
    commas = text.count(",")
    width = DIGIT * (len(text) - commas) + COMMA * commas
    return round(width * size) + STANDOFF + EDGE
