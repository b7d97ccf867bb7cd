"""How every picture looks: sizes, fonts, colours, axes and marks; no words.

Lengths are CSS pixels. What a picture says besides numbers and ISO dates is HTML
beside it, so that one picture serves every language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Device pixels of a CSS pixel: as sharp as a desk's, as a telephone's screen.
WIDE_SCALE, NARROW_SCALE = 1.5, 2
WIDTH, HEIGHT = 960, 400
MARGIN = {"l": 72, "r": 24, "t": 16, "b": 48}
NARROW_WIDTH, NARROW_HEIGHT = 400, 320
NARROW_MARGIN = {"l": 60, "r": 20, "t": 14, "b": 44}
PLOT_WIDTH = WIDTH - MARGIN["l"] - MARGIN["r"]
FONT = "Open Sans, IPAexGothic, system-ui, sans-serif"
FONT_SIZE, NARROW_FONT_SIZE = 13, 12
INK, FAINT, GRID, PAPER = "#2b2733", "#6b6577", "#e7e4ec", "#ffffff"
LINE, BAR, PARTIAL_BAR = "#5b3f9b", "#8468c4", "#cfc5e8"
RECORD, PREVIOUS, RESET, BAND = "#e08a00", "#2b2733", "#b3261e", "#e4e3e7"
# The card that the pictures lie on where a visitor prefers dark.
DARK_PAPER = "#221e2a"
DAY_MS = 86_400_000
# From here on a count would take too much of the width: 12.3G.
LONG = 10**10
# What a tick says depends on how far apart the ticks are. Its second line is
# only drawn where it changes.
TICK_FORMATS = [
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def layout() -> dict[str, Any]:
    """Return the layout that all pictures share, without axes."""
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": MARGIN,
        "font": {"family": FONT, "size": FONT_SIZE, "color": FAINT},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "separators": ".,",
        "showlegend": False,
    }


def narrow(days: int) -> dict[str, Any]:
    """Return what differs in the layout of a picture for a telephone."""
    xaxis: dict[str, Any] = {"nticks": 5}
    if days > 7:
        xaxis["dtick"] = None
    return {
        "width": NARROW_WIDTH,
        "height": NARROW_HEIGHT,
        "margin": NARROW_MARGIN,
        "font": {"size": NARROW_FONT_SIZE},
        "xaxis": xaxis,
        "yaxis": {"nticks": 6},
        "meta": {"scale": NARROW_SCALE},
    }


def time_axis(start: str, end: str, days: int) -> dict[str, Any]:
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
    if 3 <= days <= 9:
        axis["dtick"] = DAY_MS
    return axis


def count_axis(values: Sequence[int | None], *, from_zero: bool) -> dict[str, Any]:
    """Return the axis of counts; its ticks are whole numbers."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    axis: dict[str, Any] = {
        "tickformat": ",d" if high < LONG else "~s",
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
        "nticks": 7,
        "rangemode": "tozero" if from_zero else "normal",
    }
    if high - (0 if from_zero else low) < 5:
        # Closer ticks would have to say the same whole number twice.
        bottom = max(0, low - 1) if not from_zero else 0
        axis |= {"dtick": 1, "range": [bottom, max(high, bottom + 1) + 0.5]}
    return axis


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
    """Return a colour, `#rrggbb`, as it is on dark paper: of the same hue.

    The same affine change for each colour, so what antialiasing blends out of two
    colours becomes what it would blend out of the two dark ones.
    """
    red, green, blue = (part / 255 for part in bytes.fromhex(colour[1:]))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    paper = [part / 255 for part in bytes.fromhex(DARK_PAPER[1:])]
    turned = (
        base + (part + 1 - 2 * luma) * (1 - base)
        for part, base in zip((red, green, blue), paper, strict=True)
    )
    parts = (min(255, max(0, round(part * 255))) for part in turned)
    return f"#{bytes(parts).hex()}"
