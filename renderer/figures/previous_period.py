"""The increments of the period before a range, behind those of the range; pure."""

from __future__ import annotations

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Trace
from renderer.figures.ranges import RANGES, Range
from renderer.findings.buckets import UTC_ZONE, sum_buckets
from renderer.findings.clocks import find_instants, find_wall_times
from renderer.findings.frames import Frames


def make_previous_trace(
    frames: Frames, range_: Range, bars: pl.DataFrame
) -> Trace | None:
    """Return the increments of the period before, as steps over the range's own times.

    Only those of complete buckets; None if there are none, or no period before.
    """
    days = RANGES[range_.name]
    if days is None or bars.is_empty():
        return None
    previous = find_previous_increments(frames, range_, bars, days)
    if not previous.count():
        return None
    starts, (*_, end) = (
        format_times(bars[bound], frames.zone) for bound in ("bucket", "until")
    )
    steps = make_steps(starts, end, previous.to_list())
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "previous",
        "x": [at for at, _ in steps],
        "y": [increment for _, increment in steps],
        "line": {"color": theme.PREVIOUS, "width": 1.25, "shape": "hv"},
        "connectgaps": False,
        # Behind the bars.
        "zorder": -1,
    }


def find_previous_increments(
    frames: Frames, range_: Range, bars: pl.DataFrame, days: int
) -> pl.Series:
    """Return for each bar the increment of its bucket so many days before.

    An hour is compared with that of exactly so many times 24 hours before, a longer
    bucket with that of the date so many days before, whatever the clocks did since.
    Null where that bucket was not complete.
    """
    clock = UTC_ZONE if range_.every == "1h" else frames.zone
    walls = find_wall_times(bars["bucket"], clock).dt.offset_by(f"-{days}d")
    first = find_instants(walls.head(1), clock).item()
    near = pl.col("start") >= first, pl.col("end") <= range_.start
    before = sum_buckets(frames.increments.filter(*near), range_.every, frames.zone)
    known = before.filter("complete")
    known = pl.DataFrame(
        {
            "wall": find_wall_times(known["bucket"], clock),
            "increment": known["increment"],
        }
    )
    joined = pl.DataFrame({"wall": walls}).join(
        known, on="wall", how="left", maintain_order="left"
    )
    return joined["increment"]


def make_steps(
    starts: list[str], end: str, values: list[int | None]
) -> list[tuple[str, int | None]]:
    """Return the points of steps, of which each is as long as its bar.

    A step goes on to the next point, so one before an unknown value ends with a point
    of its own.

    >>> make_steps(["01:00", "02:00"], "03:00", [5, None])
    [('01:00', 5), ('02:00', 5), ('02:00', None), ('03:00', None)]
    """
    steps: list[tuple[str, int | None]] = []
    before = None
    for start, value in zip(starts, values, strict=True):
        if value is None and before is not None:
            steps.append((start, before))
        steps.append((start, value))
        before = value
    return [*steps, (end, values[-1])]
