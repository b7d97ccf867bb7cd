"""Sending the S3 events of readings again, in as few invocations as fit.

The renderer takes an event as a hint, so that nothing changes where nothing is
missing. Invoked in turn and waited for: events sent at once would only race.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from infra.console import say
from infra.environment import is_on
from infra.errors import SettingsError
from infra.invocations import describe_result
from infra.operate.invoke import invoke
from infra.operate.stack import Stack
from renderer.readings.format import make_key, parse_key, readings_prefix

# An invocation that is waited for takes 6 MB.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_BYTES = 5_500_000
HOUR = timedelta(hours=1)


def replay(stack: Stack, env: Mapping[str, str]) -> int:
    """Replay the readings from FROM until TO; DRY=1 only tells which."""
    start = parse_time("FROM", env.get("FROM"))
    end = parse_time("TO", env.get("TO"), end=True)
    if start >= end:
        raise SettingsError("FROM has to be before TO")
    keys = list(find_readings(stack, start, end))
    if not keys:
        say(f"there is no reading from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
        return 0
    batches = list(batched(records_of(stack.data_bucket, keys)))
    say(f"{len(keys)} readings in {len(batches)} invocations")
    say(f"first {keys[0]}")
    say(f"last  {keys[-1]}")
    if is_on(env, "DRY"):
        say("dry run: nothing is sent")
        return 0
    for number, batch in enumerate(batches, start=1):
        result = invoke(stack, stack.renderer, {"Records": batch})
        say(f"{number} of {len(batches)}: {describe_result(result)}")
    return 0


def parse_time(name: str, text: str | None, *, end: bool = False) -> datetime:
    """Read a time in UTC: 2026-11-23, 2026-11-23T22 or 2026-11-23T22:00:00Z.

    A day as the end means that the whole day is taken.
    """
    try:
        if not text:
            raise ValueError
        time = datetime.fromisoformat(text)
    except ValueError:
        problem = "is missing" if not text else f"{text!r} is no time"
        raise SettingsError(
            f"{name} {problem}: give a UTC time like 2026-11-23 or 2026-11-23T22:00Z"
        ) from None
    if end and len(text) <= len("2026-11-23"):
        time += timedelta(days=1)
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def find_readings(stack: Stack, start: datetime, end: datetime) -> Iterator[str]:
    """List the keys of the readings scheduled from start until before end."""
    pages = stack.client("s3").get_paginator("list_objects_v2")
    # Keys sort by time, so the listing can begin where the first one would be.
    after = make_key(stack.counter, start - timedelta(seconds=1))
    for page in pages.paginate(
        Bucket=stack.data_bucket,
        Prefix=readings_prefix(stack.counter),
        StartAfter=after,
    ):
        for entry in page.get("Contents", []):
            hour = parse_key(entry["Key"], stack.counter)
            if hour and hour >= end:
                return
            if hour and hour >= start:
                yield entry["Key"]


def records_of(bucket: str, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Write the part of S3's record that the renderer reads."""
    for key in keys:
        place = {
            "bucket": {"name": bucket},
            "object": {"key": quote_plus(key, safe="/")},
        }
        yield {"eventVersion": "2.1", "s3": place}


def batched(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut records into events of at most MAX_BYTES."""
    batch: list[dict[str, Any]] = []
    size_bytes = 0
    for record in records:
        length = len(json.dumps(record)) + len(", ")
        if batch and size_bytes + length > MAX_BYTES:
            yield batch
            batch, size_bytes = [], 0
        batch.append(record)
        size_bytes += length
    if batch:
        yield batch
