"""The round numbers that the count has passed, and when it may pass the next one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from renderer.findings.pace import Rise, make_span, measure_rises

LISTED = 20
# 10, 20, ... 90, 100, 110, ... 990, 1000, 1100, ...: at most two digits that are
# not zero, up to the first number that no count can be.
NUMBERS = [
    *range(10, 100, 10),
    *(digits * 10**zeros for zeros in range(1, 17) for digits in range(10, 100)),
    10**18,
]
# The paces that the next date is told from, in hours.
PACES = (24, 168, 672)
FAR = timedelta(days=36525)


def find_milestones(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the milestones: `count`, and the hours `after` and `by` which it came.

    Each was passed once, when the highest count so far first reached it; what lay
    at or below the first reading, nobody saw. Takes at least one reading.
    """
    highest = readings["count"].cum_max()
    first, last = (bisect_right(NUMBERS, highest.item(n)) for n in (0, -1))
    numbers = pl.Series(NUMBERS[first:last], dtype=pl.Int64)
    row = highest.search_sorted(numbers, side="left").cast(pl.Int64)
    hours = readings["scheduled_at"]
    return pl.DataFrame(
        {"count": numbers, "after": hours.gather(row - 1), "by": hours.gather(row)}
    )


def summarise_milestones(
    milestones: pl.DataFrame, readings: pl.DataFrame, increments: pl.DataFrame
) -> dict[str, Any]:
    """Return the number of milestones, the newest, and what is known of the next."""
    newest = milestones.tail(LISTED).reverse().to_dicts()
    now = readings.row(-1, named=True)
    spans = [make_span(now["scheduled_at"], hours) for hours in PACES]
    return {
        "number": milestones.height,
        "newest": newest,
        "last": newest[0] if newest else None,
        "next": estimate_next(
            now["count"], now["observed_at"], measure_rises(increments, spans)
        ),
    }


def estimate_next(
    count: int, observed_at: datetime, rises: Iterable[Rise | None]
) -> dict[str, Any]:
    """Return the next milestone above a count and when it comes at known paces.

    `earliest` is by the fastest pace, `latest` by the slowest; None is never, or
    not within a century.
    """
    above = bisect_right(NUMBERS, count)
    number, previous = NUMBERS[above], NUMBERS[above - 1] if above else 0
    remaining = number - count
    waits = [estimate_wait(remaining, rise) for rise in rises if rise]
    in_sight = [w for w in waits if w is not None]
    return {
        "count": number,
        "previous": previous,
        "remaining": remaining,
        # Rounded down: it is not there before it is.
        "progress": (count - previous) * 10**4 // (number - previous) / 10**4,
        "earliest": observed_at + min(in_sight) if in_sight else None,
        "latest": (
            observed_at + max(in_sight)
            if in_sight and len(in_sight) == len(waits)
            else None
        ),
    }


def estimate_wait(remaining: int, rise: Rise) -> timedelta | None:
    """Return how long the remainder takes at a pace, None if not in sight."""
    if rise.increment == 0:
        return None
    seconds = -(-remaining * rise.elapsed_s // rise.increment)
    return timedelta(seconds=seconds) if seconds <= FAR.total_seconds() else None
