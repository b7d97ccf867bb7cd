"""The format of a reading: its key in the data bucket and its line of JSON; pure.

The collector writes what is read here; a test holds the two together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from renderer.errors import BrokenObjectError

INSTANT = pl.Datetime("us", "UTC")
# The columns of readings as a frame: a row an hour, sorted by `scheduled_at`.
READINGS_SCHEMA = pl.Schema(
    {
        "scheduled_at": INSTANT,
        "observed_at": INSTANT,
        "count": pl.Int64(),
        "source_time": INSTANT,
    }
)
KEY_PATTERN = re.compile(
    r"readings/counter=(?P<counter>[^/]+)/date=(?P<date>[0-9-]{10})/"
    r"(?P<hour>[0-9]{8}T[0-9]{2}0000Z)\.json"
)
# One of the many forms that `fromisoformat` understands.
UTC_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# No counter on the web is older, and whatever is so far in the future is a mistake.
YEARS = range(1900, 2200)
MAX_COUNT = 10**18 - 1
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a counter showed: `count` at `observed_at`, for the hour `scheduled_at`.

    `source_time` is the time that the counter's own answer gave, if it gave one.
    """

    scheduled_at: datetime
    observed_at: datetime
    count: int
    source_time: datetime | None


def make_readings_prefix(counter: str) -> str:
    """Return what the keys of all readings of a counter begin with.

    >>> make_readings_prefix("nyanpass")
    'readings/counter=nyanpass/'
    """
    return f"readings/counter={counter}/"


def make_reading_key(counter: str, scheduled_at: datetime) -> str:
    """Return the key of the reading that is scheduled for an hour.

    >>> make_reading_key("nyanpass", parse_utc("2026-11-23T22:00:00Z"))
    'readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json'
    """
    hour = format_utc(scheduled_at)
    name = hour.replace("-", "").replace(":", "")
    return f"{make_readings_prefix(counter)}date={hour[:10]}/{name}.json"


def parse_reading_key(key: str, counter: str) -> datetime | None:
    """Return the hour for which a key's reading is scheduled.

    None if it is not the key of a reading of this counter. The inverse of
    `make_reading_key`.
    """
    if not (match := KEY_PATTERN.fullmatch(key)) or match["counter"] != counter:
        return None
    try:
        hour = datetime.fromisoformat(match["hour"])
    except ValueError:
        return None
    named = hour.year in YEARS and key == make_reading_key(counter, hour)
    return hour if named else None


def parse_reading(key: str, body: bytes | str, counter: str) -> Reading:
    """Return the reading that an object holds, its line of JSON with or without end.

    Raises BrokenObjectError unless it is a reading, of this counter, and of the hour
    that its key names; the message says why.
    """
    hour = parse_reading_key(key, counter)
    if hour is None:
        raise BrokenObjectError("is not the key of a reading")
    try:
        # Bytes would be guessed at (UTF-16, a byte-order mark): only UTF-8 is meant.
        text = body if isinstance(body, str) else body.decode()
        fields = json.loads(text)
        reading = Reading(
            scheduled_at=parse_utc(fields["scheduled_at"]),
            observed_at=parse_utc(fields["observed_at"]),
            count=fields["count"],
            source_time=(
                parse_utc(fields["source_time"]) if "source_time" in fields else None
            ),
        )
        named = fields["schema"], fields["counter"], reading.scheduled_at
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        # Some of these errors hold the whole object, their repr too.
        why = f"is not a reading: {type(error).__name__}: {error}"
        raise BrokenObjectError(why[:200]) from error
    if named != (SCHEMA_VERSION, counter, hour):
        raise BrokenObjectError(
            "is of another schema, or of another counter or hour than its key"
        )
    if type(reading.count) is not int or not 0 <= reading.count <= MAX_COUNT:
        raise BrokenObjectError(
            "has a count that is no whole number from 0 to 10^18 - 1"
        )
    return reading


def parse_utc(text: Any) -> datetime:
    """Return the instant that a text names; raises ValueError unless it is in UTC.

    The inverse of `format_utc`, and as strict: of the many ways of ISO 8601 to write
    an instant only one is taken.

    >>> str(parse_utc("2026-11-23T22:00:00Z"))
    '2026-11-23 22:00:00+00:00'
    """
    if not isinstance(text, str) or not UTC_PATTERN.fullmatch(text):
        raise ValueError(f"{text!r} is not a time in UTC")
    instant = datetime.fromisoformat(text)
    if instant.year not in YEARS:
        raise ValueError(f"{text!r} is not within the years {YEARS[0]} to {YEARS[-1]}")
    return instant


def format_utc(instant: datetime) -> str:
    """Return an instant of any zone as text in UTC, in whole seconds.

    >>> format_utc(datetime.fromisoformat("2026-11-24T07:00:00.5+09:00"))
    '2026-11-23T22:00:00Z'
    """
    # Not strftime: its %Y is not padded to four digits on every platform.
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z"


def tabulate_readings(readings: Iterable[Reading]) -> pl.DataFrame:
    """Return readings, in their order, as a frame with `READINGS_SCHEMA`'s columns."""
    rows = [(r.scheduled_at, r.observed_at, r.count, r.source_time) for r in readings]
    return pl.DataFrame(rows, schema=READINGS_SCHEMA, orient="row")
