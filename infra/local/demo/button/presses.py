"""How often the demonstration's button is pressed: a plausible daily rhythm.

The number of presses is a function of the two instants alone, so that a page
that was started again counts on as if it had never been away.
"""

import random
from datetime import datetime, timedelta

# Mean departures in each hour (UTC) of the sample history; the hours in which
# nothing departs have six, so that something is to be seen at any time.
PRESSES_BY_HOUR = (
    *(48, 34, 14, 6, 6, 6, 6, 6, 6, 6, 49, 64),
    *(69, 61, 49, 44, 47, 52, 57, 62, 60, 66, 59, 58),
)
_HOUR = timedelta(hours=1)


def count_presses_in_hour(hour: datetime) -> int:
    """Return the presses of one whole hour, scattered by a quarter."""
    scatter = random.Random(hour.isoformat()).uniform(0.75, 1.25)
    return round(PRESSES_BY_HOUR[hour.hour] * scatter)


def count_presses(start: datetime, end: datetime) -> int:
    """Return the presses from one instant to a later one (both UTC)."""
    return max(
        0, _count_since_midnight(start, end) - _count_since_midnight(start, start)
    )


def _count_since_midnight(origin: datetime, at: datetime) -> int:
    """Count the presses since the midnight before the origin."""
    hour = origin.replace(hour=0, minute=0, second=0, microsecond=0)
    presses = 0
    while hour + _HOUR <= at:
        presses += count_presses_in_hour(hour)
        hour += _HOUR
    return presses + int(count_presses_in_hour(hour) * ((at - hour) / _HOUR))
