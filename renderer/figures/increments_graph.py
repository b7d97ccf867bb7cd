"""The increments of a range, bucket by bucket: bars, rows, the record, the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.marks import local
from renderer.figures.ranges import RANGES, Window
from renderer.findings.buckets import buckets_of
from renderer.findings.clocks import instant, wall_clock
from renderer.findings.frames import Frames

# Between bars of a few pixels air turns into a moiré pattern, and so does the seam
# of two that only touch: many bars overlap by a part of a pixel.
AIRY_BARS, AIR, OVERLAP = 200, 0.04, 0.12
# The best of fewer is no record.
OF_NOTE = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One bucket as the data table tells it; `count` is the last one read in it."""

    bucket: datetime
    increment: int | None
    hours_covered: int
    hours_due: int
    complete: bool
    count: int | None


def bars_of(frames: Frames, window: Window, within: pl.DataFrame) -> pl.DataFrame:
    """Return the buckets of a window, with `record`: whether it is the best ever.

    `within` are the increments of the window.
    """
    best = record_of(frames, window.every)
    record = pl.lit(False) if best is None else pl.col("bucket") == best
    return buckets_of(within, window.every, frames.zone).with_columns(
        record=record & pl.col("complete")
    )


def record_of(frames: Frames, every: str) -> datetime | None:
    """Return the complete bucket with the largest increment, the first of equals."""
    buckets = complete_of(frames, every)
    increments = buckets["increment"]
    if len(increments) < OF_NOTE or increments.n_unique() == 1:
        return None
    # Not `arg_max`, which gives the last of equals where it knows them as sorted.
    best = increments.index_of(increments.max())
    bucket: datetime = buckets.item(best, "bucket")
    return bucket.astimezone(frames.zone)


def complete_of(frames: Frames, every: str) -> pl.DataFrame:
    """Return the complete buckets of the whole history."""
    if every == "1h":
        hourly = pl.col("hours") == 1, pl.col("increment").is_not_null()
        return frames.increments.filter(*hourly).rename({"start": "bucket"})
    known = {"1d": frames.daily, "1w": frames.weekly, "1mo": frames.monthly}
    buckets = known.get(every)
    if buckets is None:
        buckets = buckets_of(frames.increments, every, frames.zone)
    return buckets.filter("complete")


def bar_trace(bars: pl.DataFrame, zone: ZoneInfo) -> dict[str, Any]:
    """Return the bars, each as wide as its bucket; an incomplete one is paler."""
    air = AIR if len(bars) <= AIRY_BARS else -OVERLAP
    lengths_ms = (bars["until"] - bars["bucket"]).dt.total_milliseconds()
    colour = (
        pl.when("record")
        .then(pl.lit(theme.RECORD))
        .when("complete")
        .then(pl.lit(theme.BAR))
        .otherwise(pl.lit(theme.PARTIAL_BAR))
    )
    return {
        "type": "bar",
        "x": local(bars["bucket"], zone),
        "y": bars["increment"].to_list(),
        "offset": one_or_all(lengths_ms * air),
        "width": one_or_all(lengths_ms * (1 - 2 * air)),
        "marker": {"color": bars.select(colour).to_series().to_list()},
    }


def one_or_all(values: pl.Series) -> float | list[float]:
    """Return the one value that all have, as plotly takes it, or all values."""
    found: list[float] = values.to_list()
    return found[0] if len(set(found)) == 1 else found


def previous_trace(
    frames: Frames, window: Window, bars: pl.DataFrame
) -> dict[str, Any] | None:
    """Return the increments of the period before, in steps over the same axis.

    Only those of complete buckets; None where there are none.
    """
    days = RANGES[window.name]
    if days is None or bars.is_empty():
        return None
    earlier = earlier_of(frames, window, bars, days)
    if not earlier.count():
        return None
    x, y = local(bars["bucket"], frames.zone), earlier.to_list()
    ends = local(bars["until"], frames.zone)
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


def earlier_of(
    frames: Frames, window: Window, bars: pl.DataFrame, days: int
) -> pl.Series:
    """Return for each bar the increment of its bucket so many days before.

    An hour is compared with the one so many hours before, a day with the day of
    that date.
    """
    clock = "UTC" if window.every == "1h" else frames.zone.key
    back = pl.col("bucket").dt.offset_by(f"-{days}d")
    walls = bars.select(bucket=wall_clock(pl.col("bucket"), clock)).select(back)
    first = walls.select(instant(pl.col("bucket"), clock)).item(0, 0)
    near = pl.col("start") >= first, pl.col("end") <= window.start
    before = buckets_of(frames.increments.filter(*near), window.every, frames.zone)
    known = before.filter("complete").select(
        "increment", bucket=wall_clock(pl.col("bucket"), clock)
    )
    joined = walls.join(known, on="bucket", how="left", maintain_order="left")
    return joined["increment"]


def rows_of(bars: pl.DataFrame, readings: pl.DataFrame) -> list[Row]:
    """Return the buckets as rows, newest first, each with the last count in it."""
    # A reading belongs to the bucket that it closes, as its increment does.
    counts = readings.select(
        "count", at="scheduled_at", last=pl.col("scheduled_at").dt.offset_by("-1us")
    )
    shown = bars.sort("bucket").with_columns(
        bucket_at=pl.col("bucket").dt.convert_time_zone("UTC"),
        last=pl.col("until").dt.convert_time_zone("UTC").dt.offset_by("-1us"),
    )
    found = shown.join_asof(counts, on="last", strategy="backward")
    inside = pl.col("at") > pl.col("bucket_at")
    columns = found.select(
        *("bucket", "increment", "hours_covered", "hours_due", "complete"),
        count=pl.when(inside).then("count"),
    )
    return [Row(*row) for row in columns.reverse().rows()]
