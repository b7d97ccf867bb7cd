"""How every picture looks: size, fonts, colours, axes, marks and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 1200, 630
MARGIN = {"l": 100, "r": 40, "t": 130, "b": 80}
PLOT_WIDTH = WIDTH - MARGIN["l"] - MARGIN["r"]
FONT = "Open Sans, IPAexGothic, sans-serif"
INK, FAINT, GRID, PAPER = "#2b2733", "#6b6577", "#e7e4ec", "#ffffff"
LINE, BAR, PARTIAL_BAR, RESET = "#5b3f9b", "#8468c4", "#cfc5e8", "#b3261e"
DAY_MS = 86_400_000
# What a tick says depends on how far apart the ticks are. Its second line is
# only drawn where it changes.
TICK_FORMATS = [
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M\n%-m月%-d日"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%-m/%-d\n%Y年"},
    {"dtickrange": ["M1", "M12"], "value": "%-m月\n%Y年"},
    {"dtickrange": ["M12", None], "value": "%Y年"},
]


def number(count: int) -> str:
    """Return a count with its thousands separated."""
    return f"{count:,}"


def layout(title: str, subtitle: str) -> dict[str, Any]:
    """Return the layout that all pictures share; `title` and `subtitle` are text."""
    faint = f'<span style="font-size:20px;color:{FAINT}">{escaped(subtitle)}</span>'
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": MARGIN,
        "font": {"family": FONT, "size": 20, "color": INK},
        "title": {
            "text": f"<b>{escaped(title)}</b><br>{faint}",
            "font": {"size": 28},
            "x": 0.02,
            "xanchor": "left",
            "y": 0.93,
            "yanchor": "top",
        },
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "separators": ".,",
        "showlegend": False,
    }


def escaped(text: str) -> str:
    """Return text so that plotly's little HTML shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
    axis: dict[str, Any] = {
        "tickformat": ",d",
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
        "nticks": 7,
        "rangemode": "tozero" if from_zero else "normal",
    }
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    if high - (0 if from_zero else low) < 5:
        # Closer ticks would have to say the same whole number twice.
        bottom = max(0, low - 1) if not from_zero else 0
        axis |= {"dtick": 1, "range": [bottom, max(high, bottom + 1) + 0.5]}
    return axis


def band(start: str, end: str) -> dict[str, Any]:
    """Return the mark of a gap: a band without data, from top to bottom."""
    shape = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    fill = {"fillcolor": FAINT, "opacity": 0.18, "line": {"width": 0}}
    return {**shape, **fill, "x0": start, "x1": end}


def drop(at: str) -> dict[str, Any]:
    """Return the mark of a reset: a dashed line from top to bottom."""
    shape = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at}
    return {**shape, "line": {"color": RESET, "width": 2, "dash": "dash"}}


def legend(text: str) -> dict[str, Any]:
    """Return the line under the plot that explains its marks."""
    place = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "yshift": 30}
    font = {"size": 16, "color": FAINT}
    return {**place, "text": text, "showarrow": False, "xanchor": "right", "font": font}


def empty(text: str) -> dict[str, Any]:
    """Return the words in the middle of a plot that has nothing to show yet."""
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    return {**place, "text": text, "showarrow": False, "font": {"color": FAINT}}
