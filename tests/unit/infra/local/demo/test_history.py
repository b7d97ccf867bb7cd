"""The demonstration's history: the sample, moved to end now."""

import csv
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.reading import floor_hour
from infra.local.clock import HOUR
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
# What is moved where does not depend on how much lies before it.
END = ROWS[-500:]


def test_the_sample_is_whole() -> None:
    """The sample has the 8,755 hours that its note tells of, rising."""
    assert len(ROWS) == 8755
    assert sorted(ROWS) == ROWS
    counts = [int(count) for _, count in ROWS]
    assert counts == sorted(counts)


@given(INSTANTS)
def test_the_moved_history_ends_in_the_hour_before_now(now: datetime) -> None:
    """No moved row lies in the present hour or later, and none is missing before."""
    moved, _ = move_rows(END, now)
    present = floor_hour(now)
    assert moved[-1][0] < present
    # The sample itself lacks five hours, none next to another.
    assert moved[-1][0] >= present - 2 * HOUR
    assert len(END) - len(moved) <= 7 * 24


@given(INSTANTS)
def test_rows_are_moved_by_whole_weeks_and_else_unchanged(now: datetime) -> None:
    """Weekday, time of day, order and counts are the sample's."""
    moved, weeks = move_rows(END, now)
    for (was, count), (at, same) in zip(END, moved, strict=False):
        assert at - was == timedelta(weeks=weeks)
        assert same == count
