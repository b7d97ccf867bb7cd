"""The times that the page tells, each in an element with the instant; pure.

So a script can tell them by the visitor's own clocks. What has days, weeks or months
stays as it is: these are those of the site's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from renderer.readings.format import format_utc
from renderer.site.dates import Dates

MOMENT = Markup('<time datetime="{at}">{text}</time>')
SHORT = Markup('<time datetime="{at}" data-short>{text}</time>')
CLOCK = Markup('<time datetime="{at}" data-clock>{text}</time>')
SPAN = Markup('<time datetime="{at}" data-until="{until}">{text}</time>')


@dataclass(frozen=True)
class Times:
    """What `dates` writes, as elements; times are as they are there."""

    dates: Dates

    def moment(self, time: str | datetime) -> Markup:
        """Return the date and the time of an instant."""
        return MOMENT.format(at=self._utc(time), text=self.dates.moment(time))

    def short_moment(self, time: datetime) -> Markup:
        """Return an instant without its year."""
        return SHORT.format(at=self._utc(time), text=self.dates.short_moment(time))

    def clock(self, time: str | datetime) -> Markup:
        """Return the time of an instant."""
        return CLOCK.format(at=self._utc(time), text=self.dates.clock(time))

    def span(self, start: str | datetime, end: str | datetime) -> Markup:
        """Return two instants."""
        at, until = self._utc(start), self._utc(end)
        if at == until:
            return self.moment(start)
        return SPAN.format(at=at, until=until, text=self.dates.span(start, end))

    def estimate(self, now: str, earliest: str, latest: str | None) -> str:
        """Return when something is expected, as an element where it is by the hour."""
        hours = self.dates.hours_around(now, earliest, latest)
        return (
            self.span(*hours) if hours else self.dates.estimate(now, earliest, latest)
        )

    def bucket(self, time: datetime, every: str) -> str:
        """Return the name of a bucket, as an element where it is an hour."""
        return self.moment(time) if every == "1h" else self.dates.bucket(time, every)

    def _utc(self, time: str | datetime) -> str:
        return format_utc(self.dates.at(time))
