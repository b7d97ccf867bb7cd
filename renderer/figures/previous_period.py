"""The increments of the period before a range, over the same axis; pure."""

from __future__ import annotations

from typing import Any

import polars as pl

from renderer.figures import theme
from renderer.figures.marks import format_local
from renderer.figures.ranges import RANGES, Range
from renderer.findings.buckets import sum_buckets
from renderer.findings.clocks import find_instant, find_wall_time
from renderer.findings.frames import Frames


def draw_previous(
    frames: Frames, window: Range, bars: pl.DataFrame
) -> dict[str, Any] | None:
    """Return the increments of the period before, in steps over the same axis.

    Only those of complete buckets; None where there are none.
    """
    days = RANGES[window.name]
    if days is None or bars.is_empty():
        return None
    earlier = align_earlier(frames, window, bars, days)
    if not earlier.count():
        return None
    x, y = format_local(bars["bucket"], frames.zone), earlier.to_list()
    ends = format_local(bars["until"], frames.zone)
    steps: list[tuple[str, int | None]] = []
    for number, (start, value) in enumerate(zip(x, y, strict=True)):
        if value is None and number and y[number - 1] is not None:
            # A step ends where the next one would have begun.
            steps.append((start, y[number - 1]))
        steps.append((start, value))
    steps.append((ends[-1], y[-1]))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "previous",
        "x": [at for at, _ in steps],
        "y": [value for _, value in steps],
        "line": {"color": theme.PREVIOUS, "width": 1.25, "shape": "hv"},
        "connectgaps": False,
        # Behind the bars.
        "zorder": -1,
    }


def align_earlier(
    frames: Frames, window: Range, bars: pl.DataFrame, days: int
) -> pl.Series:
    """Return for each bar the increment of its bucket so many days before.

    An hour is compared with the one so many hours before, a day with the day of
    that date.
    """
    clock = "UTC" if window.every == "1h" else frames.zone.key
    back = pl.col("bucket").dt.offset_by(f"-{days}d")
    walls = bars.select(bucket=find_wall_time(pl.col("bucket"), clock)).select(back)
    first = walls.select(find_instant(pl.col("bucket"), clock)).item(0, 0)
    near = pl.col("start") >= first, pl.col("end") <= window.start
    before = sum_buckets(frames.increments.filter(*near), window.every, frames.zone)
    known = before.filter("complete").select(
        "increment", bucket=find_wall_time(pl.col("bucket"), clock)
    )
    joined = walls.join(known, on="bucket", how="left", maintain_order="left")
    return joined["increment"]
