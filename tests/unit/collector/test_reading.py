"""A reading: its bytes and its name are a promise to everybody who reads them."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.reading import Reading, find_count, floor_hour

HOUR = datetime(2026, 11, 23, 22, tzinfo=UTC)
READING = Reading(
    "nyanpass",
    HOUR,
    HOUR + timedelta(seconds=3, milliseconds=900),
    1234567,
    HOUR + timedelta(seconds=2),
)


def test_the_line_is_the_documented_one() -> None:
    """Compact, in this order, seconds without fractions, a newline at the end."""
    assert READING.to_line() == (
        b'{"schema":1,"counter":"nyanpass","scheduled_at":"2026-11-23T22:00:00Z",'
        b'"observed_at":"2026-11-23T22:00:03Z","count":1234567,'
        b'"source_time":"2026-11-23T22:00:02Z"}\n'
    )


def test_the_line_has_no_source_time_where_the_source_gave_none() -> None:
    """Left out, not null."""
    line = Reading("nyanpass", HOUR, HOUR, 0).to_line()
    assert list(json.loads(line)) == [
        *("schema", "counter", "scheduled_at", "observed_at", "count")
    ]


def test_the_key_is_the_documented_one() -> None:
    """Hive-style parts, named by the scheduled hour in UTC."""
    assert READING.key() == (
        "readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json"
    )


offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(min_value=datetime(2, 1, 1), timezones=offsets), st.integers(0))
def test_any_instant_of_an_hour_has_the_key_of_that_utc_hour(
    at: datetime, count: int
) -> None:
    """Whatever zone it is written in, and in offsets with half an hour too."""
    hour = floor_hour(at)
    assert timedelta(0) <= at - hour < timedelta(hours=1)
    reading = Reading("nyanpass", hour, at, count)
    assert reading.key() == Reading("nyanpass", floor_hour(hour), hour, 0).key()
    assert len(reading.key()) == len(READING.key())
    assert reading.key().endswith("0000Z.json")


def test_keys_sort_as_time_does() -> None:
    """A listing gives the readings in order."""
    hours = [HOUR + timedelta(hours=n) for n in range(-5000, 5000, 7)]
    keys = [Reading("nyanpass", hour, hour, 0).key() for hour in hours]
    assert keys == sorted(keys)


@given(st.integers(0, 10**18 - 1))
def test_the_count_is_read_back_as_it_was(count: int) -> None:
    """To the last digit, which a float would lose."""
    assert find_count(Reading("nyanpass", HOUR, HOUR, count).to_line()) == count


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b"{}",
        b'{"count":"7"}',
        b'{"count":true}',
        b"[" * 9999,
    ],
)
def test_a_foreign_object_has_no_count(line: bytes) -> None:
    """It is no reading, and it is no reason to fail."""
    assert find_count(line) is None
