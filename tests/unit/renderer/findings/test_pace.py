"""The pace: over the time that really passed, and beside that of a week before."""

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.increments import derive_increments
from renderer.findings.pace import Pace, Span, measure_paces, summarise_paces
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    any_history,
    at,
    history,
)

NEW_YORK = ZoneInfo("America/New_York")
NOTHING = {"increment": 0, "elapsed_s": 86400, "per_hour": 0.0}


def paces(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> dict[str, Any]:
    """Give the paces of readings."""
    return summarise_paces(
        derive_increments(readings), readings["scheduled_at"][-1], zone
    )


def known(pace: dict[str, Any]) -> dict[str, Any]:
    """Give what a pace says of its own time."""
    return {name: pace[name] for name in ("increment", "elapsed_s", "per_hour")}


# Of a span ---------------------------------------------------------------------


def test_the_pace_is_over_the_time_that_really_passed() -> None:
    """The last reading was 20 minutes late: its increment took 80 minutes."""
    readings = pl.concat(
        [history([0, 100, 200], late_s=0), history([*[None] * 3, 360], late_s=1200)]
    )
    found = paces(readings)
    assert known(found["last_hour"]) == {
        "increment": 160,
        "elapsed_s": 4800,
        "per_hour": 120.0,
    }
    assert known(found["last_24_hours"]) == {
        "increment": 360,
        "elapsed_s": 12000,
        "per_hour": 108.0,
    }


def test_the_pace_takes_the_pairs_that_lie_within_its_hours() -> None:
    """From 24 hours before the last reading on, and not an hour more."""
    readings = history([0, *range(1_000_000, 1_000_000 + 200)])
    found = paces(readings)
    assert {name: pace["increment"] for name, pace in found.items()} == {
        "last_hour": 1,
        "today": 8,
        "last_24_hours": 24,
        "last_7_days": 168,
    }
    assert found["last_24_hours"]["elapsed_s"] == 24 * 3600


def test_a_pace_says_between_which_scheduled_hours_it_is() -> None:
    """Up to the last one, also where the history is shorter."""
    last = at("2026-01-03T05:00", TOKYO)
    found = paces(history(range(45)), TOKYO)
    assert {name: (pace["since"], pace["until"]) for name, pace in found.items()} == {
        "last_hour": (last - HOUR, last),
        "today": (at("2026-01-03", TOKYO), last),
        "last_24_hours": (last - 24 * HOUR, last),
        "last_7_days": (last - 168 * HOUR, last),
    }


def test_a_gap_that_reaches_out_of_the_hours_is_left_out_of_the_pace() -> None:
    """Nobody knows how much of it fell within."""
    found = paces(history([0, None, None, 300, 310]))
    assert known(found["last_hour"]) == {
        "increment": 10,
        "elapsed_s": 3600,
        "per_hour": 10.0,
    }
    counts = [0, *[None] * 23, 900, 910, 920]
    found = paces(history(counts))
    assert found["last_24_hours"]["increment"] == 20
    assert found["last_24_hours"]["elapsed_s"] == 7200
    assert found["last_7_days"]["increment"] == 920


def test_there_is_no_pace_for_an_hour_that_nobody_read() -> None:
    """None, not zero."""
    found = paces(history([0, 5, None, 9]))
    assert found["last_hour"] is None
    assert found["last_24_hours"]["increment"] == 9


def test_a_single_reading_has_no_pace_at_all() -> None:
    """There is nothing that it rose from."""
    found = paces(history([5]), TOKYO)
    assert found == dict.fromkeys(found)


def test_a_reset_is_no_part_of_the_pace_nor_is_its_time() -> None:
    """Only the hours whose increment is known count on both sides."""
    found = paces(history([50, 60, 3, 13]))
    assert known(found["last_24_hours"]) == {
        "increment": 20,
        "elapsed_s": 7200,
        "per_hour": 10.0,
    }
    assert paces(history([5, 1]))["last_hour"] is None


def test_observations_at_the_same_second_give_no_pace() -> None:
    """An import may hold such; nothing is divided by zero."""
    late = pl.col("scheduled_at").max()
    readings = history([1, 2]).with_columns(observed_at=late)
    assert paces(readings)["last_hour"] is None


def test_a_count_that_does_not_move_has_a_pace_of_zero() -> None:
    """It is known to stand still."""
    assert known(paces(history([7] * 30))["last_24_hours"]) == NOTHING


def test_a_pace_may_exceed_64_bits() -> None:
    """Each hour is below 10^18; a day of them is not."""
    found = paces(history([0, MAX] * 13))["last_24_hours"]
    assert found["increment"] == 12 * MAX
    assert found["per_hour"] == 1e18


@settings(max_examples=50, deadline=None)
@given(any_history(), st.data())
def test_a_pace_is_the_sum_of_the_known_pairs_within(
    readings: pl.DataFrame, data: st.DataObject
) -> None:
    """For any spans at once, as a slow look at every pair has it."""
    first, last = readings["scheduled_at"][0], readings["scheduled_at"][-1]
    hours = st.integers(-30, (last - first) // HOUR + 30)
    bounds = data.draw(st.lists(st.tuples(hours, hours), min_size=1, max_size=5))
    spans = [Span(first + min(b) * HOUR, first + max(b) * HOUR) for b in bounds]
    assert measure_paces(derive_increments(readings), spans) == [
        slow_pace(readings, span) for span in spans
    ]


def slow_pace(readings: pl.DataFrame, span: Span) -> Pace | None:
    """Give the pace by asking every pair."""
    pairs = [
        (
            after["count"] - before["count"],
            int((after["observed_at"] - before["observed_at"]).total_seconds()),
            (after["scheduled_at"] - before["scheduled_at"]) // HOUR,
        )
        for before, after in pairwise(readings.to_dicts())
        if before["scheduled_at"] >= span.since and after["scheduled_at"] <= span.until
    ]
    sums = [
        sum(column) for column in zip(*(p for p in pairs if p[0] >= 0), strict=True)
    ]
    return Pace(span, *sums) if sums else None


# Today -------------------------------------------------------------------------


def test_today_begins_at_the_midnight_of_the_zone() -> None:
    """Nine hours of the day in Tokyo are over when the one of UTC begins."""
    found = paces(history(range(0, 300, 10)), TOKYO)
    assert found["today"]["since"] == at("2026-01-02", TOKYO)
    assert found["today"]["increment"] == 140


def test_right_at_midnight_nothing_of_today_is_known() -> None:
    """The day is new; an hour later it has a pace."""
    first = at("2026-01-01", TOKYO)
    assert paces(history(range(25), first), TOKYO)["today"] is None
    assert paces(history(range(26), first), TOKYO)["today"]["increment"] == 1


@pytest.mark.parametrize(
    ("midnight", "zone", "hours"),
    [
        ("2026-03-08T00:00", "America/New_York", 14),
        ("2026-11-01T00:00", "America/New_York", 16),
        ("2026-09-06T01:00", "America/Santiago", 14),
        ("2026-10-25T00:00", "Atlantic/Azores", 16),
    ],
)
def test_today_is_as_long_as_the_clocks_make_it(
    midnight: str, zone: str, hours: int
) -> None:
    """At three in the afternoon of a day on which they change."""
    place = ZoneInfo(zone)
    last = at(f"{midnight[:10]}T15:00", place)
    found = paces(history(range(400), last - 399 * HOUR), place)["today"]
    assert (found["since"], found["increment"]) == (at(midnight, place), hours)


# A week before -----------------------------------------------------------------


def test_a_pace_stands_beside_the_one_of_a_week_before() -> None:
    """Ten an hour for 200 hours, then fifteen: half as much again."""
    counts = [*range(0, 2000, 10), *range(2000, 2000 + 15 * 168, 15), 2000 + 15 * 168]
    found = paces(history(counts))
    last = FIRST + (len(counts) - 1) * HOUR
    week = found["last_7_days"]
    assert (week["since"], week["until"]) == (last - 168 * HOUR, last)
    assert week["per_hour"] == 15.0
    assert week["week_before"] == {
        "increment": 1680,
        "elapsed_s": 168 * 3600,
        "per_hour": 10.0,
    }
    assert [pace["change"] for pace in found.values()] == [0.5] * 4


def test_today_is_compared_with_the_same_hours_of_that_day() -> None:
    """Up to nine in the morning, not with the whole day."""
    first = at("2026-02-01", TOKYO)
    busy_mornings = [9 if n % 24 < 9 else 1 for n in range(24 * 8)]
    counts = [0]
    for step in busy_mornings[: 24 * 7 + 9]:
        counts.append(counts[-1] + step)
    today = paces(history(counts, first), TOKYO)["today"]
    assert today["week_before"] == {
        "increment": 81,
        "elapsed_s": 9 * 3600,
        "per_hour": 9.0,
    }
    assert today["change"] == 0.0


def test_today_is_compared_by_the_clocks_of_that_day() -> None:
    """They went forward in between: 168 hours before was eleven at night."""
    last = at("2026-03-12T06:00", NEW_YORK)
    first = last - 300 * HOUR
    before = at("2026-03-05T00:00", NEW_YORK)
    # One an hour, and a thousand from 23:00 on before that midnight.
    skip = (before - HOUR - first) // HOUR
    counts = [n + (1000 if n > skip else 0) for n in range(301)]
    today = paces(history(counts, first), NEW_YORK)["today"]
    assert today["week_before"]["increment"] == 6
    assert today["change"] == 0.0


@pytest.mark.parametrize(("missing", "change"), [(2, 0.0), (3, None)])
def test_there_is_no_change_to_a_week_of_which_too_little_is_known(
    missing: int, change: float | None
) -> None:
    """22 of 24 hours are enough to compare, 21 are not; both are still told."""
    found = paces(history(range(24 * 8 + 1 - missing)))["last_24_hours"]
    assert found["week_before"]["increment"] == 24 - missing
    assert found["change"] == change


def test_there_is_no_change_from_a_pace_of_zero() -> None:
    """Nothing is divided by zero."""
    found = paces(history([5] * 180 + [6]))["last_hour"]
    assert found["week_before"]["per_hour"] == 0.0
    assert found["change"] is None


def test_a_fall_in_pace_is_a_negative_change() -> None:
    """To a quarter: three quarters less."""
    found = paces(history([*range(0, 4 * 168, 4), 4 * 168, 4 * 168 + 1]))["last_hour"]
    assert (found["week_before"]["increment"], found["change"]) == (4, -0.75)
