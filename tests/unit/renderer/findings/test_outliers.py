"""Readings set aside: a fall that is undone is no reset, a leap no growth."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from time import process_time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.frames import Frames, make_frames
from renderer.findings.increments import find_resets
from renderer.findings.outliers import list_set_aside, mark_set_aside
from renderer.findings.summary import summarise_history
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    UTC_ZONE,
    any_history,
    history,
)

Counts = Sequence[int | None]


def frames_of(counts: Counts) -> Frames:
    """Give the tables of a history."""
    return make_frames(history(counts), UTC_ZONE)


def aside(counts: Counts) -> list[int]:
    """Give the hours whose reading is set aside, by their number."""
    hours = mark_set_aside(history(counts)).filter("set_aside")["scheduled_at"]
    return [(hour - FIRST) // HOUR for hour in hours]


def resets(counts: Counts) -> list[tuple[int, int]]:
    """Give the counts before and after each reset."""
    return find_resets(frames_of(counts).increments).select("before", "after").rows()


@pytest.mark.parametrize(
    ("counts", "hours"),
    [
        ([1000, 1100, 0, 1300], [2]),
        ([1000, 1100, 0, 1100], [2]),
        ([1000, 9_000_000, 1100], [1]),
        ([1000, 9_000_000, 9_100_000, 1100, 1200], [1, 2]),
        # Back by one, and on: of equally few the later, until it is the newest.
        ([1000, 1001, 1000, 1002], [2]),
        ([1000, 1001, 1000], [1]),
        # A dip within a leap: one run holds both.
        ([1000, 0, 9_000_000, 1100, 1200], [1, 2]),
        # Two dips one after the other, and apart.
        ([1000, 5, 3, 1100], [1, 2]),
        ([1000, 5, 1100, 3, 1200], [1, 3]),
        # Over gaps: only its own hours count.
        ([1000, *[None] * 99, 3, *[None] * 99, 1300], [100]),
    ],
)
def test_the_fewest_readings_are_set_aside(counts: Counts, hours: list[int]) -> None:
    """And then the count does not fall there."""
    assert aside(counts) == hours
    assert resets(counts) == []


@pytest.mark.parametrize(
    "counts",
    [
        [5000, 5100, 3, 40, 90],
        [7, 3],
        [9, 8, 7, 6],
        # Neither the first reading nor the newest is ever set aside.
        [9_000_000, 1000, 1100],
        [1000, 1100, 0],
        # Too long, by their own hours and by those without a reading.
        [1000, *range(7), 1300],
        [1000, *range(9000, 9007), 1300],
        [1000, 1, *[None] * 5, 2, 1300],
        [1000, *[0] * 49, 1300],
        [1000, *[9000] * 49, 1300],
        [1000, 0, *[None] * 47, 0, 1300],
        [],
        [5],
        range(100),
        [5] * 100,
    ],
)
def test_what_no_run_explains_is_a_reset_or_no_fall(counts: Counts) -> None:
    """As if there were no setting aside."""
    assert aside(counts) == []


@pytest.mark.parametrize(
    "run",
    [
        [1, *range(5)],
        [9001, *range(9000, 9005)],
        [1, *[None] * 4, 2],
        [0] * 48,
        [9000] * 48,
        [0, *[None] * 46, 0],
    ],
)
def test_a_run_of_just_so_many_hours_is_set_aside(run: list[int | None]) -> None:
    """From its first scheduled hour to its last, both included."""
    counts = [1000, *run, 1300]
    assert aside(counts) == [n + 1 for n, count in enumerate(run) if count is not None]
    assert resets(counts) == []


def test_a_source_that_answers_0_for_a_day_makes_no_reset() -> None:
    """Before and after it the count is what it would have been."""
    counts = [*range(1000, 1100), *[0] * 24, *range(1124, 1200)]
    assert aside(counts) == list(range(100, 124))
    assert resets(counts) == []


@pytest.mark.parametrize("step", [1, 40])
@pytest.mark.parametrize("night", [0, 8])
def test_a_counter_that_starts_anew_each_midnight_keeps_its_resets(
    step: int, night: int
) -> None:
    """Whether it counts from the first hour on, or stands at 0 for the night."""
    counts = [step * max(0, n % 24 - night) for n in range(24 * 30)]
    assert aside(counts) == []
    assert resets(counts) == [(step * (23 - night), 0)] * 29


def test_what_comes_later_tells_a_dip_from_a_reset() -> None:
    """So it is a function of all readings, and of nothing else."""
    assert resets([1000, 1100, 0]) == [(1100, 0)]
    assert resets([1000, 1100, 0, 5]) == [(1100, 0)]
    assert resets([1000, 1100, 0, 5, 1200]) == []
    assert aside([1000, 1100, 0, 5, 1200]) == [2, 3]


@pytest.mark.parametrize("odd", [0, 9_000_000])
def test_the_growth_across_them_is_after_minus_before(odd: int) -> None:
    """It belongs where an increment across a gap does; the hours are no gap."""
    frames, gap = (
        frames_of([1000, 1100, odd, 1300]),
        frames_of([1000, 1100, None, 1300]),
    )
    assert frames.increments.equals(gap.increments)
    assert frames.increments["increment"].to_list() == [100, 200]
    assert frames.increments["hours"].to_list() == [1, 2]
    assert frames.gaps.is_empty()
    assert frames.readings["count"].to_list() == [1000, 1100, odd, 1300]
    found, other = (summarise_history("nyanpass", each) for each in (frames, gap))
    assert found["coverage"]["ratio"] == 1
    assert found["records"]["longest_gap"] is None
    assert found["records"]["longest_recording"]["hours"] == 4
    apart = ("coverage", "gaps", "set_aside", "records")
    assert {key: found[key] for key in found if key not in apart} == {
        key: other[key] for key in other if key not in apart
    }


@pytest.mark.parametrize("odd", [0, MAX])
def test_a_moment_at_another_count_is_neither_record_nor_milestone(odd: int) -> None:
    """A hundred an hour for forty days, and once something else."""
    counts = [1_000_000 + 100 * n for n in range(24 * 40)]
    usual = summarise_history("nyanpass", frames_of(counts))
    counts[500] = odd
    found = summarise_history("nyanpass", frames_of(counts))
    assert found["records"]["best_hour"]["increment"] == 100
    assert found["milestones"] == usual["milestones"]
    assert found["set_aside"]["newest"] == [
        {
            "first": "2026-01-21T20:00:00Z",
            "last": "2026-01-21T20:00:00Z",
            "readings": 1,
            "lowest": odd,
            "highest": odd,
            "from_count": 1_049_900,
            "to_count": 1_050_100,
        }
    ]


def test_a_run_is_listed_with_the_counts_about_it() -> None:
    """Its own from the lowest to the highest."""
    readings = mark_set_aside(history([50, 60, 3, None, 1, 2, 70, 0, 80]))
    assert list_set_aside(readings).rows() == [
        (FIRST + 2 * HOUR, FIRST + 5 * HOUR, 3, 1, 3, 60, 70),
        (FIRST + 7 * HOUR, FIRST + 7 * HOUR, 1, 0, 0, 70, 80),
    ]


# The same again, slowly and without polars -------------------------------------


def slow_look(hours: Sequence[int], counts: Sequence[int]) -> list[bool]:
    """Give what is set aside, trying every run for every fall."""
    kept = [True] * len(counts)
    for row in range(len(counts)):
        before = [n for n in range(row) if kept[n]]
        if not kept[row] or not before or counts[row] >= counts[before[-1]]:
            continue
        runs = []
        for a in range(1, len(counts) - 1):
            for b in range(a, len(counts) - 1):
                about = a <= row <= b or a <= before[-1] <= b
                beside = kept[a - 1] and kept[b + 1] and counts[b + 1] >= counts[a - 1]
                most = 48 if len(set(counts[a : b + 1])) == 1 else 6
                if about and beside and hours[b] - hours[a] + 1 <= most:
                    runs.append((b - a, -a, b))
        if runs:
            length, start, end = min(runs)
            kept[-start : end + 1] = [False] * (length + 1)
    return [not each for each in kept]


some_counts = st.one_of(
    st.lists(st.integers(0, 3), max_size=16),
    st.lists(st.integers(0, 30), max_size=16),
    # Counts that stay for a while.
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=6).map(
        lambda runs: [count for count, length in runs for _ in range(length)]
    ),
)


@settings(max_examples=150, deadline=None)
@given(some_counts, st.data())
def test_any_history_is_marked_as_by_a_slow_look(
    counts: list[int], data: st.DataObject
) -> None:
    """With gaps of every length."""
    steps = st.sampled_from([1, 1, 1, 1, 2, 5, 6, 47, 48])
    hours = [0]
    for _ in counts[1:]:
        hours.append(hours[-1] + data.draw(steps))
    readings = pl.DataFrame(
        {
            "scheduled_at": [FIRST + hour * HOUR for hour in hours[: len(counts)]],
            "count": pl.Series(counts, dtype=pl.Int64),
        },
        schema_overrides={"scheduled_at": pl.Datetime("us", "UTC")},
    )
    found = mark_set_aside(readings)["set_aside"].to_list()
    assert found == slow_look(hours, counts)


@settings(max_examples=50, deadline=None)
@given(any_history())
def test_nothing_is_lost_and_both_ends_are_kept(readings: pl.DataFrame) -> None:
    """All else stays as it was; without a fall no reading is set aside."""
    marked = mark_set_aside(readings)
    assert marked.drop("set_aside").equals(readings)
    assert not marked["set_aside"][0]
    assert not marked["set_aside"][-1]
    if all(after >= before for before, after in pairwise(readings["count"])):
        assert not marked["set_aside"].any()


@pytest.mark.no_cover  # counting its many steps takes longer than they do
@pytest.mark.parametrize(
    ("years", "limit_s", "count"),
    [
        (100, 1.0, lambda n: n % 24),
        (10, 2.0, lambda n: n // 2 + 9 * (n % 2)),
        (10, 2.0, lambda n: 10**6 - 9 * (n // 2) + n),
        (10, 2.0, lambda n: n * 7919 % 10007),
    ],
    ids=["midnights", "flapping", "falling", "wild"],
)
def test_no_history_takes_long(
    years: int, limit_s: float, count: Callable[[int], int]
) -> None:
    """Neither a long one nor one that falls each other hour."""
    counts = [count(n) for n in range(years * 8766)]
    readings = pl.DataFrame({"count": counts}).with_columns(
        scheduled_at=FIRST + pl.int_range(pl.len()) * HOUR
    )
    # Of the processor: a machine that is busy with something else is no fault.
    start = process_time()
    mark_set_aside(readings)
    assert process_time() - start < limit_s
