"""The small tables and the summary: what is derived from the readings."""

import json
from typing import NoReturn

from tests.unit.renderer.histories import MAX, TOKYO, at, history
from tests.unit.renderer.site.data_files import data_of, eventful


def test_what_a_correction_changes_is_told_hour_by_hour() -> None:
    """What was read, what counts now, why, and since when; and it is marked."""
    files, _ = eventful()
    assert files["data/corrections.csv"].decode() == (
        "scheduled_at,count_read,count_now,reason,corrected_at\n"
        "2026-01-01T05:00:00Z,5,,A test,2027-02-21T16:00:00Z\n"
        "2026-01-01T06:00:00Z,6,,A test,2027-02-21T16:00:00Z\n"
        '2026-01-06T00:00:00Z,,99,"Seen, “twice”, there",2027-02-21T16:00:00Z\n'
    )
    rows = files["data/hourly/2026.csv"].decode().splitlines()
    assert not [row for row in rows if row.startswith("2026-01-01T05:00:00Z")]
    assert "2026-01-06T00:00:00Z,2026-01-06T00:00:00Z,99,,true,false" in rows
    assert sum(row.split(",")[4] == "true" for row in rows) == 1


def test_the_days_are_those_of_the_zone_with_what_is_known_of_them() -> None:
    """An unknown increment is an empty field, not a zero."""
    counts = [*range(10), *range(100, 124), *[None] * 30, 500, 400]
    files = data_of(history(counts, at("2026-02-28T14:00", TOKYO)))
    assert files["data/daily.csv"] == (
        b"date,increment,hours_covered,hours_due,complete,count\n"
        b"2026-02-28,100,10,24,false,100\n"
        b"2026-03-01,23,23,24,false,123\n"
        b"2026-03-02,,0,24,false,\n"
        b"2026-03-03,,0,24,false,400\n"
    )


def test_a_day_ends_with_its_last_count_that_is_not_set_aside() -> None:
    """Nothing is derived from a source's error."""
    files = data_of(history([5, 6, 0, 7], at("2026-02-28T22:00", TOKYO)))
    assert files["data/daily.csv"].decode().splitlines()[1:] == [
        "2026-02-28,1,1,24,false,6",
        "2026-03-01,,0,24,false,7",
    ]


def test_a_complete_day_says_so() -> None:
    """From midnight to midnight."""
    files = data_of(history(range(25), at("2026-02-28", TOKYO)))
    assert files["data/daily.csv"].endswith(b"\n2026-02-28,24,24,24,true,24\n")


def test_the_months_are_those_of_the_zone_with_what_is_known_of_them() -> None:
    """An unknown increment is an empty field, not a zero."""
    first = at("2026-01-31T22:00", TOKYO)
    counts = [*range(0, 28 * 24 * 10 + 21, 10), *[None] * 24 * 40, *[99_999] * 25]
    files = data_of(history(counts, first))
    assert files["data/monthly.csv"] == (
        b"month,increment,hours_covered,hours_due,complete,count\n"
        b"2026-01,20,2,744,false,20\n"
        b"2026-02,6720,672,672,true,6740\n"
        b"2026-03,,0,744,false,\n"
        b"2026-04,0,23,720,false,99999\n"
    )


def test_the_milestones_are_all_there_the_oldest_first() -> None:
    """With the hours of the readings between which each was passed."""
    assert data_of(history([9, 11, None, 31]))["data/milestones.csv"] == (
        b"count,after,by\n"
        b"10,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z\n"
        b"20,2026-01-01T01:00:00Z,2026-01-01T03:00:00Z\n"
        b"30,2026-01-01T01:00:00Z,2026-01-01T03:00:00Z\n"
    )
    assert data_of(history([0, MAX]))["data/milestones.csv"].count(b"\n") == 1450


def test_the_summary_is_strict_json_for_people() -> None:
    """Indented, in UTF-8 as it is, a newline at the end."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    body = data_of(history([5]), summary={"count": MAX, "title": "にゃん"})[
        "data/summary.json"
    ]
    assert json.loads(body, parse_constant=refuse) == {"count": MAX, "title": "にゃん"}
    assert (
        body == '{\n  "count": 999999999999999999,\n  "title": "にゃん"\n}\n'.encode()
    )
