"""The failure queue: events that a function, or the schedule, has given up."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.invocations import list_keys
from infra.operate.stack import Stack

WAITING, HIDDEN = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
)
# Long enough for all invocations of a redrive. What is still there shows up again.
HIDDEN_S = 600
# Without a wait, SQS asks only some of its servers, and may find nothing where there
# is something. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/best-practices-setting-up-long-polling.html
WAIT_S = 2
# What SQS calls a message that is not hidden any more.
SEEN_AGAIN = ("MessageNotInflight", "InvalidParameterValue", "ReceiptHandleIsInvalid")


@dataclass(frozen=True)
class Failure:
    """An event that was given up.

    function: the name of the function that was to work on it; None for an event that
    the schedule could not hand over, and empty for what is no event at all, which a
    person has put there. handle: what deletes it from the queue.
    """

    event: dict[str, Any]
    function: str | None
    error: str
    handle: str


class FailureQueue:
    """A stack's failure queue, by SQS's calls."""

    def __init__(self, stack: Stack) -> None:
        """Find the queue."""
        self._sqs = stack.client("sqs")
        answer = self._sqs.get_queue_url(QueueName=stack.failures)
        self._url = str(answer["QueueUrl"])

    def count(self) -> tuple[int, int]:
        """Return how many failures wait, and how many are hidden meanwhile."""
        found = self._sqs.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=[WAITING, HIDDEN]
        )["Attributes"]
        return int(found[WAITING]), int(found[HIDDEN])

    def receive(self) -> Iterator[Failure]:
        """Yield the failures that wait; they are hidden until deleted or released.

        Whoever is interrupted has them back after HIDDEN_S.
        """
        while True:
            messages = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HIDDEN_S,
                WaitTimeSeconds=WAIT_S,
            ).get("Messages", [])
            if not messages:
                return
            yield from map(parse_failure, messages)

    def delete(self, failure: Failure) -> None:
        """Take a failure out."""
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=failure.handle)

    def release(self, failure: Failure) -> None:
        """Let a failure be seen again at once."""
        try:
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=failure.handle, VisibilityTimeout=0
            )
        except ClientError as error:
            # After HIDDEN_S it is so already.
            if not error.response["Error"]["Code"].endswith(SEEN_AGAIN):
                raise


def parse_failure(message: Mapping[str, str]) -> Failure:
    """Read a message: Lambda's record of a failure, or the scheduler's bare event.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    handle = message["ReceiptHandle"]
    try:
        return _read_body(json.loads(message["Body"]), handle)
    except (ValueError, LookupError, TypeError, AttributeError):
        return Failure({}, "", f"{message['MessageId']} is no event", handle)


def _read_body(body: Any, handle: str) -> Failure:
    if "requestPayload" not in body:
        # Any other text in the form of JSON has no such time.
        event = {**body, "scheduled_time": body["scheduled_time"]}
        list_keys(event)
        return Failure(event, None, "the schedule could not hand it over", handle)
    context = body["requestContext"]
    # arn:aws:lambda:REGION:ACCOUNT:function:NAME:$LATEST
    function = context["functionArn"].split(":")[6]
    payload = body.get("responsePayload") or {}
    error = payload.get("errorMessage") or context.get("condition") or "no reason told"
    event = {**body["requestPayload"]}
    # Whoever looks at it does that, and must not meet what is no record.
    list_keys(event)
    return Failure(event, function, str(error), handle)
