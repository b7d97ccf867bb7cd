"""The failure queues: events that a function, or the schedule, has given up."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.operate.stack import Stack


@dataclass(frozen=True)
class Failure:
    """An event that was given up.

    handle: what deletes it from its queue.
    """

    event: dict[str, Any]
    error: str
    handle: str


def receive_failures(stack: Stack, what: str, hidden_s: int) -> Iterator[Failure]:
    """Yield the failures in a queue; others do not see them for `hidden_s`.

    what: whose failures, a key of `stack.queues`.
    """
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
    """Read a message: Lambda's record of a failure, or the scheduler's bare event."""
    body = json.loads(message["Body"])
    if "requestPayload" not in body:
        return Failure(
            body, "the schedule could not hand it over", message["ReceiptHandle"]
        )
    payload = body.get("responsePayload") or {}
    error = payload.get("errorMessage") or body["requestContext"].get("condition")
    return Failure(body["requestPayload"], str(error), message["ReceiptHandle"])


def find_queue_url(stack: Stack, what: str) -> str:
    """Find the address of a queue; what: a key of `stack.queues`."""
    answer = stack.client("sqs").get_queue_url(QueueName=stack.queues[what])
    return str(answer["QueueUrl"])
