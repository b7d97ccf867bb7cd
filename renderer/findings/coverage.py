"""How much of the time is recorded, as a whole and by the month; all pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import HOUR, find_day_start

MONTHS = 24


def measure_coverage(readings: pl.DataFrame, zone: ZoneInfo) -> dict[str, Any]:
    """Return the hours present and due, from the first reading to the last.

    Also for each of the newest months of the zone, the oldest first.
    """
    hours = readings["scheduled_at"]
    first, last = hours.item(0), hours.item(-1)
    due = (last - first) // HOUR + 1
    bounds = [max(first, month) for month in list_months(first, last, zone)]
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


def list_months(first: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the beginnings (UTC) of the newest months that the time reaches into."""
    oldest, newest = (
        time.year * 12 + time.month - 1
        for time in (first.astimezone(zone), last.astimezone(zone))
    )
    return [
        find_day_start(date(month // 12, month % 12 + 1, 1), zone)
        for month in range(max(oldest, newest - MONTHS + 1), newest + 1)
    ]
