"""The open data: every reading to the last digit, and no file changed for nothing."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings

from renderer.findings.findings import Findings, make_findings
from renderer.findings.frames import make_frames
from renderer.findings.outliers import mark_set_aside
from renderer.findings.summary import summarise_history
from renderer.readings.corrections import Correction
from renderer.readings.format import Reading, tabulate_readings
from renderer.readings.settle import SETTLED_SCHEMA
from renderer.site import keys
from renderer.site.data import (
    version_hourly_files,
    write_hourly_files,
    write_tables,
)
from renderer.site.languages import LANGUAGES
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    any_history,
    at,
    history,
    settle,
)

HEADER = [
    *("scheduled_at", "observed_at", "count", "source_time"),
    *("corrected", "set_aside"),
]
# When corrections were made.
LATER = FIRST + 10_000 * HOUR
BOOLEANS = {"true": True, "false": False}


def files_of(
    readings: pl.DataFrame,
    zone: ZoneInfo = TOKYO,
    summary: Any = None,
    corrections: Sequence[Correction] = (),
) -> dict[str, bytes]:
    """Give the data files of readings."""
    findings = make_findings(settle(readings, *corrections), "nyanpass", zone)
    findings = replace(findings, summary=summary or {"schema": 1})
    return write_tables(findings) | write_hourly_files(
        findings, version_hourly_files(findings)
    )


def findings_of(readings: pl.DataFrame) -> Findings:
    """Give the findings of readings that were all collected."""
    return make_findings(settle(readings), "nyanpass", TOKYO)


def read_csv(body: bytes) -> list[tuple[Any, ...]]:
    """Read an hourly file as a person's script would, with nothing of ours."""
    header, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    assert header == HEADER
    return [
        (
            *(time(scheduled), time(observed), int(count)),
            time(source) if source else None,
            *(BOOLEANS[mark] for mark in marks),
        )
        for scheduled, observed, count, source, *marks in rows
    ]


