"""Lines above the bars of a graph, as steps over the times of the bars; pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Trace

# How wide a line is, and how much paper shows at each of its sides.
LINE_WIDTH, HALO = 2, 1.25


def make_line_above(
    name: str,
    edges: list[str],
    values: Sequence[float | None],
    colour: str,
    width: float = LINE_WIDTH,
) -> list[Trace]:
    """Return a line with a value for each bar, given the times at which bars begin.

    The last of these times is the end of the last bar. A wider line in the colour of
    the paper lies under the line, or it would be lost on the bars.
    """
    steps = make_steps(edges, values)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [at for at, _ in steps],
            "y": [value for _, value in steps],
            "line": {"color": stroke, "width": wide, "shape": "hv"},
            "connectgaps": False,
        }
        for stroke, wide in ((theme.PAPER, width + 2 * HALO), (colour, width))
    ]


def list_edges(bars: pl.DataFrame, zone: ZoneInfo) -> list[str]:
    """Return when each bar begins and the last one ends, as `format_times` does."""
    return format_times(pl.concat([bars["bucket"], bars["until"].tail(1)]), zone)


def make_steps(
    edges: list[str], values: Sequence[float | None]
) -> list[tuple[str, float | None]]:
    """Return the points of steps, of which each is as long as its bar.

    A step goes on to the next point, so one before an unknown value ends with a point
    of its own.

    >>> make_steps(["01:00", "02:00", "03:00"], [5, None])
    [('01:00', 5), ('02:00', 5), ('02:00', None), ('03:00', None)]
    """
    steps: list[tuple[str, float | None]] = []
    before = None
    for start, value in zip(edges, [*values, values[-1]], strict=True):
        if value is None and before is not None:
            steps.append((start, before))
        steps.append((start, value))
        before = value
    return steps
