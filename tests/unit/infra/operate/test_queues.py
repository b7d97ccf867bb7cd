"""What the messages of a failure queue say."""

import json
from typing import Any

import pytest

from infra.operate.queues import Failure, parse_failure

EVENT = {"scheduled_time": "2026-11-23T22:00:00Z"}
ARN = "arn:aws:lambda:us-east-1:123456789012:function:nyanpass-count-renderer:$LATEST"
RECORD = {
    "requestContext": {"condition": "RetriesExhausted", "functionArn": ARN},
    "requestPayload": EVENT,
}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({**RECORD, "responsePayload": {"errorMessage": "it broke"}}, "it broke"),
        ({**RECORD, "responsePayload": None}, "RetriesExhausted"),
        (RECORD, "RetriesExhausted"),
        (RECORD | {"requestPayload": {}}, "RetriesExhausted"),
    ],
)
def test_a_message_is_an_event_with_its_error(body: Any, error: str) -> None:
    """And with the function that Lambda's record names."""
    message = {"MessageId": "m", "Body": json.dumps(body), "ReceiptHandle": "h"}
    event = body["requestPayload"]
    expected = Failure(event, "nyanpass-count-renderer", error, "h")
    assert parse_failure(message) == expected


def test_the_schedule_sends_the_event_alone() -> None:
    """So it names no function."""
    message = {"MessageId": "m", "Body": json.dumps(EVENT), "ReceiptHandle": "h"}
    error = "the schedule could not hand it over"
    assert parse_failure(message) == Failure(EVENT, None, error, "h")


@pytest.mark.parametrize(
    "body",
    [
        *("hello", "5", "null", "[]", '"x"', '{"a": 1}', '["scheduled_time"]'),
        *('{"requestPayload": {}}', '["requestPayload"]'),
        json.dumps({**RECORD, "requestPayload": "x"}),
    ],
)
def test_what_a_person_has_put_there_is_no_event(body: str) -> None:
    """So no function is sent it; which message it is can be told."""
    message = {"MessageId": "m-1", "Body": body, "ReceiptHandle": "h"}
    assert parse_failure(message) == Failure({}, "", "m-1 is no event", "h")
