"""The findings: what is known, from complete buckets and really elapsed time only."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.aggregate import buckets_of, increments_of
from renderer.summary import LISTED, summary_of
from tests.unit.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
    history_at,
)


def summarise(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> dict[str, Any]:
    """Give the summary of readings."""
    increments = increments_of(readings)
    daily = buckets_of(increments, "1d", zone)
    return summary_of("nyanpass", zone, readings, increments, daily)


def shape(value: Any) -> Any:
    """Give the keys of nested objects and the types of what they hold."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


PACE = {"increment": "int", "elapsed_s": "int", "per_hour": "float"}
SHAPE = {
    "schema": "int",
    "counter": "str",
    "time_zone": "str",
    "count": "int",
    "count_text": "str",
    "scheduled_at": "str",
    "observed_at": "str",
    "first_scheduled_at": "str",
    "pace": {"last_hour": PACE, "last_24_hours": PACE, "last_7_days": PACE},
    "coverage": {"hours_present": "int", "hours_due": "int", "ratio": "float"},
    "records": {
        "best_hour": {"start": "str", "increment": "int"},
        "best_day": {"date": "str", "increment": "int"},
    },
    "gaps": {
        "number": "int",
        "hours": "int",
        "newest": [{"first": "str", "last": "str", "hours": "int"}],
    },
    "resets": {
        "number": "int",
        "newest": [
            {"after": "str", "before": "str", "from_count": "int", "to_count": "int"}
        ],
    },
}


def test_the_summary_has_exactly_these_fields() -> None:
    """Others read it: a field that goes or comes is a decision."""
    readings = history([*range(100), None, *range(100)])
    assert shape(summarise(readings)) == SHAPE


def test_the_summary_of_a_single_reading_has_the_same_fields() -> None:
    """What is not known is null, not missing and not zero."""
    found = summarise(history([5]), TOKYO)
    assert found == {
        "schema": 1,
        "counter": "nyanpass",
        "time_zone": "Asia/Tokyo",
        "count": 5,
        "count_text": "5",
        "scheduled_at": "2026-01-01T00:00:00Z",
        "observed_at": "2026-01-01T00:00:03Z",
        "first_scheduled_at": "2026-01-01T00:00:00Z",
        "pace": {"last_hour": None, "last_24_hours": None, "last_7_days": None},
        "coverage": {"hours_present": 1, "hours_due": 1, "ratio": 1.0},
        "records": {"best_hour": None, "best_day": None},
        "gaps": {"number": 0, "hours": 0, "newest": []},
        "resets": {"number": 0, "newest": []},
    }
    assert found.keys() == SHAPE.keys()


