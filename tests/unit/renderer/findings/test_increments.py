"""Increments, gaps and resets: nothing is invented, nothing is lost."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given

from renderer.findings.increments import derive_increments, find_gaps, find_resets
from tests.unit.renderer.histories import FIRST, HOUR, any_history, history


@given(any_history())
def test_gaps_and_readings_are_all_the_hours_there_were(readings: pl.DataFrame) -> None:
    """Every scheduled hour either has a reading or lies in exactly one gap."""
    gaps = find_gaps(readings)
    due = (
        readings.item(-1, "scheduled_at") - readings.item(0, "scheduled_at")
    ) / HOUR + 1
    assert readings.height + gaps["hours"].sum() == due
    for gap in gaps.to_dicts():
        assert (gap["last"] - gap["first"]) / HOUR + 1 == gap["hours"] > 0
        between = pl.col("scheduled_at").is_between(gap["first"], gap["last"])
        assert readings.filter(between).is_empty()


@given(any_history())
def test_an_increment_is_unknown_exactly_where_the_count_fell(
    readings: pl.DataFrame,
) -> None:
    """Never negative, never guessed; a count that stays is an increment of zero."""
    increments = derive_increments(readings)
    counts = readings["count"].to_list()
    rises = [after - before for before, after in pairwise(counts)]
    assert increments["increment"].to_list() == [
        rise if rise >= 0 else None for rise in rises
    ]
    assert find_resets(increments).height == sum(rise < 0 for rise in rises)


def test_an_increment_lies_between_two_readings_that_follow_each_other() -> None:
    """With the hours between them, and the seconds that really passed."""
    readings = pl.concat(
        [history([5], late_s=3), history([None, 7, None, 20], late_s=603)]
    )
    assert derive_increments(readings).to_dicts() == [
        {
            "start": FIRST,
            "end": FIRST + HOUR,
            "hours": 1,
            "elapsed_s": 4200,
            "before": 5,
            "after": 7,
            "increment": 2,
        },
        {
            "start": FIRST + HOUR,
            "end": FIRST + 3 * HOUR,
            "hours": 2,
            "elapsed_s": 7200,
            "before": 7,
            "after": 20,
            "increment": 13,
        },
    ]


def test_a_gap_is_named_by_its_first_and_last_missing_hour() -> None:
    """And holds their number; two hours in a row without a gap are none."""
    assert find_gaps(history([1, 2, None, None, 9, None, 10])).rows() == [
        (FIRST + 2 * HOUR, FIRST + 3 * HOUR, 2),
        (FIRST + 5 * HOUR, FIRST + 5 * HOUR, 1),
    ]


def test_a_reset_keeps_both_counts_and_gives_no_increment() -> None:
    """Across a gap as well as from one hour to the next."""
    increments = derive_increments(history([9, 3, None, 1, 4]))
    assert increments["increment"].to_list() == [None, None, 3]
    assert find_resets(increments).rows() == [
        (FIRST, FIRST + HOUR, 9, 3),
        (FIRST + HOUR, FIRST + 3 * HOUR, 3, 1),
    ]


@pytest.mark.parametrize("counts", [[], [7]])
def test_fewer_than_two_readings_have_no_increment(counts: list[int]) -> None:
    """A first reading is a state, not an increment."""
    readings = history(counts)
    increments = derive_increments(readings)
    assert increments.is_empty()
    assert find_gaps(readings).is_empty()
    assert find_resets(increments).is_empty()
