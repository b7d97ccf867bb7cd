"""How often the demonstration's button is pressed: a plausible daily rhythm.

The number depends on the two instants alone, so a page that is started again counts
on as if it had never been away.
"""

import random
from datetime import datetime, timedelta

# The sample's mean departures in each hour of the day (UTC). Hours in which nothing
# departs have six, so that there is always something to see.
PRESSES_BY_HOUR = (
    *(48, 34, 14, 6, 6, 6, 6, 6, 6, 6, 49, 64),
    *(69, 61, 49, 44, 47, 52, 57, 62, 60, 66, 59, 58),
)
_HOUR = timedelta(hours=1)


def count_presses_in_hour(hour: datetime) -> int:
    """Return the presses in one whole hour: the mean, give or take a quarter."""
    scatter = random.Random(hour.isoformat()).uniform(0.75, 1.25)
    return round(PRESSES_BY_HOUR[hour.hour] * scatter)


def count_presses(start: datetime, end: datetime) -> int:
    """Return the presses from one instant to a later one (both UTC)."""
    return max(
        0, _count_since_midnight(start, end) - _count_since_midnight(start, start)
    )


def _count_since_midnight(origin: datetime, at: datetime) -> int:
    """Return the presses from the midnight before the origin until an instant."""
    hour = origin.replace(hour=0, minute=0, second=0, microsecond=0)
    presses = 0
    while hour + _HOUR <= at:
        presses += count_presses_in_hour(hour)
        hour += _HOUR
    return presses + int(count_presses_in_hour(hour) * ((at - hour) / _HOUR))
