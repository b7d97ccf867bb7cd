"""S3 events for readings that are there already, in as few events as fit."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote_plus

# An invocation that is waited for takes 6 MB.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_BYTES = 5_500_000


def make_records(bucket: str, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield an S3 record for each key, with no more than the renderer reads."""
    for key in keys:
        place = {
            "bucket": {"name": bucket},
            "object": {"key": quote_plus(key, safe="/")},
        }
        yield {"eventVersion": "2.1", "s3": place}


def cut_batches(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the records in lists of at most MAX_BYTES of JSON, in their order."""
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
