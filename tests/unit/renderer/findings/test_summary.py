"""The findings: what is known, from complete buckets and really elapsed time only."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.frames import make_frames
from renderer.findings.milestones import LISTED
from renderer.findings.summary import summarise_history
from renderer.readings.corrections import Correction
from renderer.readings.notes import Note
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    history,
    history_at,
)


def summarise(
    readings: pl.DataFrame,
    zone: ZoneInfo = UTC_ZONE,
    corrections: Sequence[Correction] = (),
    notes: Sequence[Note] = (),
) -> dict[str, Any]:
    """Give the summary of readings."""
    frames = make_frames(readings, zone, notes)
    return summarise_history("nyanpass", frames, corrections)


def shape(value: Any) -> Any:
    """Give the keys of nested objects and the types of what they hold."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


RISE = {"increment": "int", "elapsed_s": "int", "per_hour": "float"}
PACE = {
    "since": "str",
    "until": "str",
    **RISE,
    "week_before": RISE,
    "change": "float",
}
MILESTONE = {"count": "int", "after": "str", "by": "str"}
RUN = {"first": "str", "last": "str", "hours": "int"}
DAY = {"date": "str", "increment": "int"}
SHAPE: dict[str, Any] = {
    "schema": "int",
    "counter": "str",
    "time_zone": "str",
    "count": "int",
    "count_text": "str",
    "scheduled_at": "str",
    "observed_at": "str",
    "first_scheduled_at": "str",
    "pace": {
        "last_hour": PACE,
        "today": PACE,
        "last_24_hours": PACE,
        "last_7_days": PACE,
    },
    "milestones": {
        "number": "int",
        "newest": [MILESTONE],
        "last": MILESTONE,
        "next": {
            "count": "int",
            "previous": "int",
            "remaining": "int",
            "progress": "float",
            "earliest": "str",
            "latest": "str",
            "reliable": "bool",
        },
        "score": [
            {
                "days": "int",
                "told": "int",
                "within": "int",
                "median_error_days": "float",
                "reliable": "bool",
            }
        ],
    },
    "coverage": {
        "hours_present": "int",
        "hours_due": "int",
        "ratio": "float",
        "months": [{"month": "str", "hours_present": "int", "hours_due": "int"}],
    },
    "records": {
        "best_hour": {"start": "str", "increment": "int"},
        "best_day": DAY,
        "quietest_day": DAY,
        "best_week": DAY,
        "best_month": {"month": "str", "increment": "int"},
        "longest_gap": RUN,
        "longest_recording": RUN,
        "rising_days": {"first": "str", "last": "str", "days": "int"},
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
    "set_aside": {
        "number": "int",
        "readings": "int",
        "newest": [
            {
                "first": "str",
                "last": "str",
                "readings": "int",
                "lowest": "int",
                "highest": "int",
                "from_count": "int",
                "to_count": "int",
            }
        ],
    },
    "corrections": {
        "number": "int",
        "newest": [
            {
                "kind": "str",
                "first": "str",
                "last": "str",
                "count": "NoneType",
                "reason": "str",
                "made_at": "str",
            }
        ],
    },
    "notes": {
        "number": "int",
        "newest": [
            {
                "number": "int",
                "at": "str",
                "texts": {"en": "str"},
                "url": "NoneType",
                "made_at": "str",
            }
        ],
    },
}
CORRECTIONS = [
    Correction("void", FIRST + n * HOUR, FIRST + n * HOUR, None, "A test", FIRST)
    for n in range(LISTED + 5)
]
NOTE = Note(FIRST, {"en": "On TV"}, None, FIRST)
# Two months with all that there is to find.
EVENTFUL = [*range(100), None, *range(100, 200), *range(24 * 60)]
DIP = [8, 9, 3, 9]


def test_the_summary_has_exactly_these_fields() -> None:
    """Others read it: a field that goes or comes is a decision."""
    found = summarise(history([*DIP, *EVENTFUL]), corrections=CORRECTIONS, notes=[NOTE])
    assert shape(found) == SHAPE


def test_what_is_told_of_an_eventful_history_can_be_reckoned_by_hand() -> None:
    """One an hour from New Year on, an hour lost on the 5th, a reset on the 9th."""
    found = summarise(history(EVENTFUL))
    # 201 hours, and 60 days of which the last reading is the last hour but one.
    assert found["scheduled_at"] == "2026-03-10T08:00:00Z"
    assert found["pace"]["today"] == {
        "since": "2026-03-10T00:00:00Z",
        "until": "2026-03-10T08:00:00Z",
        "increment": 8,
        "elapsed_s": 8 * 3600,
        "per_hour": 1.0,
        "week_before": {"increment": 8, "elapsed_s": 8 * 3600, "per_hour": 1.0},
        "change": 0.0,
    }
    milestones = found["milestones"]
    # 10 to 90, 100 to 190 before the reset; after it 200 to 990 and 1000 to 1400.
    assert milestones["number"] == 9 + 10 + 80 + 5
    assert milestones["newest"][:2] == [
        {
            "count": 1400,
            "after": "2026-03-08T16:00:00Z",
            "by": "2026-03-08T17:00:00Z",
        },
        {
            "count": 1300,
            "after": "2026-03-04T12:00:00Z",
            "by": "2026-03-04T13:00:00Z",
        },
    ]
    assert milestones["next"] == {
        "count": 1500,
        "previous": 1400,
        "remaining": 61,
        "progress": 0.39,
        "earliest": "2026-03-12T21:00:03Z",
        "latest": "2026-03-12T21:00:03Z",
        "reliable": True,
    }
    # One an hour; four weeks that have the lost hour in them tell of a little less.
    assert [list(each.values()) for each in milestones["score"]] == [
        [1, 20, 20, 0.0, True],
        [7, 20, 20, 0.0, True],
        [30, 20, 20, 0.04, True],
    ]
    assert found["coverage"] == {
        "hours_present": 1640,
        "hours_due": 1641,
        "ratio": 0.999391,
        "months": [
            {"month": "2026-01", "hours_present": 743, "hours_due": 744},
            {"month": "2026-02", "hours_present": 672, "hours_due": 672},
            {"month": "2026-03", "hours_present": 225, "hours_due": 225},
        ],
    }
    assert found["records"] == {
        "best_hour": {"start": "2026-01-01T00:00:00Z", "increment": 1},
        "best_day": {"date": "2026-01-01", "increment": 24},
        # The pair over the lost hour is known to have risen by one in two hours.
        "quietest_day": {"date": "2026-01-05", "increment": 23},
        "best_week": {"date": "2026-01-12", "increment": 168},
        "best_month": {"month": "2026-02", "increment": 672},
        "longest_gap": {
            "first": "2026-01-05T04:00:00Z",
            "last": "2026-01-05T04:00:00Z",
            "hours": 1,
        },
        "longest_recording": {
            "first": "2026-01-05T05:00:00Z",
            "last": "2026-03-10T08:00:00Z",
            "hours": 1540,
        },
        "rising_days": {"first": "2026-01-06", "last": "2026-01-06", "days": 1},
    }


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
        "pace": dict.fromkeys(SHAPE["pace"]),
        "milestones": {
            "number": 0,
            "newest": [],
            "last": None,
            "next": {
                "count": 10,
                "previous": 0,
                "remaining": 5,
                "progress": 0.5,
                "earliest": None,
                "latest": None,
                "reliable": None,
            },
            "score": [
                {
                    "days": days,
                    "told": 0,
                    "within": 0,
                    "median_error_days": None,
                    "reliable": None,
                }
                for days in (1, 7, 30)
            ],
        },
        "coverage": {
            "hours_present": 1,
            "hours_due": 1,
            "ratio": 1.0,
            "months": [{"month": "2026-01", "hours_present": 1, "hours_due": 1}],
        },
        "records": dict.fromkeys(SHAPE["records"])
        | {
            "longest_recording": {
                "first": "2026-01-01T00:00:00Z",
                "last": "2026-01-01T00:00:00Z",
                "hours": 1,
            }
        },
        "gaps": {"number": 0, "hours": 0, "newest": []},
        "resets": {"number": 0, "newest": []},
        "set_aside": {"number": 0, "readings": 0, "newest": []},
        "corrections": {"number": 0, "newest": []},
        "notes": {"number": 0, "newest": []},
    }
    assert found.keys() == SHAPE.keys()