def time(text: str) -> datetime:
    """Read a time that has to be in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def hourly(files: dict[str, bytes], suffix: str) -> dict[str, bytes]:
    """Give the hourly files of one kind by year, in order."""
    start = "data/hourly/"
    return {
        key[len(start) : -len(suffix) - 1]: body
        for key, body in sorted(files.items())
        if key.startswith(start) and key.endswith(f".{suffix}")
    }


@settings(max_examples=30, deadline=None)
@given(any_history())
def test_csv_and_parquet_together_hold_exactly_the_readings(
    readings: pl.DataFrame,
) -> None:
    """Each in the file of its UTC year, in order, and nowhere else."""
    files = files_of(readings)
    from_csv: list[tuple[Any, ...]] = []
    from_parquet: list[tuple[Any, ...]] = []
    for year, body in hourly(files, "csv").items():
        rows = read_csv(body)
        assert {row[0].year for row in rows} == {int(year)}
        from_csv += rows
    for year, body in hourly(files, "parquet").items():
        frame = pl.read_parquet(io.BytesIO(body))
        assert frame.schema == SETTLED_SCHEMA | {"set_aside": pl.Boolean()}
        assert {row[0].year for row in frame.rows()} == {int(year)}
        from_parquet += frame.rows()
    assert from_csv == from_parquet
    assert from_csv == mark_set_aside(settle(readings).readings).rows()


def test_a_count_and_its_times_keep_every_digit() -> None:
    """10^18 - 1 is no float, and a source without a time has an empty field."""
    early = Reading(FIRST, FIRST + timedelta(seconds=3), MAX, None)
    seen = FIRST + timedelta(hours=1, seconds=4)
    late = Reading(FIRST + HOUR, seen, 0, seen - timedelta(seconds=1))
    files = files_of(tabulate_readings([early, late]))
    assert files["data/hourly/2026.csv"] == (
        b"scheduled_at,observed_at,count,source_time,corrected,set_aside\n"
        b"2026-01-01T00:00:00Z,2026-01-01T00:00:03Z,999999999999999999,,false,false\n"
        b"2026-01-01T01:00:00Z,2026-01-01T01:00:04Z,0,2026-01-01T01:00:03Z,false,false\n"
    )


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


def test_a_reading_set_aside_is_there_as_it_was_read() -> None:
    """And says so; the file changes when a later reading tells."""
    reset, dip = (files_of(history([7, 8, 0, *later])) for later in ([], [9]))
    assert [row[2:] for row in read_csv(reset["data/hourly/2026.csv"])] == [
        (7, None, False, False),
        (8, None, False, False),
        (0, None, False, False),
    ]
    assert [row[2:] for row in read_csv(dip["data/hourly/2026.csv"])] == [
        (7, None, False, False),
        (8, None, False, False),
        (0, None, False, True),
        (9, None, False, False),
    ]


def test_what_is_set_aside_changes_the_version_of_its_year() -> None:
    """Though none of its readings is another."""
    before = history([5, 9, 3, 4], FIRST - 3 * HOUR)
    after = pl.concat([before, history([10], FIRST + HOUR)])
    old, new = (version_hourly_files(findings_of(each)) for each in (before, after))
    assert old["data/hourly/2025.csv"] != new["data/hourly/2025.csv"]


def test_a_year_of_which_all_is_taken_back_keeps_its_files() -> None:
    """Without rows: nobody deletes files from the site, and none may tell what was."""
    readings = pl.concat([history([1, 2]), history([3], FIRST + 366 * 24 * HOUR)])
    void = Correction("void", FIRST, FIRST + HOUR, None, "A test", LATER)
    files = files_of(readings, corrections=[void])
    assert read_csv(files["data/hourly/2026.csv"]) == []
    assert pl.read_parquet(files["data/hourly/2026.parquet"]).is_empty()
    assert len(read_csv(files["data/hourly/2027.csv"])) == 1


def test_years_are_cut_in_utc() -> None:
    """Whatever the display zone: in Tokyo it has been New Year for nine hours."""
    files = files_of(history([1, 2, 3], FIRST - HOUR))
    assert [row[2] for row in read_csv(files["data/hourly/2025.csv"])] == [1]
    assert [row[2] for row in read_csv(files["data/hourly/2026.csv"])] == [2, 3]
    assert list(hourly(files, "parquet")) == ["2025", "2026"]


def test_a_new_reading_changes_the_files_of_its_own_year_only() -> None:
    """The past is not written again."""
    old = history(range(24 * 900), datetime(2023, 9, 1, tzinfo=UTC))
    new = pl.concat([old, history([10**6], old["scheduled_at"][-1] + HOUR)])
    before, after = files_of(old), files_of(new)
    assert before.keys() == after.keys()
    changed = {key for key in after if before[key] != after[key]}
    # Of 10^6 at once, the milestones on the way to it have passed.
    assert changed == {
        "data/daily.csv",
        "data/milestones.csv",
        "data/hourly/2026.csv",
        "data/hourly/2026.parquet",
    }


def test_a_missed_reading_of_the_past_changes_its_year_only() -> None:
    """Found late, it is put where it belongs."""
    counts: list[int | None] = list(range(24 * 900))
    counts[5050] = None
    first = datetime(2023, 9, 1, tzinfo=UTC)
    before = files_of(history(counts, first))
    after = files_of(history(range(24 * 900), first))
    changed = {key for key in after if before[key] != after[key]}
    assert changed == {
        "data/hourly/2024.csv",
        "data/hourly/2024.parquet",
        "data/all.parquet",
    }


def test_the_same_readings_give_the_same_bytes() -> None:
    """In one piece or in many, as a frame grows over the months."""
    whole = history(range(1000))
    pieces = pl.concat([whole[n : n + 7] for n in range(0, 1000, 7)], rechunk=False)
    assert pieces.n_chunks() > 1
    assert files_of(whole) == files_of(pieces)


def test_the_days_are_those_of_the_zone_with_what_is_known_of_them() -> None:
    """An unknown increment is an empty field, not a zero."""
    counts = [*range(10), *range(100, 124), *[None] * 30, 500, 400]
    files = files_of(history(counts, at("2026-02-28T14:00", TOKYO)))
    assert files["data/daily.csv"] == (
        b"date,increment,hours_covered,hours_due,complete,count\n"
        b"2026-02-28,100,10,24,false,100\n"
        b"2026-03-01,23,23,24,false,123\n"
        b"2026-03-02,,0,24,false,\n"
        b"2026-03-03,,0,24,false,400\n"
    )


def test_a_day_ends_with_its_last_count_that_is_not_set_aside() -> None:
    """Nothing is derived from a source's error."""
    files = files_of(history([5, 6, 0, 7], at("2026-02-28T22:00", TOKYO)))
    assert files["data/daily.csv"].decode().splitlines()[1:] == [
        "2026-02-28,1,1,24,false,6",
        "2026-03-01,,0,24,false,7",
    ]


