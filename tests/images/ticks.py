"""Readings and events for a renderer in a sandbox."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from collector.reading import Reading
from tests.bench.grounds import s3_event

if TYPE_CHECKING:
    from tests.conftest import Buckets

START = datetime(2026, 6, 17, 0, tzinfo=UTC)


def put_reading(buckets: "Buckets", hour: int) -> dict[str, Any]:
    """Put the reading of an hour and return the event that S3 sends."""
    at = START + timedelta(hours=hour)
    reading = Reading("nyanpass", at, at + timedelta(seconds=3), 1000 + 7 * hour)
    buckets.client.put_object(
        Bucket=buckets.data, Key=reading.key(), Body=reading.to_line()
    )
    return dict(s3_event(buckets.data, reading.key()))


def published(buckets: "Buckets") -> set[str]:
    """Return the keys in the site's bucket."""
    answer = buckets.client.list_objects_v2(Bucket=buckets.site)
    return {item["Key"] for item in answer.get("Contents", [])}
