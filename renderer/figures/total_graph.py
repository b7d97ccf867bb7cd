"""The count of a range over time: a line, and dots where a line cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.marks import format_local

HOUR_US = 3_600_000_000


# So few dots are there to be found; many are a line of their own.
FEW = 60


def draw_total_traces(readings: pl.DataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the line through the readings, and those that stand alone."""
    points = reduce_points(readings, theme.PLOT_WIDTH)
    # A reading between two gaps has no neighbour that a line could lead to.
    there = points["y"].is_not_null()
    alone = (
        there & ~there.shift(1, fill_value=False) & ~there.shift(-1, fill_value=False)
    )
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": format_local(points["x"], zone),
        "y": points["y"].to_list(),
        "line": {"color": theme.LINE, "width": 2.25},
        "connectgaps": False,
    }
    # In a trace of their own: as markers of the line, every point would have one.
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": format_local(points["x"].filter(alone), zone),
        "y": points["y"].filter(alone).to_list(),
        "marker": {"color": theme.LINE, "size": choose_dot_size(int(alone.sum()))},
        # A dot on the edge of the range is seen whole.
        "cliponaxis": False,
    }
    return [line, dots]


def choose_dot_size(number: int) -> int:
    """Return the size of so many dots."""
    return 10 if number == 1 else 7 if number <= FEW else 5


def reduce_points(points: pl.DataFrame, width: int) -> pl.DataFrame:
    """Return `x`, `y` with at most four points for each of `width` columns.

    Takes `scheduled_at` and `count`. Of each column the first, the last, the
    lowest and the highest point stay, so no extreme is lost (the M4 aggregation
    of Jugel et al., VLDB 2014). A gap that is at least one column wide and
    a reset are left open by a row without `y`, but not more than one a point: a
    source that flaps between two counts must not swamp the browser.
    """
    x = pl.col("x").to_physical()
    points = points.select(x="scheduled_at", y="count")
    if points.height < 2:
        return points
    span = (points.item(-1, "x") - points.item(0, "x")) / timedelta(microseconds=1)
    column = max(span / width, HOUR_US)
    points = points.with_columns(
        part=((x.diff() > column) | (pl.col("y").diff() < 0))
        .fill_null(False)
        .cum_sum(),
        column=((x - x.first()) / column).floor().clip(upper_bound=width - 1),
    )
    if points.height > 4 * width:
        y = pl.col("y")
        keep = (
            (pl.col("x") == pl.col("x").first())
            | (pl.col("x") == pl.col("x").last())
            | (pl.col("x") == pl.col("x").get(y.arg_min()))
            | (pl.col("x") == pl.col("x").get(y.arg_max()))
        )
        points = points.filter(keep.over("column"))
    # After the last point of each part but the last one, a row without y.
    breaks = (
        points.group_by("part").last().filter(pl.col("part") < points["part"].max())
    )
    blank = breaks.select("x", y=None, after=1)
    rows = pl.concat([points.select("x", "y", after=0), blank], how="vertical_relaxed")
    return rows.sort("x", "after").select("x", "y")
