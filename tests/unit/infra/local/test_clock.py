"""The demonstration's clock, and the hours that the schedule hands out."""

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.reading import floor_hour
from infra.local.clock import HOUR, Clock, make_real_clock
from infra.local.demo.demonstration import choose_clock
from infra.local.schedule import Schedule


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


def test_the_real_clock_shows_the_real_time() -> None:
    """Without a demonstration the clock is the machine's."""
    assert make_real_clock().is_real()
    assert abs(make_real_clock().now() - now()) < timedelta(seconds=5)


@given(st.datetimes(timezones=st.just(UTC)), st.floats(1, 3600))
def test_another_process_reads_the_same_clock(shown: datetime, speed: float) -> None:
    """A clock that went through the environment is the same clock."""
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC), shown, speed)
    assert Clock.from_text(clock.to_text()) == clock


def test_a_fast_clock_passes_an_hour_in_the_seconds_asked_for() -> None:
    """With FAST=5 the next full hour is five seconds away at most."""
    clock = choose_clock(floor_hour(now()) - HOUR, 5.0)
    assert clock.shown == floor_hour(now())
    assert 4.0 < clock.seconds_until(clock.shown + HOUR) <= 5.0
    assert not clock.is_real()


def test_the_real_clock_is_taken_where_the_present_hour_has_no_reading() -> None:
    """The demonstration leaves the real time only where it must."""
    assert choose_clock(floor_hour(now()) - HOUR, None).is_real()


def test_a_run_after_one_into_the_future_goes_on_from_there() -> None:
    """The clock starts in the first hour without a reading, never before now."""
    last = floor_hour(now()) + 5 * HOUR
    for fast_s in (None, 5.0):
        assert choose_clock(last, fast_s).shown == last + HOUR


def test_each_hour_becomes_due_once() -> None:
    """The schedule hands out full hours, in order, and none twice."""
    start = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    schedule = Schedule(Clock(now(), start, speed=36_000))  # an hour in 0.1 s
    assert schedule.take_due() is None
    hours: list[datetime] = []
    while len(hours) < 4:
        if hour := schedule.take_due():
            hours.append(hour)
            assert schedule.take_due() is None
        time.sleep(0.01)
    assert hours[0] >= datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert all(hour == floor_hour(hour) for hour in hours)
    assert hours == sorted(set(hours))


def test_hours_that_were_slept_through_stay_gaps() -> None:
    """After a long sleep only the present hour is due, not the missed ones."""
    start = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    schedule = Schedule(Clock(now(), start))
    later = Clock(now(), start + 10 * HOUR)
    schedule._clock = later
    assert schedule.take_due() == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert schedule.take_due() is None
    assert 1700 < schedule.seconds_left() <= 1800
