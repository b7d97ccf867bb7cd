"""`make redrive`: send the events in the failure queue again."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.console import say
from infra.environment import is_on
from infra.errors import FailedError
from infra.invocations import describe_event, describe_result
from infra.operate.batches import cut_batches
from infra.operate.invoke import invoke_function
from infra.operate.queues import Failure, find_queue_url, receive_failures
from infra.operate.stack import Stack

# Long enough for all invocations of a redrive. What is still there shows up again.
HIDDEN_S = 600


def redrive(stack: Stack, env: Mapping[str, str]) -> int:
    """Send all failures again, and remove what succeeds; `DRY=1` only lists them.

    Returns 1 if some failed again.
    """
    dry = is_on(env, "DRY")
    failed_again = 0
    failures = list(receive_failures(stack, 1 if dry else HIDDEN_S))
    for function, own in share_out(stack, failures).items():
        say(f"{function}: {len(own)} failed events")
        for failure in own if dry else []:
            say(f"  {describe_event(failure.event)}: {failure.error}")
        for group in [] if dry else group_failures(own):
            failed_again += not send_group(stack, function, group)
    return 1 if failed_again else 0


def share_out(stack: Stack, failures: list[Failure]) -> dict[str, list[Failure]]:
    """Return the name of each function -> the failures that it has to work on.

    The collector comes first: the renderer publishes what it stores.
    """
    shares: dict[str, list[Failure]] = {stack.collector: [], stack.renderer: []}
    for failure in failures:
        # What the schedule could not hand over was for the collector.
        shares.setdefault(failure.function or stack.collector, []).append(failure)
    return shares


def send_group(stack: Stack, function: str, group: list[Failure]) -> bool:
    """Send a group as one event, and remove it from the queue if that succeeds."""
    try:
        result = invoke_function(stack, function, join_events(group))
    except FailedError as error:
        say(f"  {error}; {len(group)} events stay in the queue")
        return False
    if result.get("outcome") == "too-late":
        hour = group[0].event.get("scheduled_time")
        say(f"  {hour} is over and stays a gap: no count of that hour can be read now")
    else:
        say(f"  {len(group)} events sent again: {describe_result(result)}")
    for failure in group:
        stack.client("sqs").delete_message(
            QueueUrl=find_queue_url(stack), ReceiptHandle=failure.handle
        )
    return True


def group_failures(failures: list[Failure]) -> Iterator[list[Failure]]:
    """Yield S3 events in groups that fit into one invocation, then others alone."""
    of_s3 = [failure for failure in failures if "Records" in failure.event]
    marked = ({"n": n, "of": f.event} for n, f in enumerate(of_s3))
    for batch in cut_batches(marked):
        yield [of_s3[each["n"]] for each in batch]
    for failure in failures:
        if "Records" not in failure.event:
            yield [failure]


def join_events(group: list[Failure]) -> dict[str, Any]:
    """Return one event with all the records of a group."""
    if len(group) == 1:
        return group[0].event
    return {"Records": [each for failure in group for each in failure.event["Records"]]}
