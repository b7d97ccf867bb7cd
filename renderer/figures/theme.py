"""How every picture looks: sizes, fonts, colours, axes and marks; no words.

Lengths are CSS pixels. What a picture says besides numbers and ISO dates is HTML
beside it, so that one picture serves every language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

RGB = tuple[int, int, int]
# Device pixels of a CSS pixel: as sharp as a desk's, as a telephone's screen.
WIDE_SCALE, NARROW_SCALE = 1.5, 2
WIDTH, HEIGHT = 960, 400
MARGIN = {"l": 72, "r": 24, "t": 16, "b": 48}
NARROW_WIDTH, NARROW_HEIGHT = 400, 320
NARROW_MARGIN = {"l": 48, "r": 20, "t": 14, "b": 44}
PLOT_WIDTH = WIDTH - MARGIN["l"] - MARGIN["r"]
FONT = "Open Sans, IPAexGothic, system-ui, sans-serif"
FONT_SIZE, NARROW_FONT_SIZE = 13, 12
# Between a label and its axis, and between it and the edge of the picture.
STANDOFF, EDGE = 6, 10
# Widths in Open Sans, of the font's size; other fonts of the visitor are no wider.
DIGIT, COMMA = 0.58, 0.27
INK, FAINT, GRID, PAPER = "#2b2733", "#6b6577", "#e7e4ec", "#ffffff"
LINE, BAR, PARTIAL_BAR = "#5b3f9b", "#8468c4", "#cfc5e8"
RECORD, PREVIOUS, RESET, BAND = "#cc5f00", "#5f5a6b", "#b3261e", "#e8e6ed"
# The card that the pictures lie on where a visitor prefers dark.
DARK_PAPER = "#221e2a"
DARK_PAPER_RGB = bytes.fromhex(DARK_PAPER[1:])
# Of Rec. 709: how bright red, green and blue are.
LUMA = (0.2126, 0.7152, 0.0722)
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


def layout(left: int = MARGIN["l"]) -> dict[str, Any]:
    """Return the layout that all pictures share, without axes.

    `left` is the room for the labels of the counts.
    """
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": {**MARGIN, "l": max(left, MARGIN["l"])},
        "font": {"family": FONT, "size": FONT_SIZE, "color": FAINT},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "separators": ".,",
        "showlegend": False,
    }


def narrow(hours: float, left: int) -> dict[str, Any]:
    """Return what differs in the layout of a picture for a telephone."""
    xaxis: dict[str, Any] = {"nticks": 5}
    if hours > 168 or 5 < hours < 9:
        # There is no room for a tick a day, or an hour.
        xaxis["dtick"] = None
    return {
        "width": NARROW_WIDTH,
        "height": NARROW_HEIGHT,
        "margin": {**NARROW_MARGIN, "l": max(left, NARROW_MARGIN["l"])},
        "font": {"size": NARROW_FONT_SIZE},
        "xaxis": xaxis,
        "yaxis": {"nticks": 6},
        "meta": {"scale": NARROW_SCALE},
    }


def time_axis(start: str, end: str, hours: float) -> dict[str, Any]:
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


def count_axis(values: Sequence[int | None], *, from_zero: bool) -> dict[str, Any]:
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


def room_for(axis: dict[str, Any], values: Sequence[int | None], size: int) -> int:
    """Return the room that the labels of an axis of counts take, and their edges.

    plotly's own `automargin` measures them, but then moves all that is placed.
    """
    high = max((value for value in values if value is not None), default=0)
    # The last tick may lie a little above the highest value.
    text = "999.99P" if axis["tickformat"] == "~s" else f"{high + high // 10:,}"
    commas = text.count(",")
    width = DIGIT * (len(text) - commas) + COMMA * commas
    return round(width * size) + STANDOFF + EDGE


def band(start: str, end: str) -> dict[str, Any]:
    """Return the mark of a gap: a band without data, from top to bottom."""
    shape = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    fill = {"fillcolor": BAND, "line": {"width": 0}}
    return {**shape, **fill, "x0": start, "x1": end}


def drop(at: str) -> dict[str, Any]:
    """Return the mark of a reset: a dashed line from top to bottom."""
    shape = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at}
    return {**shape, "line": {"color": RESET, "width": 1.5, "dash": "dash"}}


def empty() -> dict[str, Any]:
    """Return what stands in the middle of a plot that has nothing to show."""
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    font = {"size": 28, "color": FAINT}
    return {**place, "text": "—", "showarrow": False, "font": font}


def dark(colour: str) -> str:
    """Return a colour, `#rrggbb`, as it is on dark paper."""
    red, green, blue = bytes.fromhex(colour[1:])
    return f"#{bytes(dark_rgb((red, green, blue))).hex()}"


def dark_rgb(colour: RGB) -> RGB:
    """Return a colour as it is on dark paper: as far from it, of the same hue.

    The same affine change for each colour, so what antialiasing blends out of two
    colours becomes what it would blend out of the two dark ones.
    """
    luma = sum(weight * part for weight, part in zip(LUMA, colour, strict=True))
    red, green, blue = (
        min(255, max(0, round(paper + (part + 255 - 2 * luma) * (1 - paper / 255))))
        for paper, part in zip(DARK_PAPER_RGB, colour, strict=True)
    )
    return red, green, blue
