"""The ranges that the page has graphs of, and which hours each of them shows; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import DAY, HOUR, find_day_start
from renderer.findings.whole_days import find_end, is_young

# The one list of ranges: how many days each has, in the order of the page's tabs. The
# last has no number, for it is the whole history. A new range needs its line here and
# its words in each of site/templates/words/*.toml, `[ranges.<name>]`; README lists it.
# Each always has its files, for somebody may have embedded them; the page has no tab
# of one that would show the same as the whole history.
RANGES = {
    "24h": 1,
    "7d": 7,
    "30d": 30,
    "1y": 365,
    "all": None,
}
# The range whose tab is open when the page's address names none, or one without a
# tab. Where it has none itself, that of the whole history is.
DEFAULT_RANGE = "7d"
# Up to this many days a range is shown by the hour and ends at the last reading. A
# longer one ends at the last midnight: its pictures then change once a day, and need
# not be drawn again every hour for less than a pixel.
HOURLY_DAYS = 7
# The lengths that the bars of a longer range may have, with their hours; `1y` is such
# a length here, and not the range of that name.
BAR_HOURS = {"1d": 24, "1w": 168, "1mo": 730, "1q": 2190, "1y": 8766}
# More bars can hardly be told apart.
MAX_BARS = 400


@dataclass(frozen=True)
class Range:
    """What a range shows of a history: from `start` to `end` (UTC), in bars.

    `every` is the length of a bar: `1h`, `1d`, `1w`, `1mo`, `1q` or `1y`.
    """

    name: str
    start: datetime
    end: datetime
    every: str

    @property
    def hours(self) -> float:
        """How long the range is."""
        return (self.end - self.start) / HOUR

    def shows_same(self, other: Range) -> bool:
        """Tell whether another range shows the same hours in the same bars."""
        return self == replace(other, name=self.name)

    def select_rows(self, frame: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
        """Return the rows of a frame that lie wholly within the range.

        `start` and `end` name the columns with the times (UTC) at which a row begins
        and ends; the frame must be sorted by both.
        """
        first = frame[start].search_sorted(self.start, side="left")
        behind = frame[end].search_sorted(self.end, side="right")
        return frame.slice(first, max(0, behind - first))


def make_ranges(first: datetime, last: datetime, zone: ZoneInfo) -> list[Range]:
    """Return all ranges of a history with readings from `first` to `last` (UTC).

    None begins before the history does. One that is shown by the day or longer begins
    and ends at midnight in `zone`, unless it begins with the history.
    """
    today = last.astimezone(zone).date()
    young, midnight = is_young(first, last), find_end(first, last, zone)
    ranges = []
    for name, days in RANGES.items():
        hourly = young or (days is not None and days <= HOURLY_DAYS)
        start, end = first, last if hourly else midnight
        if days is not None:
            length = days * DAY
            since = end - length if hourly else find_day_start(today - length, zone)
            start = max(first, since)
        every = "1h" if hourly else choose_bar_length((end - start) / HOUR)
        ranges.append(Range(name, start, end, every))
    return ranges


def choose_default(names: Sequence[str]) -> str:
    """Return which of the ranges that have a tab is open at first.

    >>> choose_default(["24h", "7d", "all"]), choose_default(["24h", "all"])
    ('7d', 'all')
    """
    return DEFAULT_RANGE if DEFAULT_RANGE in names else names[-1]


def choose_bar_length(hours: float) -> str:
    """Return the shortest length, of a day or more, that gives few enough bars.

    >>> choose_bar_length(24 * 365), choose_bar_length(24 * 1000)
    ('1d', '1w')
    """
    fitting = (every for every, of in BAR_HOURS.items() if hours <= of * MAX_BARS)
    return next(fitting, "1y")
