"""A reading is read as the collector wrote it, or it is refused with a reason."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.reading import Reading as Written
from collector.reading import floor_hour, make_prefix
from renderer.errors import BrokenObjectError
from renderer.readings.format import (
    READINGS_SCHEMA,
    Reading,
    format_utc,
    make_reading_key,
    make_readings_prefix,
    parse_reading,
    parse_reading_key,
    parse_utc,
    tabulate_readings,
)

COUNTER = "nyanpass"
HOUR = datetime(2026, 11, 23, 22, tzinfo=UTC)
KEY = "readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json"
FIELDS: dict[str, Any] = {
    "schema": 1,
    "counter": COUNTER,
    "scheduled_at": "2026-11-23T22:00:00Z",
    "observed_at": "2026-11-23T22:00:03Z",
    "count": 1234567,
    "source_time": "2026-11-23T22:00:02Z",
}

instants = st.datetimes(
    min_value=datetime(1900, 1, 1), max_value=datetime(2199, 12, 31)
).map(lambda time: time.replace(tzinfo=UTC))
names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)


@given(names, instants, instants, st.integers(0, 10**18 - 1), st.none() | instants)
def test_what_the_collector_writes_is_read_unchanged(
    counter: str,
    hour: datetime,
    observed_at: datetime,
    count: int,
    source_time: datetime | None,
) -> None:
    """The key, the hour, both times in whole seconds and every digit of the count."""
    written = Written(counter, floor_hour(hour), observed_at, count, source_time)
    expected = Reading(
        floor_hour(hour),
        observed_at.replace(microsecond=0),
        count,
        source_time and source_time.replace(microsecond=0),
    )
    assert make_reading_key(counter, floor_hour(hour)) == written.key()
    assert written.key().startswith(make_readings_prefix(counter))
    assert parse_reading_key(written.key(), counter) == floor_hour(hour)
    line = written.to_line()
    assert parse_reading(written.key(), line, counter) == expected
    # As polars' reader gives it: as text, without the line's end.
    assert parse_reading(written.key(), line.decode().rstrip("\n"), counter) == expected


@given(names)
def test_both_sides_name_the_same_prefix(counter: str) -> None:
    """What the one writes is where the other looks."""
    assert make_readings_prefix(counter) == make_prefix(counter)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "readings/counter=nyanpass/",
        KEY.replace("nyanpass", "other"),
        KEY.replace("readings/", "raw/"),
        KEY.replace("date=2026-11-23", "date=2026-11-24"),
        KEY.replace("date=2026-11-23/", ""),
        KEY.replace("T22", "T24"),
        KEY.replace("T220000", "T223000"),
        KEY.replace("T220000", "T220001"),
        KEY.replace("20261123T", "20261323T"),
        KEY.replace("2026-11-23", "2026-02-30").replace("20261123", "20260230"),
        KEY.replace("2026-11-23", "0000-11-23").replace("20261123", "00001123"),
        KEY.replace("20261123T", "２０２６1123T"),
        KEY.replace(".json", ".json.gz"),
        KEY.replace(".json", ".JSON"),
        KEY + "\n",
        KEY + "/",
        "x" + KEY,
        KEY.replace("counter=nyanpass/", "counter=nyanpass/counter=nyanpass/"),
    ],
)
def test_any_other_key_names_no_hour(key: str) -> None:
    """Another counter's, another layout's, an hour that does not exist."""
    assert parse_reading_key(KEY, COUNTER) == HOUR
    assert parse_reading_key(key, COUNTER) is None


def line(**fields: Any) -> bytes:
    """Write an object with some fields changed; None leaves one out."""
    kept = {**FIELDS, **fields}
    return json.dumps({k: v for k, v in kept.items() if v is not None}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"null",
        b"7",
        b'"reading"',
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"\x00" * 100,
        b"\x1f\x8b\x08\x00",
        b"[" * 100_000,
        b"1" * 5000,
        b'{"count":' + b"9" * 5000 + b"}",
        b"<html></html>",
        line()[:-1],
        line() + line(),
        b"\xef\xbb\xbf" + line(),
        line().decode().encode("utf-16"),
        line().replace(b"1234567", b"NaN"),
        line().replace(b"1234567", b"Infinity"),
        line().replace(b"1234567", b"1e3"),
        line().replace(b"1234567", b"01"),
        line().replace(b'"count"', b'"Count"'),
        *(line(**{name: None}) for name in FIELDS if name != "source_time"),
        line(schema=2),
        line(schema="1"),
        line(counter="other"),
        line(counter=["nyanpass"]),
        line(scheduled_at="2026-11-23T21:00:00Z"),
        line(count=-1),
        line(count=10**18),
        line(count="1234567"),
        line(count=True),
        line(count=1234567.0),
        line(count=[1]),
        line(observed_at=1795471203),
        line(source_time=[]),
        line(source_time="\ud800"),
    ],
)
def test_whatever_is_no_reading_is_refused(body: bytes) -> None:
    """With one short line that says why, and never by another kind of error."""
    with pytest.raises(BrokenObjectError) as caught:
        parse_reading(KEY, body, COUNTER)
    assert 0 < len(str(caught.value)) <= 200
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["scheduled_at", "observed_at", "source_time"])
@pytest.mark.parametrize(
    "time",
    [
        "",
        "Z",
        "2026-11-23T22:00:00",
        "2026-11-23T22:00:00+00:00",
        "2026-11-24T07:00:00+09:00",
        "2026-11-23T22:00:00+00:00Z",
        "2026-11-23T22:00:00z",
        "2026-11-23 22:00:00Z",
        "2026-11-23T22Z",
        "20261123T220000Z",
        "2026-W48-1T22:00:00Z",
        "2026-11-23T22:00:00.500Z",
        "2026-11-23T24:00:00Z",
        "2026-11-31T22:00:00Z",
        "２０２６-11-23T22:00:00Z",
        "2026-11-23T22:00:00Z\n",
    ],
)
def test_a_time_has_one_form_only(name: str, time: str) -> None:
    """Otherwise two objects that look different could be the same reading."""
    with pytest.raises(BrokenObjectError, match="is not a reading: ValueError"):
        parse_reading(KEY, line(**{name: time}), COUNTER)


@given(instants, st.timezones())
def test_an_instant_is_written_in_the_one_form_that_is_read(
    instant: datetime, zone: ZoneInfo
) -> None:
    """From any zone, to the second."""
    text = format_utc(instant.astimezone(zone))
    assert text == format_utc(instant)
    assert parse_utc(text) == instant.replace(microsecond=0)


def test_a_year_has_four_digits() -> None:
    """Also the first ones, which some platforms write shorter."""
    assert format_utc(datetime(7, 1, 2, 3, 4, 5, tzinfo=UTC)) == "0007-01-02T03:04:05Z"


def test_a_reading_under_another_key_is_refused() -> None:
    """A copy of an hour is not a reading of the next one."""
    with pytest.raises(BrokenObjectError, match="another counter or hour than its key"):
        parse_reading(
            make_reading_key(COUNTER, HOUR + timedelta(hours=1)), line(), COUNTER
        )
    with pytest.raises(BrokenObjectError, match="is not the key of a reading"):
        parse_reading("readings/counter=nyanpass/x.json", line(), COUNTER)


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_no_reading_is_of_another_century(year: int) -> None:
    """A date that an export had for none cannot stop the site."""
    hour = HOUR.replace(year=year)
    key = make_reading_key(COUNTER, hour)
    assert parse_reading_key(key, COUNTER) is None
    with pytest.raises(BrokenObjectError, match="is not the key of a reading"):
        parse_reading(key, line(scheduled_at=format_utc(hour)), COUNTER)
    for name in ("observed_at", "source_time"):
        with pytest.raises(BrokenObjectError, match="is not within the years"):
            parse_reading(KEY, line(**{name: format_utc(hour)}), COUNTER)


def test_unknown_fields_are_let_be() -> None:
    """A later writer may say more."""
    assert parse_reading(KEY, line(note="hello"), COUNTER).count == 1234567


def test_a_frame_has_a_row_a_reading_and_always_the_same_columns() -> None:
    """Also without any reading."""
    reading = parse_reading(KEY, line(source_time=None, count=10**18 - 1), COUNTER)
    frame = tabulate_readings([reading])
    assert frame.rows() == [(HOUR, HOUR + timedelta(seconds=3), 10**18 - 1, None)]
    assert frame.schema == tabulate_readings([]).schema == READINGS_SCHEMA
