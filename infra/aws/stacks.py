"""CloudFormation stacks: finding one, bringing it up to date, watching it.

Both of the project's stacks go through here: the application's own (`make deploy`)
and that of its image repositories (`make push-images`).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.console import confirm, say
from infra.errors import FailedError, StackError

POLL_S = 3.0
NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

# A resource that would be added, modified or removed, in CloudFormation's own form.
Change = Mapping[str, Any]
# Decides whether changes are made.
Approval = Callable[[Sequence[Change]], bool]


@dataclass(frozen=True)
class Kind:
    """One of the project's two stacks, and how to tell it from other people's.

    marks: names of parameters, or of resources, that each stack of this kind has.
    variable: the setting that names the stack, such as `STACK`.
    removal: how to remove one whose creation failed, such as "`make destroy`".
    """

    marks: frozenset[str]
    variable: str
    removal: str


@dataclass(frozen=True)
class Deployed:
    """A stack that CloudFormation has; state: as `CREATE_COMPLETE`."""

    name: str
    arn: str
    state: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What a stack is to become.

    exists: whether there is one to update. parameters: in CloudFormation's own form.
    """

    name: str
    template: str
    exists: bool
    parameters: Sequence[Mapping[str, Any]] = ()


def find_deployed(cloud: Any, name: str) -> Deployed | None:
    """Find a stack by its name, or None."""
    try:
        [found] = cloud.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return Deployed(
        name=name,
        arn=found["StackId"],
        state=found["StackStatus"],
        parameters={
            each["ParameterKey"]: each["ParameterValue"]
            for each in found.get("Parameters", [])
        },
    )


def refuse_foreign(cloud: Any, deployed: Deployed, kind: Kind) -> None:
    """Raise StackError for a stack made from another template.

    An update would remove everything in it.
    """
    if kind.marks <= deployed.parameters.keys():
        return
    found = cloud.describe_stack_resources(StackName=deployed.name)["StackResources"]
    if not kind.marks <= {each["LogicalResourceId"] for each in found}:
        raise StackError(
            f"{deployed.name} is a stack of something else: "
            f"choose {kind.variable}=<name>"
        )


def find_updatable(cloud: Any, name: str, kind: Kind) -> Deployed | None:
    """Find the stack to update, or None where it has yet to be created.

    Raises StackError for one that cannot be updated, or is not ours.
    """
    deployed = find_deployed(cloud, name)
    # A stack in review is empty: it only carries a change set that would fill it.
    if deployed is None or deployed.state == "REVIEW_IN_PROGRESS":
        return None
    if deployed.state in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}:
        raise StackError(
            f"{name} is {deployed.state}, its first creation failed: "
            f"{kind.removal} first"
        )
    if deployed.state.endswith("IN_PROGRESS"):
        raise StackError(f"{name} is {deployed.state}: wait until that has ended")
    refuse_foreign(cloud, deployed, kind)
    return deployed


def bring_up(cloud: Any, plan: Plan, approve: Approval) -> bool:
    """Create the stack or bring it up to date; False if that was not approved.

    Prints the changes, and what happens while they are made. Raises FailedError if
    CloudFormation cannot make them.
    """
    verb = "updating" if plan.exists else "creating"
    say(f"{verb} {plan.name} in {cloud.meta.region_name}")
    identifier, changes = make_change_set(cloud, plan)
    if identifier is None:
        say("nothing to change")
        return True
    print_changes(changes)
    approved = False
    try:
        approved = approve(changes)
    finally:
        if not approved:
            drop_change_set(cloud, plan, identifier)
    if not approved:
        return False
    cloud.execute_change_set(ChangeSetName=identifier, StackName=plan.name)
    if not wait_for_stack(cloud, plan.name):
        raise FailedError("the stack was rolled back: see the reasons above")
    return True


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


def wait_for_stack(cloud: Any, name: str, *, gone: bool = False) -> bool:
    """Print what happens to a stack until that ends; say whether it ended well.

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
            return state in (("DELETE_COMPLETE",) if gone else COMPLETE)
        time.sleep(POLL_S)


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
