"""What a reading's object looks like: its key, its one line of JSON.

Knows no S3 and no clock. The collector writes this format; a test holds the two
together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
# A frame of readings: one row an hour, sorted by it, times in UTC.
SCHEMA = pl.Schema(
    {
        "scheduled_at": INSTANT,
        "observed_at": INSTANT,
        "count": pl.Int64(),
        "source_time": INSTANT,
    }
)
KEY = re.compile(
    r"readings/counter=(?P<counter>[^/]+)/date=(?P<date>[0-9-]{10})/"
    r"(?P<hour>[0-9]{8}T[0-9]{2}0000Z)\.json"
)
# One of the many forms that `fromisoformat` takes.
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
MAX_COUNT = 10**18 - 1
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """The count at an instant, and the hour it was scheduled for."""

    scheduled_at: datetime
    observed_at: datetime
    count: int
    source_time: datetime | None


class BrokenReading(ValueError):  # noqa: N818 - the object is broken, the run is not
    """An object under `readings/` that is no reading; says why."""


def readings_prefix(counter: str) -> str:
    """Return the prefix of all readings of a counter."""
    return f"readings/counter={counter}/"


def make_key(counter: str, scheduled_at: datetime) -> str:
    """Return the key of the reading scheduled for an hour (UTC)."""
    hour = format_utc(scheduled_at)
    name = hour.replace("-", "").replace(":", "")
    return f"{readings_prefix(counter)}date={hour[:10]}/{name}.json"


def parse_key(key: str, counter: str) -> datetime | None:
    """Return the hour that a key of this counter's readings names, or None."""
    if not (match := KEY.fullmatch(key)) or match["counter"] != counter:
        return None
    try:
        hour = datetime.fromisoformat(match["hour"])
    except ValueError:
        return None
    return hour if key == make_key(counter, hour) else None


def parse_reading(key: str, body: bytes | str, counter: str) -> Reading:
    """Read one object; raises BrokenReading unless it is what its key says."""
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
        raise BrokenReading(why[:200]) from error
    if named != (SCHEMA_VERSION, counter, parse_key(key, counter)):
        raise BrokenReading(
            "is of another schema, or of another counter or hour than its key"
        )
    if type(reading.count) is not int or not 0 <= reading.count <= MAX_COUNT:
        raise BrokenReading("has a count that is no whole number from 0 to 10^18 - 1")
    return reading


def parse_utc(text: Any) -> datetime:
    """Return the instant that a text names; raises ValueError unless it is in UTC.

    The inverse of `format_utc`, and as strict: of the many ways of ISO 8601 to write
    an instant only one is taken.

    >>> str(parse_utc("2026-11-23T22:00:00Z"))
    '2026-11-23 22:00:00+00:00'
    """
    if not isinstance(text, str) or not TIME.fullmatch(text):
        raise ValueError(f"{text!r} is not a time in UTC")
    return datetime.fromisoformat(text)


def format_utc(instant: datetime) -> str:
    """Return an instant of any zone as text in UTC, in whole seconds.

    >>> format_utc(datetime.fromisoformat("2026-11-24T07:00:00.5+09:00"))
    '2026-11-23T22:00:00Z'
    """
    # Not strftime: its %Y is not padded to four digits on every platform.
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z"


def make_frame(readings: Iterable[Reading]) -> pl.DataFrame:
    """Return readings as a frame, in the order given."""
    rows = [(r.scheduled_at, r.observed_at, r.count, r.source_time) for r in readings]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
