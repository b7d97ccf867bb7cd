"""Which readings a stack has."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from infra.operate.stack import Stack
from renderer.readings.format import (
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
