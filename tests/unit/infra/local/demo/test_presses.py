"""How often the demonstration's button is pressed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from infra.local.clock import HOUR
from infra.local.demo.button.presses import count_presses

INSTANTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)
)


@given(INSTANTS, st.timedeltas(timedelta(0), 30 * HOUR), st.timedeltas(timedelta(0)))
def test_the_button_never_counts_backwards(
    start: datetime, first: timedelta, second: timedelta
) -> None:
    """The presses until a later instant are at least those until an earlier one."""
    second = min(second, 30 * HOUR)
    earlier = count_presses(start, start + first)
    later = count_presses(start, start + first + second)
    assert 0 <= earlier <= later


def test_the_button_has_a_daily_rhythm() -> None:
    """A day has about the sample's number of presses, most of them by day."""
    day = datetime(2026, 11, 24, tzinfo=UTC)
    whole = count_presses(day, day + 24 * HOUR)
    night = count_presses(day + 3 * HOUR, day + 9 * HOUR)
    assert 700 < whole < 1200
    assert night < whole / 15


def test_a_button_page_started_again_counts_on() -> None:
    """The count depends on the instants only, not on when the page was started."""
    start = datetime(2026, 11, 24, 7, tzinfo=UTC)
    middle, end = start + 3 * HOUR, start + 9 * HOUR
    whole = count_presses(start, end)
    assert whole == count_presses(start, middle) + count_presses(middle, end)
