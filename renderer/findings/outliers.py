"""Readings that the counter took back: dips that were undone, leaps that were; pure.

Of a fall of the count nobody knows at once whether it is a reset or an error of the
source. What follows tells: if the count soon goes on as if nothing had been, the few
readings between are set aside. They stay readings, but nothing is derived from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

# How long a run of readings may be to be set aside, in scheduled hours; one of a single
# count may be longer: that is a source which answers 0, or what it once knew.
RUN_HOURS, STILL_HOURS = 6, 48
# So many rows before the first fall and after the last have all that tells of them: a
# run of a single count that goes on to there is too long to be set aside.
NEAR = 2 * STILL_HOURS


def mark_set_aside(readings: pl.DataFrame) -> pl.DataFrame:
    """Return readings with the column `set_aside`: whether the counter took it back.

    Takes `scheduled_at` and `count`, sorted by the hour. Where the count is lower than
    the last one kept, the shortest run of readings is set aside without which it does
    not fall, of equally short ones the later. The run contains one of the two readings
    between which the count falls, and lies between two that are kept, so the first and
    the newest reading always are. Where there is no such run, the fall is a reset.

    >>> from datetime import UTC, datetime
    >>> hours = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in range(4)]
    >>> dip = pl.DataFrame({"scheduled_at": hours, "count": [1000, 1100, 0, 1300]})
    >>> mark_set_aside(dip)["set_aside"].to_list()
    [False, False, True, False]
    """
    falls = (readings["count"].diff() < 0).arg_true()
    if falls.is_empty():
        return readings.with_columns(set_aside=pl.lit(False))
    first = max(0, falls[0] - NEAR)
    near = readings[first : falls[-1] + NEAR]
    since = near["scheduled_at"] - near["scheduled_at"].min()
    hours = since.dt.total_hours().to_list()
    marks = set_runs_aside(near["count"].to_list(), hours, (falls - first).to_list())
    set_aside = pl.repeat(False, readings.height, eager=True)
    return readings.with_columns(
        set_aside=set_aside.scatter(pl.Series(marks).arg_true() + first, True)
    )


def list_set_aside(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the runs of readings that are set aside, of readings that are marked.

    Columns: `first` and `last`, the first and the last scheduled hour (UTC) of a run,
    `readings`, how many it has, `lowest` and `highest`, the least and the most that
    they count, and `before` and `after`, the counts between which it lies.
    """
    count = pl.col("count")
    return (
        readings.with_columns(
            run=pl.col("set_aside").rle_id(),
            before=count.shift(1),
            after=count.shift(-1),
        )
        .filter("set_aside")
        .group_by("run", maintain_order=True)
        .agg(
            first=pl.col("scheduled_at").first(),
            last=pl.col("scheduled_at").last(),
            readings=pl.len().cast(pl.Int64),
            lowest=count.min(),
            highest=count.max(),
            before=pl.col("before").first(),
            after=pl.col("after").last(),
        )
        .drop("run")
    )


def set_runs_aside(
    counts: Sequence[int], hours: Sequence[int], falls: Iterable[int]
) -> list[bool]:
    """Return for each reading whether it is set aside.

    `falls` are the rows whose count is lower than that of the row before, in order.
    """
    aside, settled = [False] * len(counts), 0
    for fall in falls:
        # Another run has taken it out, or what was before it.
        if fall <= settled:
            continue
        if run := find_run(counts, hours, aside, fall):
            aside[run.start : run.stop] = [True] * len(run)
            settled = run.stop
    return aside


def find_run(
    counts: Sequence[int], hours: Sequence[int], aside: Sequence[bool], fall: int
) -> range | None:
    """Return the rows to set aside for a fall, None if it is a reset."""

    def fits(run: range, longest: int) -> bool:
        before, after = run.start - 1, run.stop
        return (
            before >= 0
            and after < len(counts)
            and not aside[before]
            and counts[before] <= counts[after]
            and hours[after - 1] - hours[run.start] < longest
        )

    runs = [run for run in list_still_runs(counts, fall) if fits(run, STILL_HOURS)]
    short = (run for run in list_short_runs(counts, fall) if fits(run, RUN_HOURS))
    runs += [run for run in [next(short, None)] if run]
    return min(runs, key=lambda run: (len(run), -run.start), default=None)


def list_still_runs(counts: Sequence[int], fall: int) -> Iterator[range]:
    """Yield the rows from a fall on, and up to it, as far as their count is the same.

    Any part of them would leave the same count beside it, and so the fall.
    """
    first, stop = fall - 1, fall + 1
    while first > 0 and counts[first - 1] == counts[fall - 1]:
        first -= 1
    while stop < len(counts) and counts[stop] == counts[fall]:
        stop += 1
    yield range(fall, stop)
    yield range(first, fall)


def list_short_runs(counts: Sequence[int], fall: int) -> Iterator[range]:
    """Yield the runs of few rows about a fall, the shortest first, then the latest."""
    # Most falls are resets: the counts around them tell so at once.
    low = min(counts[max(0, fall - RUN_HOURS - 1) : fall])
    high = max(counts[fall : fall + RUN_HOURS + 1])
    if low <= high:
        for length in range(1, RUN_HOURS + 1):
            for first in range(fall, fall - length - 1, -1):
                yield range(first, first + length)
