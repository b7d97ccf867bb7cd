"""What counts of all that was read, imported and corrected."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.readings.corrections import Correction, Kind
from renderer.readings.format import READINGS_SCHEMA
from renderer.readings.history import NO_IMPORT
from renderer.readings.naming import make_name
from renderer.readings.settle import (
    SETTLED_SCHEMA,
    Settled,
    settle_readings,
    sort_candidates,
)
from tests.unit.renderer.histories import FIRST, HOUR, history

# When the first import or correction was made; the others an hour later each.
MADE_AT = FIRST + 100 * HOUR
Counts = list[int | None]
# When it was made, what it is, the first and the last hour, and the count.
Said = tuple[int, Kind, int, int, int | None]


def settle(
    collected: Counts,
    imports: Sequence[tuple[int, Counts]] = (),
    corrections: Sequence[Said] = (),
) -> Settled:
    """Settle counts of hours from FIRST on.

    Imports are (made at, counts), corrections (made at, kind, first, last, count).
    """
    frames = [
        history(collected).with_columns(NO_IMPORT),
        *(
            history(counts, late_s=9).with_columns(
                pl.lit(make_name(MADE_AT + at * HOUR, b"")).alias("import")
            )
            for at, counts in imports
        ),
    ]
    made = (
        Correction(
            kind, FIRST + a * HOUR, FIRST + b * HOUR, count, "Why", MADE_AT + at * HOUR
        )
        for at, kind, a, b, count in sorted(corrections, key=lambda each: each[0])
    )
    return settle_readings(sort_candidates(pl.concat(frames)), made)


def counts_of(settled: Settled) -> dict[int, int]:
    """Return the counts by the number of their hour."""
    hours = (settled.readings["scheduled_at"] - FIRST).dt.total_hours()
    return dict(zip(hours, settled.readings["count"], strict=True))


def changes_of(settled: Settled) -> list[tuple[int, int | None, int | None]]:
    """Return the hours, counts read and counts now of what was changed."""
    return [
        ((row[0] - FIRST) // HOUR, row[1], row[2])
        for row in settled.changes.iter_rows()
    ]


def test_what_was_collected_counts_as_it_is() -> None:
    """With a column more."""
    settled = settle([5, None, 7])
    assert settled.readings.schema == SETTLED_SCHEMA
    assert settled.readings.drop("corrected").equals(history([5, None, 7]))
    assert not settled.readings["corrected"].any()
    assert settled.changes.is_empty()


def test_a_collected_reading_wins_over_an_import_and_an_early_one_over_a_late() -> None:
    """Whenever they were made."""
    settled = settle([None, 6], [(2, [50, 60, 70]), (1, [None, 61, 71, 81])])
    assert counts_of(settled) == {0: 50, 1: 6, 2: 71, 3: 81}


def test_a_void_makes_hours_missing_and_says_so() -> None:
    """Those that nobody read are not told: they were missing already."""
    settled = settle([5, 6, None, 8], [], [(0, "void", 1, 2, None)])
    assert counts_of(settled) == {0: 5, 3: 8}
    assert changes_of(settled) == [(1, 6, None)]


def test_a_void_does_not_hide_what_is_read_after_it() -> None:
    """Its span may reach into the hours to come, as that of a whole day does."""
    hours = [*range(99), 99, 100, 101]
    settled = settle(hours, [], [(0, "void", 98, 101, None)])
    # Hour 100 was read three seconds after the void was made.
    assert [hour for hour in range(102) if hour not in counts_of(settled)] == [98, 99]
    assert changes_of(settled) == [(98, 98, None), (99, 99, None)]


def test_a_true_count_keeps_when_it_was_read() -> None:
    """So a corrected history equals one that was right from the start."""
    settled = settle([5, 999, 7], [], [(0, "correct", 1, 1, 6)])
    assert settled.readings.drop("corrected").equals(history([5, 6, 7]))
    assert settled.readings["corrected"].to_list() == [False, True, False]
    assert changes_of(settled) == [(1, 999, 6)]


def test_a_true_count_may_fill_an_hour_that_nobody_read() -> None:
    """It is that of the full hour."""
    settled = settle([5], [], [(0, "correct", 3, 3, 8)])
    assert settled.readings.row(1) == (
        FIRST + 3 * HOUR,
        FIRST + 3 * HOUR,
        8,
        None,
        True,
    )
    assert changes_of(settled) == [(3, None, 8)]


def test_the_newest_correction_of_an_hour_holds() -> None:
    """Also one that takes the earlier ones back."""
    corrections: list[Said] = [
        (0, "void", 0, 3, None),
        (1, "correct", 1, 1, 60),
        (2, "restore", 0, 0, None),
    ]
    settled = settle([5, 6, 7, 8], [], corrections)
    assert counts_of(settled) == {0: 5, 1: 60}
    assert changes_of(settled) == [(1, 6, 60), (2, 7, None), (3, 8, None)]
    settled = settle([5, 6, 7, 8], [], [*corrections, (3, "restore", 0, 3, None)])
    assert counts_of(settled) == {0: 5, 1: 6, 2: 7, 3: 8}
    assert changes_of(settled) == []
    assert len(settled.corrections) == 4


def test_an_import_after_a_void_fills_its_hours() -> None:
    """So a file with a wrong offset can be imported once more with the right one."""
    wrong: tuple[int, Counts] = (0, [50, 60, 70])
    right: tuple[int, Counts] = (2, [None, 5, 6, 7])
    void: Said = (1, "void", 0, 2, None)
    settled = settle([], [wrong, right], [void])
    assert counts_of(settled) == {1: 5, 2: 6, 3: 7}
    assert not settled.readings["corrected"].any()
    assert changes_of(settled) == [(0, 50, None), (1, 60, 5), (2, 70, 6)]
    assert counts_of(settle([], [wrong, right], [(3, *void[1:])])) == {3: 7}


def reckon(
    collected: Counts,
    imports: list[tuple[int, Counts]],
    corrections: list[Said],
    hour: int,
) -> int | None:
    """Return the count of an hour as a person would find it."""
    newest = max(
        (each for each in corrections if each[2] <= hour <= each[3]), default=None
    )
    if newest and newest[1] == "correct":
        return newest[4]
    voided_at = newest[0] if newest and newest[1] == "void" else None
    if voided_at is None and hour < len(collected) and collected[hour] is not None:
        return collected[hour]
    for made_at, counts in sorted(imports):
        there = hour < len(counts) and counts[hour] is not None
        if there and (voided_at is None or made_at > voided_at):
            return counts[hour]
    return None


COUNTS = st.lists(st.none() | st.integers(0, 9), max_size=6)


@settings(max_examples=100, deadline=None)
@given(st.data(), COUNTS, st.lists(COUNTS, max_size=3), st.integers(0, 4), st.randoms())
def test_any_history_counts_as_a_person_would_find(
    data: st.DataObject,
    collected: Counts,
    more: list[Counts],
    number: int,
    chance: object,
) -> None:
    """Hour by hour, for any course of imports and corrections."""
    times = data.draw(st.permutations(range(len(more) + number)))
    imports = sorted(zip(times, more, strict=False))
    corrections: list[Said] = []
    for at in times[len(more) :]:
        kind: Kind = data.draw(st.sampled_from(["void", "correct", "restore"]))
        first = data.draw(st.integers(0, 6))
        last = first if kind == "correct" else data.draw(st.integers(first, 6))
        count = data.draw(st.integers(0, 9)) if kind == "correct" else None
        corrections.append((at, kind, first, last, count))
    settled = settle(collected, imports, corrections)
    expected = {h: reckon(collected, imports, corrections, h) for h in range(7)}
    known = {hour: count for hour, count in expected.items() if count is not None}
    assert counts_of(settled) == known
    assert settled.readings["scheduled_at"].is_sorted()
    for hour, _, now in changes_of(settled):
        assert expected[hour] == now


def test_a_corrected_history_has_the_types_of_any_other() -> None:
    """The columns go into files that others read."""
    settled = settle([5, 6], [(0, [None, None, 7])], [(0, "void", 0, 0, None)])
    assert settled.readings.schema == SETTLED_SCHEMA
    assert set(READINGS_SCHEMA) < set(settled.readings.columns)
    assert isinstance(settled.changes["corrected_at"].item(0), datetime)
