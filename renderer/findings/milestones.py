"""Milestones: the round numbers that the count has passed, and the next one; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from renderer.findings.pace import Pace, make_span, measure_paces

# So many of the newest of each kind are listed: milestones, gaps, resets, corrections,
# notes and runs of readings that are set aside.
LISTED = 20
# 10, 20, ... 90, 100, 110, ... 990, 1000, 1100, ...: at most two digits that are
# not zero, up to the first number that no count can be.
ROUND_NUMBERS = [
    *range(10, 100, 10),
    *(digits * 10**zeros for zeros in range(1, 17) for digits in range(10, 100)),
    10**18,
]
# The next one is estimated from the paces of the last day, week and four weeks.
PACE_HOURS = (24, 168, 672)
# Whatever takes longer than a century is not in sight.
HORIZON = timedelta(days=36525)


def find_milestones(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the milestones that a history of at least one reading has passed.

    Columns: `count`, the round number, and `after` and `by`, the scheduled hours
    (UTC) of the two readings between which it was passed. A number that is reached
    again after a reset does not count again, and one that the first reading had
    reached already does not count at all: nobody saw when.

    From 95 to 101 the count has passed 100:

    >>> hour = datetime.fromisoformat("2026-11-23T22:00:00Z")
    >>> hours = [hour, hour + timedelta(hours=1)]
    >>> readings = pl.DataFrame({"scheduled_at": hours, "count": [95, 101]})
    >>> find_milestones(readings)["count"].to_list()
    [100]
    """
    highest = readings["count"].cum_max()
    first, last = (bisect_right(ROUND_NUMBERS, highest.item(n)) for n in (0, -1))
    numbers = pl.Series(ROUND_NUMBERS[first:last], dtype=pl.Int64)
    row = highest.search_sorted(numbers, side="left").cast(pl.Int64)
    hours = readings["scheduled_at"]
    return pl.DataFrame(
        {"count": numbers, "after": hours.gather(row - 1), "by": hours.gather(row)}
    )


def summarise_milestones(
    milestones: pl.DataFrame, readings: pl.DataFrame, increments: pl.DataFrame
) -> dict[str, Any]:
    """Return `milestones` of the summary: their number, the newest, and the next.

    Takes the frames as `find_milestones`, `READINGS_SCHEMA` and `derive_increments`
    have them. The newest are the rows of the first, the newest first.
    """
    newest = milestones.tail(LISTED).reverse().to_dicts()
    now = readings.row(-1, named=True)
    spans = [make_span(now["scheduled_at"], hours) for hours in PACE_HOURS]
    return {
        "number": milestones.height,
        "newest": newest,
        "last": newest[0] if newest else None,
        "next": estimate_next(
            now["count"], now["observed_at"], measure_paces(increments, spans)
        ),
    }


def estimate_next(
    count: int, observed_at: datetime, paces: Iterable[Pace | None]
) -> dict[str, Any]:
    """Return the next milestone above a count, and when it comes at some paces.

    `count` is the milestone, `previous` the one before it, `remaining` what is
    missing, `progress` the part of the way between the two that is done (0 to 1).
    `earliest` is when it comes at the fastest of the known paces, `latest` at the
    slowest; None stands for never, or not within a century.

    >>> now = datetime.fromisoformat("2026-11-23T22:00:00Z")
    >>> found = estimate_next(95, now, [])
    >>> found["count"], found["previous"], found["remaining"], found["progress"]
    (100, 90, 5, 0.5)
    """
    above = bisect_right(ROUND_NUMBERS, count)
    number, previous = ROUND_NUMBERS[above], ROUND_NUMBERS[above - 1] if above else 0
    remaining = number - count
    earliest, latest = estimate_range(remaining, observed_at, paces)
    return {
        "count": number,
        "previous": previous,
        "remaining": remaining,
        # Rounded down: only the milestone itself is the whole way.
        "progress": (count - previous) * 10**4 // (number - previous) / 10**4,
        "earliest": earliest,
        "latest": latest,
    }


def estimate_range(
    remaining: int, observed_at: datetime, paces: Iterable[Pace | None]
) -> tuple[datetime | None, datetime | None]:
    """Return when a count has risen by so much more, at the earliest and the latest.

    At the fastest of the known paces and at the slowest; None stands for never, or not
    within a century.
    """
    waits = [estimate_wait(remaining, pace) for pace in paces if pace]
    in_sight = [wait for wait in waits if wait is not None]
    if not in_sight:
        return None, None
    is_open = len(in_sight) < len(waits)
    return (
        observed_at + min(in_sight),
        None if is_open else observed_at + max(in_sight),
    )


def estimate_wait(remaining: int, pace: Pace) -> timedelta | None:
    """Return how long the count needs at a pace to rise by so much more.

    In whole seconds, rounded up; None if it never gets there, or not in a century.
    """
    if pace.increment == 0:
        return None
    seconds = -(-remaining * pace.elapsed_s // pace.increment)
    return timedelta(seconds=seconds) if seconds <= HORIZON.total_seconds() else None
