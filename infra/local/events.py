"""S3 events for new readings, made from SeaweedFS's stream of metadata.

SeaweedFS has no bucket notifications, but its filer reports every change. Those that
S3 would notify about are turned into S3's own JSON here.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from infra.aws.policies import WRITE_ONCE
from infra.local.processes import Child, start_child
from infra.local.storage import REGION, Storage, find_weed

# An asynchronous invocation takes at most 256 KB; a record has about 700 bytes.
MAX_RECORDS = 200

Record = dict[str, Any]


def start_pump(
    storage: Storage, bucket: str, deliver: Callable[[Record], None]
) -> Child:
    """Deliver an S3 record for each object that is written once from now on."""
    since_ns = time.time_ns()
    child = start_child(
        "event pump",
        [
            find_weed(),
            "filer.meta.tail",
            f"-filer={storage.filer}",
            f"-pathPrefix=/buckets/{bucket}/",
            # It subscribes a moment after its start, so it looks back; what is older
            # than the start is dropped by its time stamp.
            "-timeAgo=1m",
        ],
        env=storage.env,
    )
    stream = child.process.stdout
    assert stream is not None

    def run() -> None:
        for change in read_changes(stream):
            record = convert_change(change, bucket)
            if record and int(change["tsNs"]) >= since_ns:
                deliver(record)

    threading.Thread(target=run, name="event pump", daemon=True).start()
    return child


def read_changes(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the indented JSON documents of a stream; other lines are ignored."""
    document: list[bytes] = []
    for line in lines:
        if line.rstrip() == b"{":
            document = []
        document.append(line)
        # Only the end of a document is not indented.
        if line.rstrip() == b"}":
            yield json.loads(b"".join(document))
            document = []


def convert_change(change: Mapping[str, Any], bucket: str) -> Record | None:
    """Turn a change into an S3 record, or None if S3 would not notify of it.

    S3 notifies of s3:ObjectCreated:* on what is written once in the data bucket.
    """
    entry = change["eventNotification"]["newEntry"]
    if not entry or entry["isDirectory"]:
        return None
    folder = change["eventNotification"]["newParentPath"] or change["directory"]
    root = f"/buckets/{bucket}/"
    path = f"{folder}/{entry['name']}"
    key = path.removeprefix(root)
    if key == path or not is_watched(key):
        return None
    at_ns = int(change["tsNs"])
    return make_record(
        bucket,
        key,
        size_bytes=int(entry["attributes"]["fileSize"]),
        etag=base64.b64decode(entry["extended"]["Seaweed-X-Amz-ETag"]).decode(),
        at_ns=at_ns,
    )


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
