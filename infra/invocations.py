"""Events and results of the functions, in a few words for the console."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from infra.console import tell_number

Event = Mapping[str, Any]


def list_keys(event: Event) -> list[str]:
    """Return the keys that an S3 event names, as they are in the bucket.

    In the event they are form-encoded: `a%3D1/x+y.json` means `a=1/x y.json`.
    """
    return [
        unquote_plus(record["s3"]["object"]["key"])
        for record in event.get("Records", [])
        if "s3" in record
    ]


def describe_event(event: Event) -> str:
    """Describe an event: `S3 event of 2 objects, last readings/...json`.

    An S3 event without records only wakes the renderer up. Any other event is shown
    as it is.
    """
    if "Records" not in event:
        return json.dumps(event)
    if not event["Records"]:
        return "wake-up"
    keys = list_keys(event)
    last = f", last {keys[-1]}" if keys else ""
    return f"S3 event of {tell_number(len(event['Records']), 'object')}{last}"


def describe_result(result: Mapping[str, Any]) -> str:
    """Describe a function's answer: `published, 5 readings, 27 objects put`."""
    words = [str(result.get("outcome"))]
    if "readings" in result:
        words.append(tell_number(result["readings"], "reading"))
    if result.get("objects"):
        words.append(f"{tell_number(len(result['objects']), 'object')} put")
    if result.get("broken"):
        words.append(f"{len(result['broken'])} broken")
    return ", ".join(words)
