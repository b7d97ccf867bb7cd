"""The axes of time and of counts, and the room that their labels take; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures.ranges import Range
from renderer.figures.theme import FAINT, GRID
from renderer.findings.clocks import find_wall_times

# Between a label and its axis, and between the label and the edge of the picture.
STANDOFF, EDGE = 6, 10
# How wide a digit and a comma are in Open Sans, in em; the fonts that a visitor may
# have instead are no wider.
DIGIT, COMMA = 0.58, 0.27
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
# Labels of counts from LONG on would take too much of the width, so they are shortened
# (12.3G). But where the axis spans less than the CLOSEth part of its highest count,
# only the last digits tell the ticks apart, and all are written out.
LONG, CLOSE = 10**10, 1000
# How a tick is labelled depends on how far apart the ticks are. plotly writes the
# second line only where it changes.
TICK_FORMATS = [
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def format_times(times: pl.Series, zone: ZoneInfo) -> list[str]:
    """Return times (UTC) as plotly takes them: as the clocks of a zone show them.

    >>> evening = pl.datetime(2026, 11, 23, 22, time_zone="UTC")
    >>> format_times(pl.select(evening).to_series(), ZoneInfo("Asia/Tokyo"))
    ['2026-11-24 07:00']
    """
    return find_wall_times(times, zone).dt.strftime("%Y-%m-%d %H:%M").to_list()


def make_time_axis(range_: Range, zone: ZoneInfo, times: list[str]) -> dict[str, Any]:
    """Return the axis of times of a range.

    `times` are those of what is shown on it, as `format_times` gives them. The first
    bar may begin before the range does, in a week or month that the range cuts; the
    axis then begins with the bar.
    """
    # A single reading has no extent; an hour to each side makes an axis of it.
    margin = timedelta(hours=range_.start == range_.end)
    bounds = pl.Series([range_.start - margin, range_.end + margin])
    start, end = format_times(bounds, zone)
    axis = make_plain_axis([min([start, *times[:1]]), end])
    axis |= {"nticks": 9, "tickformatstops": TICK_FORMATS}
    # Left alone, plotly would put a tick at every twelve hours of a few days, and at
    # quarters of an hour, between which nothing happens.
    if 72 <= range_.hours < 240:
        axis["dtick"] = DAY_MS
    elif range_.hours < 9:
        axis["dtick"] = HOUR_MS
    return axis


def make_plain_axis(bounds: list[str]) -> dict[str, Any]:
    """Return an axis of times between two of them, with ticks as plotly has them."""
    return {
        "type": "date",
        "range": bounds,
        "showgrid": False,
        "linecolor": FAINT,
        "ticks": "outside",
        "tickcolor": FAINT,
    }


def make_count_axis(counts: Sequence[int | None], *, from_zero: bool) -> dict[str, Any]:
    """Return the axis for these counts; its ticks are whole numbers.

    It begins at zero or, unless `from_zero`, near the lowest count.
    """
    known = [count for count in counts if count is not None]
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
    # JavaScript cannot tell the highest counts apart if they differ by less than 128.
    unit = 1 if high < 2**50 else 1000
    if high - bottom < 5 * unit:
        # With ticks any closer, two of them would say the same whole number.
        bottom = max(0, bottom - unit)
        axis |= {"dtick": unit, "range": [bottom, max(high, bottom + unit) + unit / 2]}
    return axis


def measure_labels(
    axis: dict[str, Any], counts: Sequence[int | None], size: int
) -> int:
    """Return how wide the margin beside an axis of counts must be for its labels.

    `size` is that of the font; both are CSS pixels. plotly's own `automargin` would
    measure the labels too, but then it moves all that is placed from the corner.

    >>> measure_labels({"tickformat": ",d"}, [5, 1_234_567], 13)
    76
    """
    high = max((count for count in counts if count is not None), default=0)
    # The last tick may lie a little above the highest count.
    text = "999.99P" if axis["tickformat"] == "~s" else f"{high + high // 10:,}"
    commas = text.count(",")
    width = DIGIT * (len(text) - commas) + COMMA * commas
    return round(width * size) + STANDOFF + EDGE
