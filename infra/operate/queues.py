"""The failure queues of a stack: what lies in them, and what takes it out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.operate.stack import Stack


@dataclass(frozen=True)
class Failure:
    """An event that was given up, and what takes it out of its queue."""

    event: dict[str, Any]
    error: str
    handle: str


def receive_failures(stack: Stack, what: str, hidden_s: int) -> Iterator[Failure]:
    """Take everything that a queue shows."""
    sqs, url = stack.client("sqs"), find_queue_url(stack, what)
    seen: set[str] = set()
    while True:
        messages = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=hidden_s
        ).get("Messages", [])
        new = [each for each in messages if each["MessageId"] not in seen]
        if not new:
            return
        for message in new:
            seen.add(message["MessageId"])
            yield parse_failure(message)


def parse_failure(message: Mapping[str, str]) -> Failure:
    """Read a message: Lambda's record of a failure, or the scheduler's event."""
    body = json.loads(message["Body"])
    if "requestPayload" not in body:
        return Failure(
            body, "the schedule could not hand it over", message["ReceiptHandle"]
        )
    payload = body.get("responsePayload") or {}
    error = payload.get("errorMessage") or body["requestContext"].get("condition")
    return Failure(body["requestPayload"], str(error), message["ReceiptHandle"])


def find_queue_url(stack: Stack, what: str) -> str:
    """Ask for the address of a queue."""
    answer = stack.client("sqs").get_queue_url(QueueName=stack.queues[what])
    return str(answer["QueueUrl"])
