"""Change sets: what CloudFormation would change in a stack, shown and confirmed."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.console import confirm, say
from infra.errors import FailedError

POLL_S = 3.0
NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
# A resource that would be added, modified or removed, in CloudFormation's own form.
Change = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a stack is to become.

    exists: whether there is one to update. parameters: in CloudFormation's own form.
    """

    name: str
    template: str
    exists: bool
    parameters: Sequence[Mapping[str, Any]] = ()


def make_change_set(cloud: Any, plan: Plan) -> tuple[str | None, list[Change]]:
    """Have CloudFormation work out the changes; return the set's id and them.

    No id means that there is nothing to change. A set with no changes of resources
    may still change outputs.
    """
    made = cloud.create_change_set(
        StackName=plan.name,
        ChangeSetName=f"deploy-{int(time.time())}",
        ChangeSetType="UPDATE" if plan.exists else "CREATE",
        TemplateBody=plan.template,
        Parameters=plan.parameters,
        Capabilities=["CAPABILITY_IAM"],
        # A data bucket that an earlier stack left is taken over.
        ImportExistingResources=True,
    )
    place = {"ChangeSetName": made["Id"], "StackName": plan.name}
    while True:
        found = cloud.describe_change_set(**place)
        if found["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            break
        time.sleep(POLL_S)
    if found["Status"] == "FAILED":
        cloud.delete_change_set(**place)
        reason = found.get("StatusReason", "")
        if any(text in reason for text in NOTHING_TO_DO):
            return None, []
        raise FailedError(f"the changes cannot be made: {reason}")
    return made["Id"], [change["ResourceChange"] for change in found["Changes"]]


def drop_change_set(cloud: Any, plan: Plan, identifier: str) -> None:
    """Delete a change set that is not wanted, and the empty stack it may have made."""
    cloud.delete_change_set(ChangeSetName=identifier, StackName=plan.name)
    if not plan.exists:
        cloud.delete_stack(StackName=plan.name)


def is_replaced(change: Change) -> bool:
    """Say whether a resource is, or may be, replaced by a new one."""
    return change.get("Replacement") in {"True", "Conditional"}


def print_changes(changes: Sequence[Change]) -> None:
    """Print the changes, one a line."""
    for change in changes:
        mark = " (REPLACED)" if is_replaced(change) else ""
        kind = change["ResourceType"]
        say(f"{change['Action']:>8} {change['LogicalResourceId']} {kind}{mark}")


def list_losses(changes: Sequence[Change]) -> list[str]:
    """Return the names of the resources that would be removed or replaced."""
    return [
        str(change["LogicalResourceId"])
        for change in changes
        if change["Action"] == "Remove" or is_replaced(change)
    ]


def confirm_losses(
    env: Mapping[str, str], name: str, changes: Sequence[Change]
) -> None:
    """Ask before resources are removed or replaced; raises SettingsError on a no."""
    if lost := list_losses(changes):
        confirm(env, f"this removes or replaces {', '.join(lost)}", name)
