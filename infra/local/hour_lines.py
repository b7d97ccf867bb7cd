"""What is told of an hour: `23:00  323,616  +76  31 objects in 2.6 s`.

An hour has its line when the site shows its reading, or when there is none to show.
Knows neither console nor stack: it makes lines of what both functions have returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import PurePosixPath
from typing import Any

from collector.reading import floor_hour
from infra.console import tell_number
from infra.local.console import BOLD, DIM, GREEN, paint

Result = Mapping[str, Any]
# After these runs the site shows the newest reading.
_SHOWN = ("published", "unchanged")


@dataclass
class HourLines:
    """The hours whose readings the site does not show yet, and the lines for them.

    zone: of the times in the lines. last: hour and count of the reading before, None
    if it is not known; whoever imports or corrects readings sets it anew.
    """

    zone: tzinfo
    last: tuple[datetime, int] | None = None
    _asked_at_s: dict[datetime, float] = field(default_factory=dict)
    _counts: dict[datetime, int] = field(default_factory=dict)
    _day: str = ""

    def begin(self, hour: datetime, at_s: float) -> None:
        """Note when a reading is asked for, by the monotonic clock."""
        self._asked_at_s[hour] = at_s

    def note_collected(self, event: Result, result: Result) -> list[str]:
        """Note a reading; return its lines if no run of the renderer follows."""
        if result["outcome"] == "too-late":
            hour = floor_hour(datetime.fromisoformat(event["scheduled_time"]))
            return self._tell(hour, "nothing is read: it is too late for this hour")
        if not result["key"]:
            return []
        hour, count = find_hour(result["key"]), int(result["count"])
        if result["outcome"] == "stored":
            self._counts[hour] = count
            return []
        self.last = hour, count
        return self._tell(hour, f"{count:,}", "is there already")

    def note_rendered(self, result: Result, at_s: float) -> list[str]:
        """Return the lines of the hours that the site shows since a run.

        at_s: when the run ended, by the monotonic clock.
        """
        if result.get("outcome") not in _SHOWN or not result.get("newest"):
            return []
        newest = datetime.fromisoformat(result["newest"])
        lines = []
        for hour in (hours := sorted(hour for hour in self._counts if hour <= newest)):
            rest = describe_publishing(result) if hour == hours[-1] else ""
            if rest and hour in self._asked_at_s:
                rest += f" in {at_s - self._asked_at_s[hour]:.1f} s"
            lines += self._tell_count(hour, self._counts.pop(hour), rest)
        # An hour without a reading has none to come.
        for hour in [hour for hour in self._asked_at_s if hour <= newest]:
            del self._asked_at_s[hour]
        return lines

    def _tell_count(self, hour: datetime, count: int, rest: str) -> list[str]:
        grown = describe_growth(self.last, hour, count)
        self.last = hour, count
        return self._tell(hour, paint(f"{count:,}", BOLD), paint(grown, GREEN), rest)

    def _tell(self, hour: datetime, *words: str) -> list[str]:
        shown = hour.astimezone(self.zone)
        day = f"{shown:%Y-%m-%d}, {self.zone}"
        head = [] if day == self._day else [paint(day, DIM)]
        self._day = day
        line = "  ".join(word for word in (f"{shown:%H:%M}", *words) if word)
        return [*head, line]


def describe_growth(
    last: tuple[datetime, int] | None, hour: datetime, count: int
) -> str:
    """Say what was added since the reading before: `+76`, `+152 in 2 hours`."""
    if last is None:
        return ""
    hours = (hour - last[0]) // timedelta(hours=1)
    grown = f"{count - last[1]:+,}"
    return grown if hours == 1 else f"{grown} in {tell_number(hours, 'hour')}"


def find_hour(key: str) -> datetime:
    """Return the hour of a reading: its object is named `20261123T220000Z.json`."""
    return datetime.fromisoformat(PurePosixPath(key).stem)


def describe_publishing(result: Result) -> str:
    """Say what a run has published: `31 objects`, `31 objects, 2 broken readings`."""
    words = [tell_number(len(result.get("objects", [])), "object")]
    if result.get("broken"):
        words.append(tell_number(len(result["broken"]), "broken reading"))
    return ", ".join(words)
