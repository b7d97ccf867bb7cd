"""The demonstration's clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from infra.local.clock import Clock, make_real_clock


def test_the_real_clock_shows_the_real_time() -> None:
    """Without a demonstration the clock is the machine's."""
    assert make_real_clock().is_real()
    assert abs(make_real_clock().now() - datetime.now(UTC)) < timedelta(seconds=5)


@given(st.datetimes(timezones=st.just(UTC)), st.floats(1, 3600))
def test_another_process_reads_the_same_clock(shown: datetime, speed: float) -> None:
    """A clock that went through the environment is the same clock."""
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC), shown, speed)
    assert Clock.from_text(clock.to_text()) == clock
