"""The findings: what the page says and `summary.json` holds; all pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.aggregate import gaps_of, resets_of

LISTED = 20
PACES = {"last_hour": 1, "last_24_hours": 24, "last_7_days": 168}


def summary_of(
    counter: str,
    zone: ZoneInfo,
    readings: pl.DataFrame,
    increments: pl.DataFrame,
    daily: pl.DataFrame,
) -> dict[str, Any]:
    """Return what is known of a counter with at least one reading.

    Times are UTC, days are days of `time_zone`. A record counts only complete
    hours and days; of gaps and resets the newest are listed. JavaScript reads
    numbers above 2^53 inexactly, hence the count as text beside the number.
    """
    first, last = readings.row(0, named=True), readings.row(-1, named=True)
    due = (last["scheduled_at"] - first["scheduled_at"]) // timedelta(hours=1) + 1
    gaps, resets = gaps_of(increments), resets_of(increments)
    return {
        "schema": 1,
        "counter": counter,
        "time_zone": zone.key,
        "count": last["count"],
        "count_text": str(last["count"]),
        "scheduled_at": utc(last["scheduled_at"]),
        "observed_at": utc(last["observed_at"]),
        "first_scheduled_at": utc(first["scheduled_at"]),
        "pace": {
            name: pace(increments, last["scheduled_at"], hours)
            for name, hours in PACES.items()
        },
        "coverage": {
            "hours_present": readings.height,
            "hours_due": due,
            "ratio": round(readings.height / due, 6),
        },
        "records": {
            "best_hour": best_hour(increments),
            "best_day": best_day(daily),
        },
        "gaps": {
            "number": gaps.height,
            "hours": gaps["hours"].sum(),
            "newest": [
                {
                    "first": utc(row["first"]),
                    "last": utc(row["last"]),
                    "hours": row["hours"],
                }
                for row in gaps.tail(LISTED).to_dicts()
            ],
        },
        "resets": {
            "number": resets.height,
            "newest": [
                {
                    "after": utc(row["start"]),
                    "before": utc(row["end"]),
                    "from_count": row["before"],
                    "to_count": row["after"],
                }
                for row in resets.tail(LISTED).to_dicts()
            ],
        },
    }


def pace(increments: pl.DataFrame, last: datetime, hours: int) -> dict[str, Any] | None:
    """Return the increment over the last hours and the time that it really took.

    Only pairs of readings within that time count, and no resets; None if there
    are none.
    """
    since = last - timedelta(hours=hours)
    known = increments.filter(
        pl.col("start") >= since, pl.col("increment").is_not_null()
    )
    elapsed_s = int(known["elapsed_s"].sum())
    if elapsed_s <= 0:
        return None
    increment = int(known["increment"].sum())
    return {
        "increment": increment,
        "elapsed_s": elapsed_s,
        "per_hour": round(increment * 3600 / elapsed_s, 3),
    }


def best_hour(increments: pl.DataFrame) -> dict[str, Any] | None:
    """Return the hour with the largest increment, the earliest of equals."""
    hour = top(increments.filter(pl.col("hours") == 1))
    return hour and {"start": utc(hour["start"]), "increment": hour["increment"]}


def best_day(daily: pl.DataFrame) -> dict[str, Any] | None:
    """Return the complete day with the largest increment, the earliest of equals."""
    day = top(daily.filter("complete"))
    return day and {
        "date": day["bucket"].date().isoformat(),
        "increment": day["increment"],
    }


def top(frame: pl.DataFrame) -> dict[str, Any] | None:
    """Return the first row with the largest increment."""
    known = frame.filter(pl.col("increment").is_not_null())
    best = known["increment"].arg_max()
    return None if best is None else known.row(best, named=True)


def utc(time: datetime) -> str:
    """Return an instant in UTC as ISO 8601."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
