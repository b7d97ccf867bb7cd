"""Coverage: how many of the hours have a reading, in all and by the month; pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import HOUR, find_day_start

# So many of the newest months are listed.
MONTHS_LISTED = 24


def measure_coverage(readings: pl.DataFrame, zone: ZoneInfo) -> dict[str, Any]:
    """Return how many hours have a reading, and how many should.

    `hours_due` are the scheduled hours from the first reading to the last, both
    included, `hours_present` those that have a reading, `ratio` is the part that
    these are (0 to 1). `months` has the first two for each of the newest months of
    the zone (`month`: `2026-11`), the oldest first. Takes at least one reading.
    """
    hours = readings["scheduled_at"]
    first, last = hours.item(0), hours.item(-1)
    due = (last - first) // HOUR + 1
    bounds = [max(first, month) for month in list_month_starts(first, last, zone)]
    bounds.append(last + HOUR)
    rows = hours.search_sorted(pl.Series(bounds, dtype=hours.dtype)).to_list()
    return {
        "hours_present": hours.len(),
        "hours_due": due,
        "ratio": round(hours.len() / due, 6),
        "months": [
            {
                "month": f"{start.astimezone(zone):%Y-%m}",
                "hours_present": rows[n + 1] - rows[n],
                "hours_due": (bounds[n + 1] - start) // HOUR,
            }
            for n, start in enumerate(bounds[:-1])
        ],
    }


def list_month_starts(
    first: datetime, last: datetime, zone: ZoneInfo
) -> list[datetime]:
    """Return when the newest months from one instant to another begin (UTC).

    From 9 October to 23 November in Tokyo:

    >>> zone = ZoneInfo("Asia/Tokyo")
    >>> first, last = (datetime(2026, *day, tzinfo=zone) for day in ((10, 9), (11, 23)))
    >>> [str(start) for start in list_month_starts(first, last, zone)]
    ['2026-09-30 15:00:00+00:00', '2026-10-31 15:00:00+00:00']
    """
    oldest, newest = (
        local.year * 12 + local.month - 1
        for local in (first.astimezone(zone), last.astimezone(zone))
    )
    return [
        find_day_start(date(month // 12, month % 12 + 1, 1), zone)
        for month in range(max(oldest, newest - MONTHS_LISTED + 1), newest + 1)
    ]