def test_a_complete_day_says_so() -> None:
    """From midnight to midnight."""
    files = files_of(history(range(25), at("2026-02-28", TOKYO)))
    assert files["data/daily.csv"].endswith(b"\n2026-02-28,24,24,24,true,24\n")


def test_the_months_are_those_of_the_zone_with_what_is_known_of_them() -> None:
    """An unknown increment is an empty field, not a zero."""
    first = at("2026-01-31T22:00", TOKYO)
    counts = [*range(0, 28 * 24 * 10 + 21, 10), *[None] * 24 * 40, *[99_999] * 25]
    files = files_of(history(counts, first))
    assert files["data/monthly.csv"] == (
        b"month,increment,hours_covered,hours_due,complete,count\n"
        b"2026-01,20,2,744,false,20\n"
        b"2026-02,6720,672,672,true,6740\n"
        b"2026-03,,0,744,false,\n"
        b"2026-04,0,23,720,false,99999\n"
    )


def test_the_milestones_are_all_there_the_oldest_first() -> None:
    """With the hours of the readings between which each was passed."""
    assert files_of(history([9, 11, None, 31]))["data/milestones.csv"] == (
        b"count,after,by\n"
        b"10,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z\n"
        b"20,2026-01-01T01:00:00Z,2026-01-01T03:00:00Z\n"
        b"30,2026-01-01T01:00:00Z,2026-01-01T03:00:00Z\n"
    )
    assert files_of(history([0, MAX]))["data/milestones.csv"].count(b"\n") == 1450


def test_one_reading_has_all_files() -> None:
    """With no day, no month and no milestone in the tables yet."""
    files = files_of(history([5]))
    assert files.keys() == {
        *keys.Table,
        "data/hourly/2026.csv",
        "data/hourly/2026.parquet",
        "data/all.parquet",
    }
    for name in ("daily", "monthly", "milestones"):
        assert files[f"data/{name}.csv"].count(b"\n") == 1


def test_the_summary_is_strict_json_for_people() -> None:
    """Indented, in UTF-8 as it is, a newline at the end."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    body = files_of(history([5]), summary={"count": MAX, "title": "にゃん"})[
        "data/summary.json"
    ]
    assert json.loads(body, parse_constant=refuse) == {"count": MAX, "title": "にゃん"}
    assert (
        body == '{\n  "count": 999999999999999999,\n  "title": "にゃん"\n}\n'.encode()
    )


@settings(max_examples=30, deadline=None)
@given(any_history(), any_history())
def test_a_file_of_hours_has_another_version_just_when_it_has_other_bytes(
    one: pl.DataFrame, other: pl.DataFrame
) -> None:
    """The version stands for the file, so that it need not be made to be compared."""
    ones, others = findings_of(one), findings_of(other)
    versions, other_versions = map(version_hourly_files, (ones, others))
    for key in versions.keys() & other_versions.keys():
        made, other_made = (
            write_hourly_files(each, [key])[key] for each in (ones, others)
        )
        assert (versions[key] == other_versions[key]) == (made == other_made)


def test_one_file_has_the_hours_of_all_years_up_to_the_last_midnight() -> None:
    """In Tokyo, where the days are; so it is put once a day."""
    first = at("2025-12-01", TOKYO)
    counts: list[int | None] = [*range(24 * 60 + 7)]
    counts[30] = None
    files, later = (files_of(history([*counts, *more], first)) for more in ([], [9999]))
    whole = pl.read_parquet(files["data/all.parquet"])
    years = hourly(files, "parquet").values()
    assert whole.equals(pl.concat(map(pl.read_parquet, years)).head(24 * 60))
    assert whole["scheduled_at"][-1] == at("2026-01-30", TOKYO)
    assert files["data/all.parquet"] == later["data/all.parquet"]
    # In the end of a day midnight is the last of it.
    after = files_of(history(range(24 * 61 + 1), first))
    assert pl.read_parquet(after["data/all.parquet"]).height == 24 * 61 + 1


def test_the_hours_of_a_young_history_are_there_at_once() -> None:
    """On its first day, too, there is something to read."""
    files = files_of(history([5, 6]))
    assert files["data/all.parquet"] == files["data/hourly/2026.parquet"]


# The schema and the licence ----------------------------------------------------

# The types that the schema names, as a script would read them from a CSV file.
READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "string": str,
    "boolean": BOOLEANS.__getitem__,
    "date": date.fromisoformat,
    "datetime": time,
    "yearmonth": lambda text: datetime.strptime(f"{text}-01", "%Y-%m-%d").date(),
}
PARQUET = {
    "integer": pl.Int64(),
    "datetime": pl.Datetime("us", "UTC"),
    "boolean": pl.Boolean(),
}
JSON = {"integer": int, "string": str, "datetime": str, "object": dict}


def schema_of(files: dict[str, bytes]) -> dict[str, Any]:
    """Give the described files by key."""
    return {
        file["key"]: file for file in json.loads(files["data/schema.json"])["files"]
    }


SIX = FIRST + 120 * HOUR
CORRECTIONS = [
    Correction("void", FIRST + 5 * HOUR, FIRST + 6 * HOUR, None, "A test", LATER),
    Correction("correct", SIX, SIX, 99, "Seen, “twice”, there", LATER),
]


def eventful(zone: ZoneInfo = TOKYO) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Give the files of a history with all that there is, and its summary."""
    counts = [*range(100), *[None] * 60, *range(24 * 40), 7]
    early = Reading(FIRST - HOUR, FIRST - HOUR, 0, FIRST - HOUR)
    readings = pl.concat([tabulate_readings([early]), history(counts)])
    frames = make_frames(settle(readings, *CORRECTIONS).readings, zone)
    summary = summarise_history("nyanpass", frames, CORRECTIONS)
    return files_of(readings, zone, summary, CORRECTIONS), summary


