"""The count of a range over time: a line, and dots where a line cannot be."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.marks import local
from renderer.figures.ranges import reduced

# So few dots are there to be found; many are a line of their own.
FEW = 60


def total_traces(readings: pl.DataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the line through the readings, and those that stand alone."""
    points = reduced(readings, theme.PLOT_WIDTH)
    # A reading between two gaps has no neighbour that a line could lead to.
    there = points["y"].is_not_null()
    alone = (
        there & ~there.shift(1, fill_value=False) & ~there.shift(-1, fill_value=False)
    )
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": local(points["x"], zone),
        "y": points["y"].to_list(),
        "line": {"color": theme.LINE, "width": 2.25},
        "connectgaps": False,
    }
    # In a trace of their own: as markers of the line, every point would have one.
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": local(points["x"].filter(alone), zone),
        "y": points["y"].filter(alone).to_list(),
        "marker": {"color": theme.LINE, "size": dot_of(int(alone.sum()))},
        # A dot on the edge of the range is seen whole.
        "cliponaxis": False,
    }
    return [line, dots]


def dot_of(number: int) -> int:
    """Return the size of so many dots."""
    return 10 if number == 1 else 7 if number <= FEW else 5
