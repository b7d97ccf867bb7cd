"""`make redrive`: send the events in the failure queue again."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.console import say, tell_number
from infra.environment import is_on
from infra.errors import FailedError
from infra.invocations import describe_event, describe_result
from infra.operate.batches import cut_batches
from infra.operate.invoke import invoke_function
from infra.operate.queues import HIDDEN_S, Failure, FailureQueue
from infra.operate.stack import Stack


def redrive(stack: Stack, env: Mapping[str, str]) -> int:
    """Send all failures again, and remove what succeeds; `DRY=1` only lists them.

    Returns 1 if some failed again, or are not this stack's. What stays is seen by
    others again at once, so that neither the alarm nor `make status` takes the queue
    for empty.
    """
    dry = is_on(env, "DRY")
    queue, failed_again = FailureQueue(stack), 0
    tell_hidden(queue)
    staying: list[Failure] = []
    try:
        # One by one: if this is interrupted, what came before is known.
        for failure in queue.receive():
            staying.append(failure)
        ours, others = part_failures(stack, staying)
        for failure in others:
            name = failure.function or "a message"
            say(
                f"{name}: {failure.error}; not this stack's: delete it in SQS's console"
            )
        for function, failures in share_out(stack, ours).items():
            say(f"{function}: {tell_number(len(failures), 'failed event')}")
            if dry:
                list_failures(failures)
                continue
            for group in group_failures(failures):
                done = send_group(stack, function, group)
                failed_again += not done
                for failure in group if done else []:
                    queue.delete(failure)
                    staying.remove(failure)
    finally:
        for failure in staying:
            queue.release(failure)
    return 1 if failed_again or others else 0


def tell_hidden(queue: FailureQueue) -> None:
    """Say how many failures another redrive has, or one that broke off still had."""
    if hidden := queue.count()[1]:
        events = tell_number(hidden, "more event")
        say(f"{events} being sent again, or there again in {HIDDEN_S // 60} minutes")


def part_failures(
    stack: Stack, failures: list[Failure]
) -> tuple[list[Failure], list[Failure]]:
    """Return the failures of the stack's own functions, and all others."""
    functions = {stack.collector, stack.renderer, None}
    ours = [failure for failure in failures if failure.function in functions]
    return ours, [failure for failure in failures if failure not in ours]


def share_out(stack: Stack, failures: list[Failure]) -> dict[str, list[Failure]]:
    """Return the name of each function -> the failures that it has to work on.

    The collector comes first: the renderer publishes what it stores.
    """
    shares: dict[str, list[Failure]] = {stack.collector: [], stack.renderer: []}
    for failure in failures:
        # What the schedule could not hand over was for the collector.
        shares[failure.function or stack.collector].append(failure)
    return shares


def list_failures(failures: list[Failure]) -> None:
    """Print what each failure is and why it failed."""
    for failure in failures:
        say(f"  {describe_event(failure.event)}: {failure.error}")


def send_group(stack: Stack, function: str, group: list[Failure]) -> bool:
    """Send a group as one event; say whether it succeeded."""
    try:
        result = invoke_function(stack, function, join_events(group))
    except FailedError as error:
        say(f"  {error}; still in the queue: {tell_number(len(group), 'event')}")
        return False
    if result.get("outcome") == "too-late":
        hour = group[0].event.get("scheduled_time")
        say(f"  {hour} is over and stays a gap: no count of that hour can be read now")
    else:
        events = tell_number(len(group), "event")
        say(f"  {events} sent again: {describe_result(result)}")
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