def test_the_schema_describes_each_file_and_no_other() -> None:
    """The hourly ones by a pattern; only itself and the licence need none."""
    files, _ = eventful()
    described = {
        key.replace("<year>", year)
        for key in schema_of(files)
        for year in ("2025", "2026")
    }
    assert described == files.keys() - {"data/schema.json", "data/LICENSE.txt"}


@pytest.mark.parametrize("name", ["daily", "monthly", "milestones", "hourly/<year>"])
def test_each_csv_file_has_the_columns_and_types_of_the_schema(name: str) -> None:
    """In its order; only a column that may be unknown has an empty field."""
    files, _ = eventful()
    columns = schema_of(files)[f"data/{name}.csv"]["columns"]
    body = files[f"data/{name}.csv".replace("<year>", "2026")]
    header, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    assert header == [column["name"] for column in columns]
    assert rows
    for row in rows:
        for column, text in zip(columns, row, strict=True):
            if text:
                READERS[column["type"]](text)
            else:
                assert column.get("nullable"), column["name"]


@pytest.mark.parametrize("name", ["hourly/<year>", "all"])
def test_each_parquet_file_has_the_columns_and_types_of_the_schema(name: str) -> None:
    """As its own footer has them."""
    files, _ = eventful()
    columns = schema_of(files)[f"data/{name}.parquet"]["columns"]
    body = files[f"data/{name}.parquet".replace("<year>", "2026")]
    found = pl.read_parquet_schema(io.BytesIO(body))
    assert list(found.items()) == [(c["name"], PARQUET[c["type"]]) for c in columns]


def test_the_summary_has_the_keys_and_types_of_the_schema() -> None:
    """In its order."""
    files, summary = eventful()
    columns = schema_of(files)["data/summary.json"]["columns"]
    assert list(summary) == [column["name"] for column in columns]
    for column in columns:
        assert type(summary[column["name"]]) is JSON[column["type"]]
        if column["type"] == "datetime":
            time(summary[column["name"]])


def test_the_schema_has_the_version_of_the_summary() -> None:
    """They are one format."""
    files, summary = eventful()
    assert json.loads(files["data/schema.json"])["schema"] == summary["schema"] == 1


def test_the_schema_explains_everything_in_each_language() -> None:
    """Each file and each column, with Japanese only where it is meant."""
    files, _ = eventful()
    schema = json.loads(files["data/schema.json"])
    described = [schema, *schema["files"]]
    described += [column for file in schema["files"] for column in file["columns"]]
    for item in described:
        assert list(item["about"]) == [each.code for each in LANGUAGES]
        assert item["about"]["ja"]
        assert not item["about"]["ja"].isascii()
        assert item["about"]["en"].isascii()


def test_the_licence_dedicates_the_data_in_both_languages() -> None:
    """With the addresses of the deed and of the legal code."""
    files, _ = eventful()
    text = files["data/LICENSE.txt"].decode()
    assert text.count("CC0 1.0") == 2
    address = "https://creativecommons.org/publicdomain/zero/1.0/"
    for name in ("deed.ja", "deed.en", "legalcode.ja", "legalcode.en"):
        assert address + name in text
    assert json.loads(files["data/schema.json"])["license"] == "CC0-1.0"
