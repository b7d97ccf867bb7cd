"""How a language writes instants, days and months; pure.

An instant is a datetime or a text such as `2026-11-24T03:00:00Z`, a day is a date or
`2026-11-24`, a month `2026-11`: as they stand in the summary. How a language writes
them is in `[forms]` of its words. The examples are in English, of Asia/Tokyo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

# An estimate is told by the hour, by the day or by the month, as it is far away.
HOURS_AHEAD, DAYS_AHEAD = timedelta(days=2), timedelta(days=730)


@dataclass(frozen=True)
class Dates:
    """How a language writes the times of a zone."""

    texts: Mapping[str, Any]
    zone: ZoneInfo

    @property
    def zone_name(self) -> str | None:
        """The name that the language has for the zone, if any: `Japan time (UTC+9)`."""
        name: str | None = self.texts["zones"].get(self.zone.key)
        return name

    def at(self, time: str | datetime) -> datetime:
        """Return an instant as a datetime of the zone."""
        if isinstance(time, str):
            time = datetime.fromisoformat(time)
        return time.astimezone(self.zone)

    def moment(self, time: str | datetime) -> str:
        """Return the date and the time of an instant: `24 November 2026, 12:00`."""
        local = self.at(time)
        return self._write("moment", day=self.day(local), time=f"{local:%H:%M}")

    def local(self, time: str | datetime) -> str:
        """Return an instant by the zone's clocks, for scripts: `2026-11-24T12:00`."""
        return f"{self.at(time):%Y-%m-%dT%H:%M}"

    def short_moment(self, time: datetime) -> str:
        """Return an instant without its year: `24 November, 12:00`."""
        local = self.at(time)
        return self._write("moment", day=self.short_day(local), time=f"{local:%H:%M}")

    def clock(self, time: str | datetime) -> str:
        """Return the time of an instant: `12:00`."""
        return f"{self.at(time):%H:%M}"

    def before(self, time: str, seconds: int) -> datetime:
        """Return the instant so many seconds before another."""
        return self.at(time) - timedelta(seconds=seconds)

    def hours(self, start: str, end: str) -> int:
        """Return how many whole hours pass from one instant to another."""
        return (self.at(end).astimezone(UTC) - self.at(start)) // timedelta(hours=1)

    def day(self, day: str | date) -> str:
        """Return a day with its year: `24 November 2026`."""
        return self._date("day", day)

    def short_day(self, day: str | date) -> str:
        """Return a day without its year: `24 November`."""
        return self._date("short_day", day)

    def month(self, month: str | date) -> str:
        """Return the month of `2026-11` or of a date: `November 2026`."""
        return self._date("month", f"{month}-01" if isinstance(month, str) else month)

    def short_month(self, month: str) -> str:
        """Return the short name of the month of `2026-11`: `Nov`."""
        name: str = self.texts["months_short"][int(month[-2:]) - 1]
        return name

    def span(self, start: str | datetime, end: str | datetime) -> str:
        """Return two instants; a date or year that both have is written once.

        `24 November 2026, 12:00 – 14:00`
        """
        return self._join("span", start, end)

    def within(self, start: str | datetime, end: str | datetime) -> str:
        """Return two instants that something lies between; a date of both is told once.

        `24 November 2026, 12:00 and 14:00`
        """
        return self._join("between", start, end)

    def days(self, first: str, last: str) -> str:
        """Return a first and a last day: `30 October – 2 November 2026`."""
        if first == last:
            return self.day(first)
        return self._span(
            *self._days(date.fromisoformat(first), date.fromisoformat(last))
        )

    def week(self, monday: str) -> str:
        """Return the first and the last day of the week that begins on a Monday."""
        sunday = date.fromisoformat(monday) + timedelta(days=6)
        return self.days(monday, sunday.isoformat())

    def estimate(self, now: str, earliest: str, latest: str | None) -> str:
        """Return when something is expected, the less exactly the farther away it is.

        By the hour up to two days ahead, by the day up to two years, then by the
        month; without `latest` only the earliest time is told.
        """
        if hours := self.hours_around(now, earliest, latest):
            return self.span(*hours)
        first, last = self.at(earliest), self.at(latest or earliest)
        if last - self.at(now) > DAYS_AHEAD:
            months = self.month(first), self.month(last)
            return months[0] if months[0] == months[1] else self._span(*months)
        return self.days(f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")

    def hours_around(
        self, now: str, earliest: str, latest: str | None
    ) -> tuple[datetime, datetime] | None:
        """Return the hours around an estimate: the readings are no closer.

        None if it is more than two days ahead.
        """
        first, last = self.at(earliest), self.at(latest or earliest)
        if last - self.at(now) > HOURS_AHEAD:
            return None
        first, last = (time.replace(minute=0, second=0) for time in (first, last))
        return first, self.at(last.astimezone(UTC) + timedelta(hours=1))

    def bucket(self, time: datetime, every: str) -> str:
        """Return the name of the bucket that begins at a time.

        every: its length, `1h`, `1d`, `1w`, `1mo`, `1q` or `1y`.
        """
        time = self.at(time)
        if every == "1h":
            return self.moment(time)
        if every == "1y":
            return self._write("year", year=time.year)
        if every in ("1mo", "1q"):
            return self.month(time)
        return self.day(time)

    def _join(self, form: str, start: str | datetime, end: str | datetime) -> str:
        first, last = self.at(start), self.at(end)
        if first == last:
            return self.moment(first)
        if first.date() == last.date():
            return self._write(form, start=self.moment(first), end=f"{last:%H:%M}")
        written = (
            self._write("moment", day=day, time=f"{time:%H:%M}")
            for day, time in zip(self._days(first, last), (first, last), strict=True)
        )
        return self._write(form, start=next(written), end=next(written))

    def _days(self, first: date, last: date) -> list[str]:
        forms: Sequence[str] = ("day", "day")
        if first.year == last.year:
            forms = self.texts["forms"]["same_year"]
        return [
            self._date(form, day)
            for form, day in zip(forms, (first, last), strict=True)
        ]

    def _span(self, start: str, end: str) -> str:
        return self._write("span", start=start, end=end)

    def _date(self, form: str, day: str | date) -> str:
        if isinstance(day, str):
            day = date.fromisoformat(day)
        month = self.texts["months"][day.month - 1]
        return self._write(form, year=day.year, month=month, dom=day.day)

    def _write(self, form: str, **values: object) -> str:
        text: str = self.texts["forms"][form]
        return text.format(**values)
