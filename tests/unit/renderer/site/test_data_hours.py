"""The files of every hour: every reading to the last digit, each in its year."""

import csv
import io
from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings

from renderer.findings.findings import Findings, make_findings
from renderer.findings.outliers import mark_set_aside
from renderer.readings.corrections import Correction
from renderer.readings.format import Reading, tabulate_readings
from renderer.readings.settle import SETTLED_SCHEMA
from renderer.site.data import version_hourly_files, write_hourly_files
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
from tests.unit.renderer.site.data_files import BOOLEANS, LATER, data_of, read_time

HEADER = [
    *("scheduled_at", "observed_at", "count", "source_time"),
    *("corrected", "set_aside"),
]


def findings_of(readings: pl.DataFrame) -> Findings:
    """Give the findings of readings that were all collected."""
    return make_findings(settle(readings), "nyanpass", TOKYO)


def read_csv(body: bytes) -> list[tuple[Any, ...]]:
    """Read an hourly file as a person's script would, with nothing of ours."""
    header, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    assert header == HEADER
    return [
        (
            *(read_time(scheduled), read_time(observed), int(count)),
            read_time(source) if source else None,
            *(BOOLEANS[mark] for mark in marks),
        )
        for scheduled, observed, count, source, *marks in rows
    ]


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
    files = data_of(readings)
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
    files = data_of(tabulate_readings([early, late]))
    assert files["data/hourly/2026.csv"] == (
        b"scheduled_at,observed_at,count,source_time,corrected,set_aside\n"
        b"2026-01-01T00:00:00Z,2026-01-01T00:00:03Z,999999999999999999,,false,false\n"
        b"2026-01-01T01:00:00Z,2026-01-01T01:00:04Z,0,2026-01-01T01:00:03Z,false,false\n"
    )


def test_a_reading_set_aside_is_there_as_it_was_read() -> None:
    """And says so; the file changes when a later reading tells."""
    reset, dip = (data_of(history([7, 8, 0, *later])) for later in ([], [9]))
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


def test_a_year_of_which_all_is_taken_back_keeps_its_files() -> None:
    """Without rows: nobody deletes files from the site, and none may tell what was."""
    readings = pl.concat([history([1, 2]), history([3], FIRST + 366 * 24 * HOUR)])
    void = Correction("void", FIRST, FIRST + HOUR, None, "A test", LATER)
    files = data_of(readings, corrections=[void])
    assert read_csv(files["data/hourly/2026.csv"]) == []
    assert pl.read_parquet(files["data/hourly/2026.parquet"]).is_empty()
    assert len(read_csv(files["data/hourly/2027.csv"])) == 1


def test_years_are_cut_in_utc() -> None:
    """Whatever the display zone: in Tokyo it has been New Year for nine hours."""
    files = data_of(history([1, 2, 3], FIRST - HOUR))
    assert [row[2] for row in read_csv(files["data/hourly/2025.csv"])] == [1]
    assert [row[2] for row in read_csv(files["data/hourly/2026.csv"])] == [2, 3]
    assert list(hourly(files, "parquet")) == ["2025", "2026"]


def test_one_file_has_the_hours_of_all_years_up_to_the_last_midnight() -> None:
    """In Tokyo, where the days are; so it is put once a day."""
    first = at("2025-12-01", TOKYO)
    counts: list[int | None] = [*range(24 * 60 + 7)]
    counts[30] = None
    files, later = (data_of(history([*counts, *more], first)) for more in ([], [9999]))
    whole = pl.read_parquet(files["data/all.parquet"])
    years = hourly(files, "parquet").values()
    assert whole.equals(pl.concat(map(pl.read_parquet, years)).head(24 * 60))
    assert whole["scheduled_at"][-1] == at("2026-01-30", TOKYO)
    assert files["data/all.parquet"] == later["data/all.parquet"]
    # In the end of a day midnight is the last of it.
    after = data_of(history(range(24 * 61 + 1), first))
    assert pl.read_parquet(after["data/all.parquet"]).height == 24 * 61 + 1


def test_the_hours_of_a_young_history_are_there_at_once() -> None:
    """On its first day, too, there is something to read."""
    files = data_of(history([5, 6]))
    assert files["data/all.parquet"] == files["data/hourly/2026.parquet"]
