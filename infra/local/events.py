"""S3 events for new readings, made from SeaweedFS's notices of changes.

SeaweedFS has no bucket notifications, but its filer posts every change to a webhook.
Those that S3 would notify about are turned into S3's own JSON here.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from infra.aws.policies import WRITE_ONCE
from infra.local.storage import REGION

# An asynchronous invocation takes at most 256 KB; a record has about 700 bytes.
MAX_RECORDS = 200
# An event without records: the renderer looks for itself what there is.
WAKE_UP: Mapping[str, Any] = {"Records": []}

Record = dict[str, Any]


def convert_notice(notice: Mapping[str, Any]) -> Record | None:
    """Turn a notice of the filer into an S3 record, or None if S3 would not notify.

    S3 notifies of s3:ObjectCreated:* on what is written once in the data bucket.
    """
    message = notice["message"]
    entry = message.get("new_entry")
    if not entry or entry.get("is_directory"):
        return None
    path = f"{message['new_parent_path']}/{entry['name']}"
    bucket, _, key = path.removeprefix("/buckets/").partition("/")
    if not is_watched(key):
        return None
    attributes = entry["attributes"]
    # An object's own time has no more than seconds.
    times = [int(chunk["modified_ts_ns"]) for chunk in entry.get("chunks", [])]
    return make_record(
        bucket,
        key,
        size_bytes=int(attributes.get("file_size", 0)),
        etag=base64.b64decode(entry["extended"]["Seaweed-X-Amz-ETag"]).decode(),
        at_ns=max([*times, int(attributes["mtime"]) * 10**9]),
    )


def read_time_ns(record: Record) -> int:
    """Return when the object of a record was put, in nanoseconds since 1970."""
    return int(record["s3"]["object"]["sequencer"], 16)


def is_watched(key: str) -> bool:
    """Say whether S3 notifies of a key."""
    return any(
        key.startswith(start) and key.endswith(end) for start, end in WRITE_ONCE.items()
    )


def make_record(
    bucket: str, key: str, *, size_bytes: int, etag: str, at_ns: int
) -> Record:
    """Return a record as S3 writes it, with the key form-encoded.

    at_ns: when the object was put, in nanoseconds since 1970.
    """
    at = datetime.fromtimestamp(at_ns / 1e9, UTC)
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "local"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "local", "x-amz-id-2": "local"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "readings",
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": "local"},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": size_bytes,
                "eTag": etag,
                "sequencer": f"{at_ns:016X}",
            },
        },
    }
