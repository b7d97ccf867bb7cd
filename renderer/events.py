"""Read the event: a wake-up, with a hint at the readings that caused it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from renderer.errors import EventError

ACTIONS = ("rebuild", "selftest")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What to do, and the keys of objects that may hold new readings."""

    action: str
    keys: list[str] = field(default_factory=list)


def parse_event(event: Any, bucket: str) -> Request:
    """Tell what an event asks for.

    Knows S3's notification of any 2.x version with any number of records, the
    same through EventBridge, S3's test event, and `{"action": ...}`.
    Records of other buckets are ignored.
    """
    if not isinstance(event, Mapping):
        raise EventError(f"the event is a {type(event).__name__}, not an object")
    if (action := event.get("action")) is not None:
        if action not in ACTIONS:
            raise EventError(f"unknown action {action!r}: use one of {ACTIONS}")
        return Request(action)
    if isinstance(records := event.get("Records"), list):
        keys = [key for record in records if (key := parse_record(record, bucket))]
        return Request("tick", keys)
    if isinstance(detail := event.get("detail"), Mapping):
        # EventBridge gives the key as it is, S3 itself form-encoded.
        keys = [key] if (key := parse_object(detail, bucket)) else []
        return Request("tick", keys)
    if event.get("Event") == "s3:TestEvent":
        return Request("ignore")
    raise EventError("the event has no Records, detail or action: nothing to do")


def parse_record(record: Any, bucket: str) -> str | None:
    """Return the decoded key of one S3 record, or None if it is not for us."""
    if not isinstance(record, Mapping):
        return None
    if not str(record.get("eventVersion", "2.")).startswith("2."):
        logger.warning("event version %r is not 2.x", record.get("eventVersion"))
    key = parse_object(record.get("s3"), bucket)
    return unquote_plus(key) if key else None


def parse_object(part: Any, bucket: str) -> str | None:
    """Return the key in S3's `bucket`/`object` pair if the bucket is ours."""
    try:
        key = part["object"]["key"]
        ours = part["bucket"]["name"] == bucket
    except (KeyError, TypeError):
        logger.warning("a record names no bucket and key, and is ignored")
        return None
    return key if ours and isinstance(key, str) else None
