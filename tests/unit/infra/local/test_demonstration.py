"""The demonstration's history and the button that goes on from its end."""

import csv
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.reading import floor_hour
from infra.local.clock import HOUR
from infra.local.demo.button.presses import count_presses
from infra.local.demo.history import SAMPLE, move_rows

INSTANTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)
)


def load_sample() -> list[tuple[datetime, str]]:
    """Read the sample history."""
    with SAMPLE.open(encoding="utf-8") as lines:
        return [
            (datetime.fromisoformat(row["time"]), row["count"])
            for row in csv.DictReader(lines)
        ]


ROWS = load_sample()


def test_the_sample_is_whole() -> None:
    """The sample has the 8,755 hours that its note tells of, rising."""
    assert len(ROWS) == 8755
    assert sorted(ROWS) == ROWS
    counts = [int(count) for _, count in ROWS]
    assert counts == sorted(counts)


@given(INSTANTS)
def test_the_moved_history_ends_in_the_hour_before_now(now: datetime) -> None:
    """No moved row lies in the present hour or later, and none is missing before."""
    moved, _ = move_rows(ROWS, now)
    present = floor_hour(now)
    assert moved[-1][0] < present
    # The sample itself lacks five hours, none next to another.
    assert moved[-1][0] >= present - 2 * HOUR
    assert len(ROWS) - len(moved) <= 7 * 24


@given(INSTANTS)
def test_rows_are_moved_by_whole_weeks_and_else_unchanged(now: datetime) -> None:
    """Weekday, time of day, order and counts are the sample's."""
    moved, weeks = move_rows(ROWS, now)
    for (was, count), (at, same) in zip(ROWS, moved, strict=False):
        assert at - was == timedelta(weeks=weeks)
        assert same == count


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
