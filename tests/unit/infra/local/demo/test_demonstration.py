"""Where the demonstration's clock starts, so that it goes on from its last reading."""

from datetime import UTC, datetime

from collector.reading import floor_hour
from infra.local.clock import HOUR
from infra.local.demo.demonstration import choose_clock


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


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
