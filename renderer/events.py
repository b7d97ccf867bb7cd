"""Events: each wakes the function, and hints at readings that may be new; pure."""

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
    """What an event asks for, and the keys of objects that may hold new readings.

    `action` is `tick` (take up new readings), `ignore`, or one of `ACTIONS`.
    """

    action: str
    keys: list[str] = field(default_factory=list)


def parse_event(event: Any, bucket: str) -> Request:
    """Return what an event asks for; raises EventError if it is of no known kind.

    Known are S3's notification with any number of records, the same through
    EventBridge, the test event that S3 sends when a notification is set up, and an
    operator's `{"action": "rebuild"}` or `"selftest"`. Of other buckets than this one
    nothing is taken.

    >>> parse_event({"action": "rebuild"}, "data")
    Request(action='rebuild', keys=[])
    """
    if not isinstance(event, Mapping):
        raise EventError(f"the event is a {type(event).__name__}, not an object")
    if (action := event.get("action")) is not None:
        if action not in ACTIONS:
            raise EventError(f"unknown action {action!r}: use one of {ACTIONS}")
        return Request(action)
    if isinstance(records := event.get("Records"), list):
        keys = [
            key for record in records if (key := find_key_in_record(record, bucket))
        ]
        return Request("tick", keys)
    if isinstance(detail := event.get("detail"), Mapping):
        # EventBridge gives the key as it is, S3 itself form-encoded.
        keys = [key] if (key := find_key_in_pair(detail, bucket)) else []
        return Request("tick", keys)
    if event.get("Event") == "s3:TestEvent":
        return Request("ignore")
    raise EventError("the event has no Records, detail or action: nothing to do")


def find_key_in_record(record: Any, bucket: str) -> str | None:
    """Return the key that a record of S3's notification names.

    None, with a warning, if it names none; None also if it is of another bucket.
    """
    if not isinstance(record, Mapping):
        return None
    if not str(record.get("eventVersion", "2.")).startswith("2."):
        logger.warning("event version %r is not 2.x", record.get("eventVersion"))
    key = find_key_in_pair(record.get("s3"), bucket)
    return unquote_plus(key) if key else None


def find_key_in_pair(part: Any, bucket: str) -> str | None:
    """Return the key in what S3 calls `bucket` and `object`, as it is written there.

    None, with a warning, if there is none; None also if it is of another bucket.
    """
    try:
        key = part["object"]["key"]
        ours = part["bucket"]["name"] == bucket
    except (KeyError, TypeError):
        logger.warning("a record names no bucket and key, and is ignored")
        return None
    return key if ours and isinstance(key, str) else None
