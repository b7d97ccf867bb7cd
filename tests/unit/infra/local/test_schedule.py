"""The hours that the schedule hands out."""

import time
from datetime import UTC, datetime

import pytest

from collector.reading import floor_hour
from infra.local.clock import HOUR, Clock
from infra.local.schedule import Schedule


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


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


def test_a_clock_that_is_put_back_is_followed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As where a machine begins with a wrong one, and then asks for the time."""
    start = datetime(2027, 11, 24, 7, 30, tzinfo=UTC)
    schedule = Schedule(Clock(now(), start))
    schedule._clock = Clock(now(), start - 8760 * HOUR)
    assert schedule.take_due() is None
    assert "the clock was put back: going on by it" in capsys.readouterr().out
    assert 1700 < schedule.seconds_left() <= 1800
    schedule._clock = Clock(now(), start - 8759 * HOUR)
    assert schedule.take_due() == floor_hour(start) - 8759 * HOUR
    assert capsys.readouterr().out == ""


def test_hours_that_were_slept_through_stay_gaps() -> None:
    """After a long sleep only the present hour is due, not the missed ones."""
    start = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    schedule = Schedule(Clock(now(), start))
    later = Clock(now(), start + 10 * HOUR)
    schedule._clock = later
    assert schedule.take_due() == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert schedule.take_due() is None
    assert 1700 < schedule.seconds_left() <= 1800
