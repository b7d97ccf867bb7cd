"""CloudFormation stacks: finding one, bringing it up to date, watching it.

Both of the project's stacks go through here: the application's own (`make deploy`)
and that of its image repositories (`make push-images`).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.change_sets import (
    POLL_S,
    Plan,
    confirm_losses,
    drop_change_set,
    make_change_set,
    print_changes,
)
from infra.console import say
from infra.errors import FailedError, StackError

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


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


def bring_up(
    cloud: Any, plan: Plan, env: Mapping[str, str], *, dry: bool = False
) -> bool:
    """Create the stack or bring it up to date; dry only shows the changes: False.

    Prints the changes, asks before anything is lost (`YES=name` in env answers), and
    prints what happens. Raises FailedError if CloudFormation cannot make the changes,
    SettingsError on a no.
    """
    verb = "updating" if plan.exists else "creating"
    say(f"{verb} {plan.name} in {cloud.meta.region_name}")
    identifier, changes = make_change_set(cloud, plan)
    if identifier is None:
        say("nothing to change")
        return True
    print_changes(changes)
    try:
        if not dry:
            confirm_losses(env, plan.name, changes)
    except BaseException:
        drop_change_set(cloud, plan, identifier)
        raise
    if dry:
        drop_change_set(cloud, plan, identifier)
        say("dry run: nothing is changed")
        return False
    cloud.execute_change_set(ChangeSetName=identifier, StackName=plan.name)
    if not wait_for_stack(cloud, plan.name):
        raise FailedError("the stack was rolled back: see the reasons above")
    return True


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
