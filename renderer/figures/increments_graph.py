"""The bars of a graph of increments, with the record among them; pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Trace
from renderer.figures.ranges import Range
from renderer.findings.buckets import sum_buckets
from renderer.findings.frames import Frames
from renderer.findings.increments import find_odd_hours
from renderer.findings.records import find_best_bucket

# Up to so many bars have air at each side, a part of their bucket's length. Between
# thinner ones air would turn into a moiré pattern, and so would the seam of two that
# only touch: they overlap instead.
AIRY_BARS, AIR, OVERLAP = 200, 0.04, 0.12


def sum_bars(frames: Frames, range_: Range, increments: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each bar of a range: its buckets, and which is the record.

    `increments` are those within the range. The columns are those of `sum_buckets`,
    `record`: whether the bucket is complete and the best of the whole history, and
    `since` and `by`: when both readings of an hour were made (UTC) if they were not an
    hour apart, otherwise null.
    """
    best = find_best_bucket(frames, range_.every)
    record = pl.lit(False) if best is None else pl.col("bucket") == best
    bars = sum_buckets(increments, range_.every, frames.zone).with_columns(
        record=record & pl.col("complete")
    )
    hours = increments if range_.every == "1h" else increments.clear()
    odd = find_odd_hours(hours, frames.kept)
    return bars.join(odd, on="bucket", how="left", maintain_order="left")


def find_means(frames: Frames, range_: Range, bars: pl.DataFrame) -> pl.Series:
    """Return for each bar of a day the mean of the seven days that end with it.

    Longer and shorter bars have none.
    """
    daily = range_.every == "1d"
    known = frames.means if daily else frames.means.clear()
    return bars.join(known, on="bucket", how="left", maintain_order="left")["mean"]


def make_bar_trace(bars: pl.DataFrame, zone: ZoneInfo) -> Trace:
    """Return the bars, each as wide as its bucket is long.

    The record has a colour of its own; one of an incomplete bucket is paler. Of an
    hour whose readings were not an hour apart, `customdata` has when they were made.
    """
    air = AIR if len(bars) <= AIRY_BARS else -OVERLAP
    lengths_ms = (bars["until"] - bars["bucket"]).dt.total_milliseconds()
    colour = (
        pl.when("record")
        .then(pl.lit(theme.RECORD))
        .when("complete")
        .then(pl.lit(theme.BAR))
        .otherwise(pl.lit(theme.PARTIAL_BAR))
    )
    odd = bars["since"].count() > 0
    return {
        "type": "bar",
        "x": format_times(bars["bucket"], zone),
        "y": bars["increment"].to_list(),
        "offset": unify_equal(lengths_ms * air),
        "width": unify_equal(lengths_ms * (1 - 2 * air)),
        "marker": {"color": bars.select(colour).to_series().to_list()},
        **({"customdata": tell_readings(bars, zone)} if odd else {}),
    }


def tell_readings(bars: pl.DataFrame, zone: ZoneInfo) -> list[list[str] | None]:
    """Return for each bar when its readings were made, None where that is its hour."""
    odd = bars.select("bucket", "since", "by").drop_nulls()
    pairs = zip(
        odd["bucket"],
        format_times(odd["since"], zone),
        format_times(odd["by"], zone),
        strict=True,
    )
    told = {bucket: [since, by] for bucket, since, by in pairs}
    return [told.get(bucket) for bucket in bars["bucket"]]


def unify_equal(values: pl.Series) -> float | list[float]:
    """Return one number if all values are equal, which plotly takes for all bars.

    >>> unify_equal(pl.Series([2.5, 2.5])), unify_equal(pl.Series([2.5, 2.4]))
    (2.5, [2.5, 2.4])
    """
    found: list[float] = values.to_list()
    return found[0] if len(set(found)) == 1 else found
