"""Change sets: what a deploy would do, doing it, and watching it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.console import say
from infra.errors import FailedError

POLL_S = 3.0
EMPTY = ("didn't contain changes", "No updates are to be performed")


def make_change_set(
    cloud: Any, name: str, template: str, parameters: list[dict[str, Any]], *, kind: str
) -> tuple[str | None, list[Mapping[str, Any]]]:
    """Have CloudFormation work out the changes; give the set's id and the changes.

    No id means that there is nothing to change. A set without changes of resources
    may still change outputs.
    """
    made = cloud.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{int(time.time())}",
        ChangeSetType=kind,
        TemplateBody=template,
        Parameters=parameters,
        Capabilities=["CAPABILITY_IAM"],
        # A data bucket that an earlier stack left is taken over.
        ImportExistingResources=True,
    )
    while True:
        found = cloud.describe_change_set(ChangeSetName=made["Id"], StackName=name)
        if found["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            break
        time.sleep(POLL_S)
    reason = found.get("StatusReason", "")
    if found["Status"] == "FAILED":
        cloud.delete_change_set(ChangeSetName=made["Id"], StackName=name)
        if any(text in reason for text in EMPTY):
            return None, []
        raise FailedError(f"the changes cannot be made: {reason}")
    return made["Id"], [change["ResourceChange"] for change in found["Changes"]]


def show(changes: Sequence[Mapping[str, Any]]) -> None:
    """Print the changes, one a line."""
    for change in changes:
        replaced = change.get("Replacement") in {"True", "Conditional"}
        mark = " (REPLACED)" if replaced else ""
        kind = change["ResourceType"]
        say(f"{change['Action']:>8} {change['LogicalResourceId']} {kind}{mark}")


def losses(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name what would be removed or replaced."""
    return [
        str(change["LogicalResourceId"])
        for change in changes
        if change["Action"] == "Remove"
        or change.get("Replacement") in {"True", "Conditional"}
    ]


def wait_for_stack(cloud: Any, name: str, *, gone: bool = False) -> bool:
    """Print what happens until it ends; say whether it ended well.

    gone: whether the stack is being deleted.
    """
    seen: set[str] = set()
    started = time.time()
    while True:
        try:
            [stack] = cloud.describe_stacks(StackName=name)["Stacks"]
            print_events(cloud, name, seen, started)
        except ClientError as error:
            if gone and error.response["Error"]["Code"] == "ValidationError":
                say("DELETE_COMPLETE")
                return True
            raise
        state = str(stack["StackStatus"])
        if not state.endswith("IN_PROGRESS"):
            say(state)
            wanted = ("DELETE_COMPLETE",) if gone else COMPLETE
            return state in wanted
        time.sleep(POLL_S)


COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def print_events(cloud: Any, name: str, seen: set[str], started: float) -> None:
    """Print the events that are new, the oldest first."""
    events = cloud.describe_stack_events(StackName=name)["StackEvents"]
    for event in reversed(events):
        new = event["EventId"] not in seen
        seen.add(event["EventId"])
        if new and event["Timestamp"].timestamp() > started - 60:
            reason = event.get("ResourceStatusReason", "")
            words = (event["LogicalResourceId"], event["ResourceStatus"], reason)
            say("  " + " ".join(words).rstrip())
