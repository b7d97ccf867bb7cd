"""The rows of the table: the same values as the graphs have."""

from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures.table import TableRow
from tests.unit.renderer.figures.plotting import graphs_by_range, trace
from tests.unit.renderer.histories import UTC_ZONE, ZONES, any_history, at, history


def test_the_rows_are_the_bars_newest_first_with_the_count_that_was_reached() -> None:
    """A reading belongs to the bucket that it closes."""
    made = graphs_by_range(history([5, 7, None, 8, 8]), UTC_ZONE)["24h"]
    assert made.rows == [
        TableRow(at("2026-01-01T03:00"), 0, 1, 1, True, 8),
        TableRow(at("2026-01-01T02:00"), None, 0, 1, False, 8),
        TableRow(at("2026-01-01T01:00"), None, 0, 1, False, None),
        TableRow(at("2026-01-01T00:00"), 2, 1, 1, True, 7),
    ]


@settings(max_examples=15, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_rows_and_bars_say_the_same(readings: pl.DataFrame, zone: ZoneInfo) -> None:
    """In the zone; counts are of readings within the range."""
    for made in graphs_by_range(readings, zone).values():
        rows, bars = made.rows[::-1], trace(made.increments)
        assert [row.increment for row in rows] == bars["y"]
        assert [
            f"{row.bucket.astimezone(zone):%Y-%m-%d %H:%M}" for row in rows
        ] == bars["x"]
        counts = [row.count for row in rows if row.count is not None]
        if counts:
            assert counts[-1] == made.total.facts["to_count"]
