"""News: the milestones and records that a later reading has confirmed; pure.

The newest reading may yet turn out to be an error of the source, and so may one from
which the count falls: what only such readings say is no news.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import HOUR, find_day_start
from renderer.findings.frames import Frames
from renderer.findings.milestones import LISTED

# Those of which there is news.
MADE = ("best_hour", "best_day", "best_week", "best_month")


@dataclass(frozen=True)
class Record:
    """A record by its name: when it began, as the summary has it, and when it ended."""

    name: str
    start: str
    end: datetime
    increment: int


@dataclass(frozen=True)
class News:
    """What has happened; `milestones` as `find_milestones` has them, newest first."""

    milestones: list[dict[str, Any]]
    records: list[Record]


def find_news(frames: Frames, records: Mapping[str, Any]) -> News:
    """Return the news of a history with these records (those of its summary)."""
    found = [
        Record(
            name, start, find_record_end(name, start, frames.zone), each["increment"]
        )
        for name in MADE
        if (each := records[name])
        for start in [next(text for key, text in each.items() if key != "increment")]
    ]
    return News(
        find_confirmed_milestones(frames.milestones, frames.kept),
        [each for each in found if is_confirmed(frames.kept, each.end)],
    )


def find_confirmed_milestones(
    milestones: pl.DataFrame, kept: pl.DataFrame
) -> list[dict[str, Any]]:
    """Return the newest milestones that a later reading has reached as well."""
    # Of each kept reading the highest count after it; nothing comes after the last.
    later = kept["count"].reverse().cum_max().reverse().shift(-1)
    rows = kept["scheduled_at"].search_sorted(milestones["by"], side="left")
    reached = (later.gather(rows) >= milestones["count"]).fill_null(False)
    return milestones.filter(reached).tail(LISTED).reverse().to_dicts()


def is_confirmed(kept: pl.DataFrame, end: datetime) -> bool:
    """Tell whether the count has not fallen right after an instant (UTC).

    False also if nothing was read since.
    """
    following = kept["scheduled_at"].search_sorted(end, side="right")
    counts = kept["count"].slice(max(following - 1, 0), 2)
    return counts.len() == 2 and bool(counts[0] <= counts[1])


def find_record_end(name: str, start: str, zone: ZoneInfo) -> datetime:
    """Return when the hour, day, week or month of a record ends.

    >>> find_record_end("best_month", "2026-12", ZoneInfo("Asia/Tokyo")).isoformat()
    '2026-12-31T15:00:00+00:00'
    """
    if name == "best_hour":
        return datetime.fromisoformat(start) + HOUR
    if name == "best_month":
        # Four days after the 28th is in the next month, whatever month it is.
        later = date.fromisoformat(f"{start}-28") + timedelta(days=4)
        return find_day_start(later.replace(day=1), zone)
    days = 7 if name == "best_week" else 1
    return find_day_start(date.fromisoformat(start) + timedelta(days=days), zone)
