"""The increments of earlier times, as lines above the bars of a range; pure.

A bar of an hour is compared with the same hour so many days before. Days differ by
the weekday, and two periods seldom begin on the same one: so what is compared over
bars of a day are the means of seven days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from renderer.figures import theme
from renderer.figures.figure import Trace
from renderer.figures.lines_above import LINE_WIDTH, make_line_above
from renderer.figures.ranges import RANGES, Range
from renderer.findings.buckets import UTC_ZONE, sum_buckets
from renderer.findings.clocks import (
    DAY,
    HOUR,
    find_day_start,
    find_instants,
    find_wall_times,
)
from renderer.findings.frames import Frames
from renderer.findings.pace import Span, compare_paces, measure_paces

# A year ago is 52 weeks ago, so that weekdays meet.
YEAR_DAYS = 364
# The one that the pictures show; the others are in the published figures.
SHOWN = "previous"
# A line that goes up and down with so many hours or more is thin, or it would be a
# block.
THIN_WIDTH = 1.25
MANY_HOURS = 48


def list_comparisons(range_: Range) -> dict[str, int]:
    """Return what a range is compared with, and how many days that is before it.

    Its period before is `previous`; `year` is the one a year ago, for the ranges that
    are shorter than that. The whole history is compared with nothing.
    """
    days = RANGES[range_.name]
    if days is None or range_.every not in ("1h", "1d"):
        return {}
    both = {SHOWN: days, "year": YEAR_DAYS}
    return both if days < YEAR_DAYS else {SHOWN: days}


def find_earlier_values(
    frames: Frames, range_: Range, bars: pl.DataFrame
) -> dict[str, pl.Series]:
    """Return for each comparison of a range what each of its bars is compared with.

    An hour is compared with that of exactly so many times 24 hours before, a day with
    the mean of the week that ends on the date so many days before, whatever the clocks
    did since. A value is null where it is not wholly known, and a comparison of which
    nothing is known is left out.
    """
    if bars.is_empty():
        return {}
    found = {
        name: find_values_before(frames, range_, bars, days)
        for name, days in list_comparisons(range_).items()
    }
    return {name: values for name, values in found.items() if values.count()}


def find_values_before(
    frames: Frames, range_: Range, bars: pl.DataFrame, days: int
) -> pl.Series:
    """Return for each bar what it is compared with, of so many days before."""
    clock = UTC_ZONE if range_.every == "1h" else frames.zone
    walls = find_wall_times(bars["bucket"], clock).dt.offset_by(f"-{days}d")
    first, last = find_instants(walls.gather([0, -1]), clock)
    if range_.every == "1h":
        near = pl.col("start") >= first, pl.col("end") <= last + HOUR
        hours = sum_buckets(frames.increments.filter(*near), "1h", frames.zone)
        known = hours.filter("complete").select("bucket", value="increment")
    else:
        near = pl.col("bucket") >= first, pl.col("bucket") <= last
        known = frames.means.filter(*near).select("bucket", value="mean")
    known = known.with_columns(wall=find_wall_times(known["bucket"], clock))
    joined = pl.DataFrame({"wall": walls}).join(
        known, on="wall", how="left", maintain_order="left"
    )
    return joined["value"]


def compare_sums(
    frames: Frames, range_: Range, begins: Mapping[str, datetime]
) -> dict[str, float | None]:
    """Return by what part a range is above each comparison, 0.25 for a quarter.

    Each is compared from where it begins. None where one of both is not known well
    enough (`compare_paces`).
    """
    days = list_comparisons(range_)
    parts = [replace(range_, start=begin) for begin in begins.values()]
    earlier = [
        shift_span(frames, part, days[name])
        for name, part in zip(begins, parts, strict=True)
    ]
    paces = measure_paces(
        frames.increments, [*(Span(each.start, each.end) for each in parts), *earlier]
    )
    return {
        name: compare_paces(now, then)
        for name, now, then in zip(
            begins, paces[: len(parts)], paces[len(parts) :], strict=True
        )
    }


def compare_known(
    frames: Frames,
    range_: Range,
    bars: pl.DataFrame,
    earlier: Mapping[str, pl.Series],
) -> tuple[dict[str, float | None], dict[str, datetime]]:
    """Return `compare_sums` of a range with what is known of each comparison.

    And from when on (UTC), for those that begin with a later bar than the range, where
    too little of them is known to compare all of it.
    """
    whole = compare_sums(frames, range_, dict.fromkeys(earlier, range_.start))
    since = {
        name: bars.item(values.is_not_null().arg_max(), "bucket")
        for name, values in earlier.items()
        if whole[name] is None and values.item(0) is None
    }
    return whole | (compare_sums(frames, range_, since) if since else {}), since


def shift_span(frames: Frames, range_: Range, days: int) -> Span:
    """Return the time so many days before a range: by the hour, or by the date."""
    bounds = range_.start, range_.end
    if range_.every == "1h":
        start, end = (bound - days * DAY for bound in bounds)
        return Span(start, end)
    start, end = (
        find_day_start(bound.astimezone(frames.zone).date() - days * DAY, frames.zone)
        for bound in bounds
    )
    return Span(start, end)


def make_comparison_traces(
    range_: Range, edges: list[str], values: Mapping[str, pl.Series]
) -> list[Trace]:
    """Return the comparisons of a range; those that its picture lacks are invisible."""
    many = range_.every == "1h" and len(edges) > MANY_HOURS
    width = THIN_WIDTH if many else LINE_WIDTH
    return [
        trace | ({} if name == SHOWN else {"visible": False})
        for name, each in values.items()
        for trace in make_line_above(name, edges, each.to_list(), theme.PREVIOUS, width)
    ]
