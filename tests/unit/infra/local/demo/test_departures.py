"""The departures from New York's airports, moved to end now."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.reading import floor_hour
from infra.local.clock import HOUR
from infra.local.demo.departures import load_rows, move_rows

HOURS = st.datetimes(
    datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)
).map(floor_hour)

ROWS = load_rows()
# What is moved where does not depend on how much lies before it.
END = ROWS[-500:]


def test_the_sample_is_whole() -> None:
    """The sample has the 8,755 hours that its note tells of, rising."""
    assert len(ROWS) == 8755
    assert sorted(ROWS) == ROWS
    counts = [count for _, count in ROWS]
    assert counts == sorted(counts)


@given(HOURS)
def test_the_moved_history_ends_in_the_hour_before(present: datetime) -> None:
    """No moved row lies in the present hour or later, and none is missing before."""
    moved, _ = move_rows(END, present)
    assert moved[-1][0] < present
    # The sample itself lacks five hours, none next to another.
    assert moved[-1][0] >= present - 2 * HOUR
    assert len(END) - len(moved) <= 7 * 24


@given(HOURS)
def test_rows_are_moved_by_whole_weeks_and_else_unchanged(present: datetime) -> None:
    """Weekday, time of day, order and counts are the sample's."""
    moved, weeks = move_rows(END, present)
    for (was, count), (at, same) in zip(END, moved, strict=False):
        assert at - was == timedelta(weeks=weeks)
        assert same == count
