"""The schedule: which hours have become due."""

from datetime import datetime

from collector.reading import floor_hour
from infra.local.clock import HOUR, Clock
from infra.local.console import print_line


class Schedule:
    """Hands out each hour once, when it begins.

    Hours that passed while the machine slept are left out: a count read now would be
    false for them, so they stay gaps. A clock that is put back is followed: what was
    read in hours that it shows again stays as it is.
    """

    def __init__(self, clock: Clock) -> None:
        """Begin with the next full hour."""
        self._clock = clock
        self._next = floor_hour(clock.now()) + HOUR

    def seconds_left(self) -> float:
        """Return the real seconds until the next hour, at least 0."""
        return max(0.0, self._clock.seconds_until(self._next))

    def take_due(self) -> datetime | None:
        """Return the hour that has become due, or None."""
        hour = floor_hour(self._clock.now())
        if hour + HOUR < self._next:
            print_line("schedule", "the clock was put back: going on by it", bad=True)
            self._next = hour + HOUR
        if hour < self._next:
            return None
        self._next = hour + HOUR
        return hour
