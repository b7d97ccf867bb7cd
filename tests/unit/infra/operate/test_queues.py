"""What the messages of a failure queue say."""

import json
from contextlib import nullcontext
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from infra.operate.queues import Failure, FailureQueue, parse_failure

EVENT = {"scheduled_time": "2026-11-23T22:00:00Z"}
ARN = "arn:aws:lambda:us-east-1:123456789012:function:nyanpass-count-renderer:$LATEST"
NO_RECORDS: tuple[Any, ...] = (
    *(5, [5], [None], ["s3"], [{"s3": {}}]),
    [{"s3": {"object": {"key": None}}}],
)
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
        *(
            json.dumps({**RECORD, "requestPayload": {"Records": records}})
            for records in NO_RECORDS
        ),
    ],
)
def test_what_a_person_has_put_there_is_no_event(body: str) -> None:
    """So no function is sent it; which message it is can be told."""
    message = {"MessageId": "m-1", "Body": body, "ReceiptHandle": "h"}
    assert parse_failure(message) == Failure({}, "", "m-1 is no event", "h")


@pytest.mark.parametrize(
    ("code", "passed_on"),
    [
        ("AWS.SimpleQueueService.MessageNotInflight", False),
        ("InvalidParameterValue", False),
        ("ReceiptHandleIsInvalid", False),
        ("AccessDenied", True),
        ("AWS.SimpleQueueService.NonExistentQueue", True),
    ],
)
def test_only_what_is_seen_again_already_needs_no_release(
    code: str, passed_on: bool
) -> None:
    """Any other refusal would leave the alarm and the status wrong for ten minutes."""
    error = ClientError({"Error": {"Code": code, "Message": ""}}, "Change")
    sqs = Mock(change_message_visibility=Mock(side_effect=error))
    sqs.get_queue_url.return_value = {"QueueUrl": "u"}
    queue = FailureQueue(Mock(client=Mock(return_value=sqs)))
    expected = pytest.raises(ClientError) if passed_on else nullcontext()
    with expected:
        queue.release(Failure({}, None, "", "h"))
