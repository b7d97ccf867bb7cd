"""Which readings a command is about: the span that is given, and those in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from infra.errors import SettingsError
from infra.operate.stack import Stack
from renderer.readings.format import (
    YEARS,
    make_reading_key,
    make_readings_prefix,
    parse_reading_key,
)


def list_readings(stack: Stack, start: datetime, end: datetime) -> Iterator[str]:
    """Yield the keys of the readings of the hours from start until before end."""
    pages = stack.client("s3").get_paginator("list_objects_v2")
    # Keys sort by time, so the listing can begin right before the first one.
    after = make_reading_key(stack.counter, start - timedelta(seconds=1))
    for page in pages.paginate(
        Bucket=stack.data_bucket,
        Prefix=make_readings_prefix(stack.counter),
        StartAfter=after,
    ):
        for entry in page.get("Contents", []):
            hour = parse_reading_key(entry["Key"], stack.counter)
            if hour and hour >= end:
                return
            if hour and hour >= start:
                yield entry["Key"]


def parse_bound(name: str, text: str | None, *, end: bool = False) -> datetime:
    """Read a bound in UTC: `2026-11-23`, `2026-11-23T22` or `2026-11-23T22:00:00Z`.

    name: of the setting, for messages. A day as the end is included, so it means the
    next midnight. Raises SettingsError for what is no time, or none of a reading's.
    """
    try:
        if not text:
            raise ValueError
        given = datetime.fromisoformat(text)
        time = given.replace(tzinfo=given.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        problem = "is missing" if not text else f"{text!r} is no time"
        raise SettingsError(
            f"{name} {problem}: give a UTC time like 2026-11-23 or 2026-11-23T22:00Z"
        ) from None
    if time.year not in YEARS:
        raise SettingsError(f"{name} {text!r} is not from {YEARS[0]} to {YEARS[-1]}")
    return time + timedelta(days=end and len(text) <= len("2026-11-23"))
