"""What the messages of a failure queue say."""

import json
from typing import Any

import pytest

from infra.operate.queues import Failure, parse_failure

EVENT = {"scheduled_time": "2026-11-23T22:00:00Z"}
RECORD = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": EVENT}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({**RECORD, "responsePayload": {"errorMessage": "it broke"}}, "it broke"),
        ({**RECORD, "responsePayload": None}, "RetriesExhausted"),
        (RECORD, "RetriesExhausted"),
        (EVENT, "the schedule could not hand it over"),
    ],
)
def test_a_message_is_an_event_with_its_error(body: Any, error: str) -> None:
    """Lambda's record has both; the scheduler sends the event alone."""
    message = {"Body": json.dumps(body), "ReceiptHandle": "h"}
    assert parse_failure(message) == Failure(EVENT, error, "h")