@settings(max_examples=100, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_any_summary_is_strict_json_with_the_same_fields(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """No NaN, no infinity, no float where a count belongs."""
    found = summarise(readings, zone)
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    assert found.keys() == SHAPE.keys()
    assert type(found["count"]) is int
    assert found["count_text"] == str(found["count"]) == str(readings["count"][-1])
    assert 0 < found["coverage"]["ratio"] <= 1
    for name in ("best_hour", "best_day"):
        record = found["records"][name]
        assert record is None or type(record["increment"]) is int


@settings(max_examples=100, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_what_is_present_and_what_is_missing_is_what_was_due(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """Coverage and gaps tell the same story."""
    found = summarise(readings, zone)
    coverage = found["coverage"]
    assert coverage["hours_present"] + found["gaps"]["hours"] == coverage["hours_due"]
    span = readings["scheduled_at"][-1] - readings["scheduled_at"][0]
    assert coverage["hours_due"] == span / HOUR + 1


def test_a_huge_count_keeps_every_digit() -> None:
    """As a number and, for JavaScript, as text."""
    found = summarise(history([MAX - 1, MAX]))
    assert (found["count"], found["count_text"]) == (MAX, "9" * 18)
    assert found["pace"]["last_hour"]["increment"] == 1


# Pace --------------------------------------------------------------------------


def test_the_pace_is_over_the_time_that_really_passed() -> None:
    """The last reading was 20 minutes late: its increment took 80 minutes."""
    readings = pl.concat(
        [history([0, 100, 200], late_s=0), history([*[None] * 3, 360], late_s=1200)]
    )
    pace = summarise(readings)["pace"]
    assert pace["last_hour"] == {"increment": 160, "elapsed_s": 4800, "per_hour": 120.0}
    assert pace["last_24_hours"] == {
        "increment": 360,
        "elapsed_s": 12000,
        "per_hour": 108.0,
    }


def test_the_pace_takes_the_pairs_that_lie_within_its_hours() -> None:
    """From 24 hours before the last reading on, and not an hour more."""
    readings = history([0, *range(1_000_000, 1_000_000 + 200)])
    pace = summarise(readings)["pace"]
    assert {name: pace[name]["increment"] for name in pace} == {
        "last_hour": 1,
        "last_24_hours": 24,
        "last_7_days": 168,
    }
    assert pace["last_24_hours"]["elapsed_s"] == 24 * 3600


def test_a_gap_that_reaches_out_of_the_hours_is_left_out_of_the_pace() -> None:
    """Nobody knows how much of it fell within."""
    pace = summarise(history([0, None, None, 300, 310]))["pace"]
    assert pace["last_hour"] == {"increment": 10, "elapsed_s": 3600, "per_hour": 10.0}
    counts = [0, *[None] * 23, 900, 910, 920]
    pace = summarise(history(counts))["pace"]
    assert pace["last_24_hours"]["increment"] == 20
    assert pace["last_24_hours"]["elapsed_s"] == 7200
    assert pace["last_7_days"]["increment"] == 920


def test_there_is_no_pace_for_an_hour_that_nobody_read() -> None:
    """Null, not zero."""
    pace = summarise(history([0, 5, None, 9]))["pace"]
    assert pace["last_hour"] is None
    assert pace["last_24_hours"]["increment"] == 9


def test_a_reset_is_no_part_of_the_pace_nor_is_its_time() -> None:
    """Only the hours whose increment is known count on both sides."""
    pace = summarise(history([50, 60, 3, 13]))["pace"]
    assert pace["last_24_hours"] == {
        "increment": 20,
        "elapsed_s": 7200,
        "per_hour": 10.0,
    }
    assert summarise(history([5, 1]))["pace"]["last_hour"] is None


def test_observations_at_the_same_second_give_no_pace() -> None:
    """An import may hold such; nothing is divided by zero."""
    late = pl.col("scheduled_at").max()
    readings = history([1, 2]).with_columns(observed_at=late)
    assert summarise(readings)["pace"]["last_hour"] is None


def test_a_count_that_does_not_move_has_a_pace_of_zero() -> None:
    """It is known to stand still."""
    pace = summarise(history([7] * 30))["pace"]
    assert pace["last_24_hours"] == {
        "increment": 0,
        "elapsed_s": 86400,
        "per_hour": 0.0,
    }


# Records -----------------------------------------------------------------------


def test_the_best_hour_is_one_whole_hour() -> None:
    """What came over a gap of many hours is no record of one."""
    records = summarise(history([0, 5, 7, None, None, 900, 905]))["records"]
    assert records["best_hour"] == {"start": "2026-01-01T00:00:00Z", "increment": 5}


def test_of_equal_hours_the_earliest_is_the_record() -> None:
    """A record has to be broken, not equalled."""
    records = summarise(history([0, 1, 6, 7, 12, 12, 13]))["records"]
    assert records["best_hour"] == {"start": "2026-01-01T01:00:00Z", "increment": 5}


def test_the_best_day_is_a_complete_one() -> None:
    """A day with a gap over its midnight could have had any increment."""
    counts: list[int | None] = list(range(24 * 4 + 1))
    big = [*counts[:30], *(count and count + 1000 for count in counts[30:])]
    big[48] = None
    records = summarise(history(big))["records"]
    assert records["best_day"] == {"date": "2026-01-01", "increment": 24}
    assert summarise(history(range(24)))["records"]["best_day"] is None


def test_of_equal_days_the_earliest_is_the_record_by_the_zones_date() -> None:
    """From midnight to midnight in Tokyo."""
    first = at("2026-02-10T20:00", TOKYO)
    records = summarise(history(range(24 * 5), first), TOKYO)["records"]
    assert records["best_day"] == {"date": "2026-02-11", "increment": 24}


def test_a_reset_is_no_record() -> None:
    """Neither the fall nor the day in which it lies."""
    records = summarise(history([*range(1000, 1005), *range(20)]))["records"]
    assert records["best_day"] is None
    assert records["best_hour"] == {"start": "2026-01-01T00:00:00Z", "increment": 1}


# Gaps and resets ---------------------------------------------------------------


def test_of_many_gaps_and_resets_the_newest_are_listed_and_all_are_counted() -> None:
    """In the order of time."""
    counts: list[int | None] = []
    for _ in range(LISTED + 5):
        counts += [5, 9, None, None]
    found = summarise(history([*counts, 5]))
    assert (found["gaps"]["number"], found["gaps"]["hours"]) == (25, 50)
    assert found["resets"]["number"] == 25
    last = FIRST + 4 * (LISTED + 4) * HOUR
    assert found["gaps"]["newest"][-1] == {
        "first": f"{last + 2 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "last": f"{last + 3 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "hours": 2,
    }
    assert found["resets"]["newest"][-1] == {
        "after": f"{last + HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "before": f"{last + 4 * HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "from_count": 9,
        "to_count": 5,
    }
    for name, field in (("gaps", "first"), ("resets", "after")):
        times = [row[field] for row in found[name]["newest"]]
        assert len(times) == LISTED
        assert times == sorted(times)


@pytest.mark.parametrize("hours", [0, 1, 500])
def test_times_are_utc_with_z(hours: int) -> None:
    """Whatever the display zone is."""
    hour = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=hours)
    found = summarise(history_at([(hour, 1)], late_s=59), ZoneInfo("America/New_York"))
    assert found["scheduled_at"] == f"{hour:%Y-%m-%dT%H:00:00Z}"
    assert found["observed_at"] == f"{hour:%Y-%m-%dT%H:00:59Z}"
