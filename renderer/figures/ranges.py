"""The ranges that the pictures show, and which points they need; all pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import find_day_start

# The one list of ranges: how many days each has, in the order of the page's tabs. The
# last has no number, for it is the whole history. A new range needs its line here and
# its words in each of site/templates/words/*.toml, `[ranges.<name>]`: nothing else.
RANGES = {
    "24h": 1,
    "7d": 7,
    "30d": 30,
    "1y": 365,
    "all": None,
}
# The range whose tab is open when the page's address names none.
DEFAULT_RANGE = "7d"
# Up to this many days a range is shown by the hour, and ends at the last reading.
# A longer one ends at the last midnight: its picture then only changes once a day,
# and need not be drawn again every hour for less than a pixel.
HOURLY_DAYS = 7
# What a range may be cut into: no more bars than can be told apart.
BUCKETS = {"1h": 1, "1d": 24, "1w": 168, "1mo": 730, "1q": 2190, "1y": 8766}
MAX_BARS = 400


@dataclass(frozen=True)
class Range:
    """One range: its bounds (UTC) and the length of its bars."""

    name: str
    start: datetime
    end: datetime
    every: str

    def rows_within(self, frame: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
        """Return the rows that lie wholly within, by the columns of their bounds.

        Both columns must be sorted.
        """
        first = frame[start].search_sorted(self.start, side="left")
        behind = frame[end].search_sorted(self.end, side="right")
        return frame.slice(first, max(0, behind - first))


def make_ranges(first: datetime, last: datetime, zone: ZoneInfo) -> list[Range]:
    """Return the ranges of a history that reaches from `first` to `last`."""
    today = last.astimezone(zone).date()
    young = last - first <= timedelta(days=HOURLY_DAYS + 1)
    windows = []
    for name, days in RANGES.items():
        hourly = young or (days is not None and days <= HOURLY_DAYS)
        start, end = first, last if hourly else find_day_start(today, zone)
        if days is not None:
            length = timedelta(days=days)
            before = end - length if hourly else find_day_start(today - length, zone)
            start = max(first, before)
        hours = (end - start) / timedelta(hours=1)
        unit = "1h" if hourly else choose_bucket(hours)
        windows.append(Range(name, start, end, unit))
    return windows


def choose_bucket(hours: float) -> str:
    """Return the smallest bucket, a day or more, that gives few enough bars."""
    return next(
        (
            unit
            for unit, size in BUCKETS.items()
            if size >= 24 and hours <= size * MAX_BARS
        ),
        "1y",
    )


def count_hours(window: Range) -> float:
    """Return how long a window is."""
    return (window.end - window.start) / timedelta(hours=1)
