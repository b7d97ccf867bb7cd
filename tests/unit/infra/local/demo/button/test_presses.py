"""How often the demonstration's button is pressed, in the rhythm of each sample."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.clock import HOUR
from infra.local.demo.button.presses import (
    JST,
    RHYTHMS,
    Rhythm,
    count_presses,
    measure_level,
)
from infra.local.demo.samples import DEPARTURES, MADE_UP, SAMPLES

INSTANTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)
)


PRESSES, DEPARTING = RHYTHMS[MADE_UP.name], RHYTHMS[DEPARTURES.name]
each_rhythm = pytest.mark.parametrize("rhythm", RHYTHMS.values(), ids=RHYTHMS)


def test_each_sample_has_a_rhythm() -> None:
    """The button page goes on from every sample."""
    assert RHYTHMS.keys() == SAMPLES.keys()


@each_rhythm
@given(
    start=INSTANTS,
    first=st.timedeltas(timedelta(0), 30 * HOUR),
    second=st.timedeltas(timedelta(0), 30 * HOUR),
)
def test_the_button_never_counts_backwards(
    rhythm: Rhythm, start: datetime, first: timedelta, second: timedelta
) -> None:
    """The presses until a later instant are at least those until an earlier one."""
    earlier = count_presses(rhythm, start, start + first)
    later = count_presses(rhythm, start, start + first + second)
    assert 0 <= earlier <= later


def count_day(rhythm: Rhythm, day: datetime, hours: range = range(24)) -> int:
    """Count the presses in some hours of the day that begins at an instant."""
    start, end = (day + hour * HOUR for hour in (hours.start, hours.stop))
    return count_presses(rhythm, start, end)


def test_the_departures_have_a_daily_rhythm() -> None:
    """A day has about the sample's number of departures, most of them by day."""
    day = datetime(2026, 11, 24, tzinfo=UTC)
    whole = count_day(DEPARTING, day)
    assert 700 < whole < 1200
    assert count_day(DEPARTING, day, range(3, 9)) < whole / 15


def test_the_presses_have_the_rhythm_of_days_and_weeks_in_japan() -> None:
    """Nights are quiet and evenings busy, and a weekend has more than other days."""
    monday = datetime(2026, 11, 16, tzinfo=JST)
    week = [count_day(PRESSES, monday + timedelta(day)) for day in range(7)]
    for day, whole in enumerate(week):
        midnight = monday + timedelta(day)
        assert count_day(PRESSES, midnight, range(2, 6)) < whole / 10
        assert count_day(PRESSES, midnight, range(20, 24)) > whole / 5
    assert min(week[5:]) > max(week[:4])


def test_the_presses_know_festivals() -> None:
    """Cat Day, the 22nd of February, has more presses than any day around it."""
    cat_day = datetime(2026, 2, 22, tzinfo=JST)
    around = [
        count_day(PRESSES, cat_day + timedelta(days)) for days in range(-20, 21) if days
    ]
    assert count_day(PRESSES, cat_day) > 1.3 * max(around)


def test_the_presses_grow_slowly() -> None:
    """From year to year by less than a third of the first, and never to nothing."""
    levels = [measure_level(datetime(year, 1, 1).date()) for year in range(2026, 2036)]
    steps = [later - level for level, later in pairwise(levels)]
    assert all(290 < step < 330 for step in steps)
    assert measure_level(datetime(1990, 1, 1).date()) > 0


@each_rhythm
def test_a_button_page_started_again_counts_on(rhythm: Rhythm) -> None:
    """The count depends on the instants only, not on when the page was started."""
    start = datetime(2026, 11, 24, 7, tzinfo=UTC)
    middle, end = start + 3 * HOUR, start + 9 * HOUR
    whole = count_presses(rhythm, start, end)
    parts = (count_presses(rhythm, start, middle), count_presses(rhythm, middle, end))
    assert whole == sum(parts)
