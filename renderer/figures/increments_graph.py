"""The increments of a range, bucket by bucket: bars, rows, the record, the past."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.marks import format_local
from renderer.figures.ranges import Range
from renderer.findings.buckets import sum_buckets
from renderer.findings.frames import Frames

# Between bars of a few pixels air turns into a moiré pattern, and so does the seam
# of two that only touch: many bars overlap by a part of a pixel.
AIRY_BARS, AIR, OVERLAP = 200, 0.04, 0.12
# The best of fewer is no record.
OF_NOTE = 7


def make_bars(frames: Frames, window: Range, within: pl.DataFrame) -> pl.DataFrame:
    """Return the buckets of a window, with `record`: whether it is the best ever.

    `within` are the increments of the window.
    """
    best = find_record(frames, window.every)
    record = pl.lit(False) if best is None else pl.col("bucket") == best
    return sum_buckets(within, window.every, frames.zone).with_columns(
        record=record & pl.col("complete")
    )


def find_record(frames: Frames, every: str) -> datetime | None:
    """Return the complete bucket with the largest increment, the first of equals."""
    buckets = select_complete(frames, every)
    increments = buckets["increment"]
    if len(increments) < OF_NOTE or increments.n_unique() == 1:
        return None
    # Not `arg_max`, which gives the last of equals where it knows them as sorted.
    best = increments.index_of(increments.max())
    bucket: datetime = buckets.item(best, "bucket")
    return bucket.astimezone(frames.zone)


def select_complete(frames: Frames, every: str) -> pl.DataFrame:
    """Return the complete buckets of the whole history."""
    if every == "1h":
        hourly = pl.col("hours") == 1, pl.col("increment").is_not_null()
        return frames.increments.filter(*hourly).rename({"start": "bucket"})
    known = {"1d": frames.daily, "1w": frames.weekly, "1mo": frames.monthly}
    buckets = known.get(every)
    if buckets is None:
        buckets = sum_buckets(frames.increments, every, frames.zone)
    return buckets.filter("complete")


def draw_bars(bars: pl.DataFrame, zone: ZoneInfo) -> dict[str, Any]:
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
        "x": format_local(bars["bucket"], zone),
        "y": bars["increment"].to_list(),
        "offset": collapse_equal(lengths_ms * air),
        "width": collapse_equal(lengths_ms * (1 - 2 * air)),
        "marker": {"color": bars.select(colour).to_series().to_list()},
    }


def collapse_equal(values: pl.Series) -> float | list[float]:
    """Return the one value that all have, as plotly takes it, or all values."""
    found: list[float] = values.to_list()
    return found[0] if len(set(found)) == 1 else found
