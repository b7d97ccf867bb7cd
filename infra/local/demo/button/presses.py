"""How often the demonstration's button is pressed, with the rhythm of each sample.

The number depends on the two instants alone, so a page that is started again counts
on as if it had never been away. Only whole numbers and a hash are in it, so it is the
same on every machine.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Rhythm = Callable[[datetime], int]

JST = timezone(timedelta(hours=9))
_HOUR = timedelta(hours=1)

# Mean presses in each hour of the day in Japan, at the level of 2026: on the way to
# school, at noon, and most of all in the evening; on free days also between.
WORKDAY = (
    *(95, 58, 32, 18, 12, 14, 28, 62, 70, 48, 46, 55),
    *(104, 66, 52, 58, 72, 88, 104, 118, 134, 152, 165, 140),
)
FREE_DAY = (
    *(132, 96, 60, 34, 20, 16, 24, 40, 62, 88, 108, 116),
    *(122, 126, 128, 130, 132, 130, 128, 136, 156, 172, 170, 138),
)
# In percent, from Monday.
WEEKDAYS = (94, 96, 100, 98, 112, 104, 96)
# Days that are free, in percent of one.
FESTIVALS = {
    (1, 1): 170,  # New Year
    (1, 2): 140,
    (1, 3): 125,
    (2, 22): 190,  # Cat Day: 2, 2, 2 reads nyan, nyan, nyan
    (4, 29): 115,  # Golden Week
    (5, 3): 125,
    (5, 4): 130,
    (5, 5): 135,
    (8, 13): 115,  # Obon
    (8, 14): 120,
    (8, 15): 125,
    (8, 16): 115,
    (12, 24): 120,  # Christmas Eve
    (12, 31): 145,  # New Year's Eve
}
# In per mille of the level of 2026.
GROWTH_A_YEAR, LEAST_LEVEL = 300, 400

# The mean departures in each hour of the day (UTC). Hours in which nothing departs
# have six, so that there is always something to see.
DEPARTURES = (
    *(48, 34, 14, 6, 6, 6, 6, 6, 6, 6, 49, 64),
    *(69, 61, 49, 44, 47, 52, 57, 62, 60, 66, 59, 58),
)


def count_presses_in_hour(hour: datetime) -> int:
    """Return the presses in one whole hour: the mean at that time, and some scatter."""
    local = hour.astimezone(JST)
    day = local.date()
    festival = FESTIVALS.get((day.month, day.day))
    is_free = festival or day.weekday() >= 5
    mean = (FREE_DAY if is_free else WORKDAY)[local.hour]
    percent = festival or WEEKDAYS[day.weekday()]
    level = measure_level(day) * scatter(day.isoformat(), 120)
    return mean * percent * level * scatter(hour.isoformat(), 180) // (100 * 1000**3)


def measure_level(day: date) -> int:
    """Return the level of a day, in per mille of 2026's: it slowly grows."""
    days = (day - date(2026, 1, 1)).days
    return max(LEAST_LEVEL, 1000 + days * GROWTH_A_YEAR // 365)


def count_departures_in_hour(hour: datetime) -> int:
    """Return the departures in one whole hour: the mean, give or take a quarter."""
    return DEPARTURES[hour.hour] * scatter(hour.isoformat(), 250) // 1000


# By the names of the samples.
RHYTHMS: dict[str, Rhythm] = {
    "button": count_presses_in_hour,
    "departures": count_departures_in_hour,
}


def scatter(text: str, width: int) -> int:
    """Return 1000, give or take up to the width: always the same for the same text."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return 1000 - width + int.from_bytes(digest, "big") % (2 * width + 1)


def count_presses(rhythm: Rhythm, start: datetime, end: datetime) -> int:
    """Return the presses from one instant to a later one (both UTC)."""
    origin = find_midnight(start)
    before, until = (_count_since(rhythm, origin, at) for at in (start, end))
    return max(0, until - before)


def find_midnight(at: datetime) -> datetime:
    """Return the midnight (UTC) at an instant, or before it."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _count_since(rhythm: Rhythm, midnight: datetime, at: datetime) -> int:
    hour, presses = midnight, 0
    while hour + _HOUR <= at:
        presses += rhythm(hour)
        hour += _HOUR
    return presses + int(rhythm(hour) * ((at - hour) / _HOUR))