@settings(max_examples=50, deadline=None)
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
    for part in ("pace", "records"):
        assert found[part].keys() == SHAPE[part].keys()
        for value in filter(None, found[part].values()):
            assert type(value.get("increment", 0)) is int


@settings(max_examples=50, deadline=None)
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


# Gaps and resets ---------------------------------------------------------------


def test_of_many_gaps_and_resets_the_newest_are_listed_and_all_are_counted() -> None:
    """In the order of time."""
    counts: list[int | None] = []
    for n in range(LISTED + 5, 0, -1):
        counts += [10 * n, 10 * n + 4, None, None]
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
        "from_count": 14,
        "to_count": 5,
    }
    for name, field in (("gaps", "first"), ("resets", "after")):
        times = [row[field] for row in found[name]["newest"]]
        assert len(times) == LISTED
        assert times == sorted(times)


def test_of_many_corrections_the_newest_are_listed_and_all_are_counted() -> None:
    """In the order in which they were made."""
    found = summarise(history([5]), corrections=CORRECTIONS)["corrections"]
    assert found["number"] == 25
    assert len(found["newest"]) == LISTED
    assert found["newest"][-1]["first"] == "2026-01-02T00:00:00Z"


def test_of_many_readings_set_aside_the_newest_runs_are_listed() -> None:
    """In the order of time, with what they counted and between what they lie."""
    counts: list[int | None] = []
    for n in range(1, LISTED + 6):
        counts += [10 * n, 10 * n + 4, 1, None, 0]
    found = summarise(history([*counts, 1000]))["set_aside"]
    assert (found["number"], found["readings"]) == (LISTED + 5, 2 * LISTED + 10)
    assert found["newest"][-1] == {
        "first": "2026-01-06T02:00:00Z",
        "last": "2026-01-06T04:00:00Z",
        "readings": 2,
        "lowest": 0,
        "highest": 1,
        "from_count": 254,
        "to_count": 1000,
    }
    times = [run["first"] for run in found["newest"]]
    assert len(times) == LISTED
    assert times == sorted(times)


@pytest.mark.parametrize("hours", [0, 1, 500])
def test_times_are_utc_with_z(hours: int) -> None:
    """Whatever the display zone is."""
    hour = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=hours)
    found = summarise(history_at([(hour, 1)], late_s=59), ZoneInfo("America/New_York"))
    assert found["scheduled_at"] == f"{hour:%Y-%m-%dT%H:00:00Z}"
    assert found["observed_at"] == f"{hour:%Y-%m-%dT%H:00:59Z}"
