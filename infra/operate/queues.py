"""The failure queue: events that a function, or the schedule, has given up."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.operate.stack import Stack


@dataclass(frozen=True)
class Failure:
    """An event that was given up.

    function: the name of the function that was to work on it, or None for an event
    that the schedule could not hand over. handle: what deletes it from the queue.
    """

    event: dict[str, Any]
    function: str | None
    error: str
    handle: str


def receive_failures(stack: Stack, hidden_s: int) -> Iterator[Failure]:
    """Yield the failures in the queue; others do not see them for `hidden_s`."""
    sqs, url = stack.client("sqs"), find_queue_url(stack)
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
    """Read a message: Lambda's record of a failure, or the scheduler's bare event.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    body, handle = json.loads(message["Body"]), message["ReceiptHandle"]
    if "requestPayload" not in body:
        return Failure(body, None, "the schedule could not hand it over", handle)
    context = body["requestContext"]
    # arn:aws:lambda:REGION:ACCOUNT:function:NAME:$LATEST
    function = context["functionArn"].split(":")[6]
    payload = body.get("responsePayload") or {}
    error = payload.get("errorMessage") or context.get("condition")
    return Failure(body["requestPayload"], function, str(error), handle)


def find_queue_url(stack: Stack) -> str:
    """Find the address of the failure queue."""
    answer = stack.client("sqs").get_queue_url(QueueName=stack.failures)
    return str(answer["QueueUrl"])
