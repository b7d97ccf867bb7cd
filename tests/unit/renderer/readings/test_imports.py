"""Imports: whole or not at all, whatever lies under such a key."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from renderer.errors import BrokenObjectError
from renderer.readings.format import READINGS_SCHEMA
from renderer.readings.imports import encode_import, make_imports_prefix, parse_import
from renderer.readings.naming import make_name
from renderer.readings.parquet import encode_parquet
from tests.unit.renderer.histories import FIRST, HOUR, history

MADE_AT = FIRST + 1000 * HOUR


def key_of(body: bytes) -> str:
    """Name some bytes as an import."""
    return f"{make_imports_prefix('cat')}{make_name(MADE_AT, body)}.parquet"


def test_an_import_is_what_was_written() -> None:
    """And further columns of the frame are not."""
    readings = history([5, None, 7])
    key, body = encode_import("cat", MADE_AT, readings.with_columns(line=pl.lit(1)))
    assert key == key_of(body)
    assert key.startswith("imports/counter=cat/20260211T160000Z-")
    assert parse_import(key, body, "cat").equals(readings)
    assert parse_import(key, body, "cat").schema == READINGS_SCHEMA


def test_the_same_readings_at_the_same_time_are_the_same_object() -> None:
    """So an import that is sent twice is there once."""
    one, other = (encode_import("cat", MADE_AT, history([5, 6])) for _ in range(2))
    assert one == other


def wrong(**columns: list[Any]) -> bytes:
    """Give an import of three hours with other values in a column."""
    series = {name: pl.Series(values) for name, values in columns.items()}
    readings = history([5, 6, 7]).with_columns(**series)
    return encode_parquet(readings.cast(READINGS_SCHEMA))


HOURS = [FIRST, FIRST + HOUR, FIRST + 2 * HOUR]
YEAR_ONE = FIRST.replace(year=1)
BROKEN = {
    "no Parquet": (b"time,count", "is not a Parquet file"),
    "other columns": (encode_parquet(history([5]).drop("count")), "has other columns"),
    "no rows": (encode_parquet(history([])), "has no rows"),
    "no count": (wrong(count=[5, None, 7]), "without time or count"),
    "a count below zero": (wrong(count=[5, -1, 7]), "has a count that is no whole"),
    "a huge count": (wrong(count=[5, 10**18, 7]), "has a count that is no whole"),
    "an hour twice": (
        wrong(scheduled_at=HOURS[:2] + HOURS[1:2]),
        "no full hours in their",
    ),
    "out of order": (wrong(scheduled_at=HOURS[::-1]), "no full hours in their order"),
    "no full hour": (
        wrong(scheduled_at=[each + timedelta(minutes=1) for each in HOURS]),
        "no full hours in their order",
    ),
    "the year 1": (wrong(scheduled_at=[YEAR_ONE, *HOURS[1:]]), "has times outside"),
    "read in the year 1": (
        wrong(observed_at=[YEAR_ONE, *HOURS[1:]]),
        "has times outside",
    ),
    "told in the year 1": (
        wrong(source_time=[YEAR_ONE, None, None]),
        "has times outside",
    ),
    "a time to come": (
        wrong(scheduled_at=[*HOURS[:2], MADE_AT + HOUR]),
        "of hours that had not come",
    ),
}


@pytest.mark.parametrize(("body", "why"), BROKEN.values(), ids=BROKEN)
def test_all_of_it_has_to_be_right(body: bytes, why: str) -> None:
    """Or none of it is taken, and the message says why."""
    with pytest.raises(BrokenObjectError, match=why):
        parse_import(key_of(body), body, "cat")


def test_an_object_that_is_not_what_it_was_is_refused() -> None:
    """Its name says what it was."""
    key, body = encode_import("cat", MADE_AT, history([5, 6]))
    other = encode_import("cat", MADE_AT, history([5, 7]))[1]
    for changed in (other, body[:-1], b""):
        with pytest.raises(BrokenObjectError, match="is not what it was"):
            parse_import(key, changed, "cat")


@pytest.mark.parametrize("name", ["notes.parquet", "", "20260211T160000Z-0.parquet"])
def test_another_name_is_refused(name: str) -> None:
    """Whatever the object holds."""
    body = encode_import("cat", MADE_AT, history([5]))[1]
    with pytest.raises(BrokenObjectError, match="has no name of a time"):
        parse_import(f"{make_imports_prefix('cat')}{name}", body, "cat")
