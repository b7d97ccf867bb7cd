"""CloudFormation stacks: finding one, bringing it up to date, watching it.

Both of the project's stacks go through here: the application's own (`make deploy`)
and that of its image repositories (`make push-images`).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.change_sets import (
    LONG_AGO,
    POLL_S,
    Plan,
    confirm_losses,
    drop_change_set,
    list_reasons,
    make_change_set,
    print_changes,
)
from infra.console import say
from infra.errors import FailedError, StackError

# States of a stack, and of its parts, that are as they should be.
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
VERBS = {"CREATE": "creating", "UPDATE": "updating", "IMPORT": "taking over data into"}
# States in which a stack cannot be deleted.
UNDER_WAY = ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "IMPORT_IN_PROGRESS")
# States in which a stack holds parts that only a deletion gets rid of.
LEFT_OVER = {
    "CREATE_FAILED": "its first creation failed",
    "ROLLBACK_FAILED": "its first creation failed",
    "IMPORT_ROLLBACK_FAILED": "its first creation failed",
    "DELETE_FAILED": "its deletion did not end",
}


@dataclass(frozen=True)
class Kind:
    """One of the project's two stacks, and how to tell it from other people's.

    marks: names of parameters, or of resources, that each stack of this kind has.
    variable: the setting that names the stack, such as `STACK`.
    removal: the command that deletes one, such as "`make destroy`".
    """

    marks: frozenset[str]
    variable: str
    removal: str


@dataclass(frozen=True)
class Deployed:
    """A stack that CloudFormation has; state: as `CREATE_COMPLETE`.

    outputs: none as long as the stack was not created. protected: from deletion.
    """

    name: str
    arn: str
    state: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    protected: bool = False


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
        outputs={
            each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])
        },
        protected=bool(found.get("EnableTerminationProtection")),
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


def refuse_undeletable(deployed: Deployed) -> None:
    """Raise StackError for a stack that CloudFormation would not delete now.

    Whoever empties something for a deletion has to know that before.
    """
    name = deployed.name
    if deployed.state in UNDER_WAY:
        raise StackError(f"{name} is {deployed.state}: wait until that has ended")
    if deployed.protected:
        raise StackError(
            f"{name} has termination protection on: turn it off in CloudFormation first"
        )


@dataclass(frozen=True)
class Found:
    """What there is of a stack before it is brought up.

    deployed: the stack to update, None where it has yet to be created. in_review:
    whether it is there, but empty, with nothing but change sets that would fill it.
    mend: puts right what the last attempt left, and has to be called before.
    """

    deployed: Deployed | None = None
    in_review: bool = False
    mend: Callable[[], None] = lambda: None

    def make_plan(
        self, name: str, template: str, parameters: Sequence[Mapping[str, Any]] = ()
    ) -> Plan:
        """Return the plan that brings it up to a template."""
        exists = self.deployed is not None
        return Plan(name, template, exists, parameters, in_review=self.in_review)


def find_updatable(cloud: Any, name: str, kind: Kind, *, dry: bool = False) -> Found:
    """Find the stack to update; nothing is changed yet.

    Raises StackError for one that cannot be updated, or is not ours, with the way on;
    if dry, also for one that has to be put right first.
    """
    deployed = find_deployed(cloud, name)
    if deployed is None or deployed.state == "DELETE_COMPLETE":
        return Found()
    if deployed.state == "REVIEW_IN_PROGRESS":
        return Found(in_review=True)
    state = deployed.state
    if state.endswith("IN_PROGRESS"):
        raise StackError(f"{name} is {state}: wait until that has ended")
    refuse_foreign(cloud, deployed, kind)
    if state in LEFT_OVER:
        raise StackError(f"{name} is {state}, {LEFT_OVER[state]}: {kind.removal} first")
    found = find_mending(cloud, deployed)
    if dry and found.mend is not Found.mend:
        raise StackError(
            f"{name} is {state}: the changes show once it is put right, which a run "
            "without DRY=1 does first"
        )
    return found


def find_mending(cloud: Any, deployed: Deployed) -> Found:
    """Say what has to be done before CloudFormation would update a stack of ours."""
    if deployed.state == "UPDATE_ROLLBACK_FAILED":
        return Found(deployed, mend=lambda: end_rollback(cloud, deployed))
    # An import into a stack that was there before leaves that stack as it was.
    rolled_back = (
        deployed.state == "IMPORT_ROLLBACK_COMPLETE"
        and not (
            cloud.describe_stack_resources(StackName=deployed.name)["StackResources"]
        )
    )
    if rolled_back or deployed.state == "ROLLBACK_COMPLETE":
        return Found(mend=lambda: delete_empty(cloud, deployed))
    return Found(deployed)


def delete_empty(cloud: Any, deployed: Deployed) -> None:
    """Delete a stack that holds nothing, since its first creation was rolled back."""
    say(f"{deployed.name} is {deployed.state} and holds nothing: deleting it first")
    take_down(cloud, deployed.name)


def end_rollback(cloud: Any, deployed: Deployed) -> None:
    """Have CloudFormation try again to go back to what was there before."""
    say(f"{deployed.name} is {deployed.state}: continuing its rollback first")
    since = find_last_event(cloud, deployed.name)
    cloud.continue_update_rollback(StackName=deployed.name)
    ends = ("UPDATE_ROLLBACK_COMPLETE",)
    if wait_for_stack(cloud, deployed.name, since, ends=ends):
        return
    raise FailedError(
        f"the rollback of {deployed.name} cannot go on: put right what is named above, "
        "or skip it with "
        f"`aws cloudformation continue-update-rollback --stack-name {deployed.name} "
        "--resources-to-skip NAME`, then run this again"
    )


def bring_up(
    cloud: Any, plan: Plan, env: Mapping[str, str], *, dry: bool = False
) -> None:
    """Create the stack or bring it up to date; dry only shows the changes.

    Prints the changes, asks before anything is lost (`YES=name` in env answers), and
    prints what happens. Raises FailedError if CloudFormation cannot make the changes,
    SettingsError on a no.
    """
    say(f"{VERBS[plan.kind]} {plan.name} in {cloud.meta.region_name}")
    identifier, changes = make_change_set(cloud, plan)
    if identifier is None:
        say("nothing to change")
        return
    print_changes(changes)
    if dry:
        drop_change_set(cloud, plan, identifier)
        say("dry run: nothing is changed")
        return
    try:
        confirm_losses(env, plan.name, changes)
        since = find_last_event(cloud, plan.name)
        cloud.execute_change_set(ChangeSetName=identifier, StackName=plan.name)
    except BaseException:
        drop_change_set(cloud, plan, identifier)
        raise
    if not wait_for_stack(cloud, plan.name, since):
        reasons = explain_failure(cloud, plan.name, since)
        raise FailedError(f"the stack was rolled back: {reasons}")


def begin_deletion(cloud: Any, name: str) -> datetime:
    """Have a stack deleted; return the time of the last event before that."""
    since = find_last_event(cloud, name)
    cloud.delete_stack(StackName=name)
    return since


def end_deletion(cloud: Any, name: str, since: datetime) -> None:
    """Wait until a stack is gone; raises FailedError with CloudFormation's reasons."""
    if not wait_for_stack(cloud, name, since, gone=True):
        reasons = explain_failure(cloud, name, since)
        raise FailedError(
            f"{name} could not be deleted: {reasons}; put that right and run this again"
        )


def take_down(cloud: Any, name: str) -> None:
    """Delete a stack and wait; raises FailedError with CloudFormation's reasons."""
    end_deletion(cloud, name, begin_deletion(cloud, name))


def find_last_event(cloud: Any, name: str) -> datetime:
    """Return the time of a stack's last event, by CloudFormation's own clock."""
    events = cloud.describe_stack_events(StackName=name)["StackEvents"]
    return max((event["Timestamp"] for event in events), default=LONG_AGO)


def list_events(cloud: Any, name: str, since: datetime) -> list[dict[str, Any]]:
    """Return a stack's events that came after another one, the oldest first."""
    found: list[dict[str, Any]] = []
    pages = cloud.get_paginator("describe_stack_events").paginate(StackName=name)
    # The newest come first.
    for page in pages:
        new = [each for each in page["StackEvents"] if each["Timestamp"] > since]
        found += new
        if len(new) < len(page["StackEvents"]):
            break
    return found[::-1]


def explain_failure(cloud: Any, name: str, since: datetime) -> str:
    """Return why a change of a stack failed, in CloudFormation's words.

    since: the time of the last event before it. A resource that is refused tells so
    itself; what is found before anything is made, only the events of validations tell.
    """
    told = [
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in list_events(cloud, name, since)
        if event["ResourceStatus"].endswith("_FAILED")
        and event.get("ResourceStatusReason")
    ]
    found = dict.fromkeys([*told, *list_reasons(cloud, since=since, StackName=name)])
    # What the stack says of itself is where to look.
    of_parts = [each for each in found if not each.startswith(f"{name}: ")]
    return "; ".join(of_parts or found) or "it does not say why"


def wait_for_stack(
    cloud: Any,
    name: str,
    since: datetime,
    *,
    ends: Sequence[str] = COMPLETE,
    gone: bool = False,
) -> bool:
    """Print what happens to a stack until that ends; say whether it ended well.

    since: the time of the last event before it. ends: the states in which it ended
    well. gone: whether the stack is being deleted.
    """
    seen: set[str] = set()
    while True:
        try:
            [stack] = cloud.describe_stacks(StackName=name)["Stacks"]
            print_events(cloud, name, seen, since)
        except ClientError as error:
            if gone and error.response["Error"]["Code"] == "ValidationError":
                say("DELETE_COMPLETE")
                return True
            raise
        state = str(stack["StackStatus"])
        if not state.endswith("IN_PROGRESS"):
            say(state)
            return state in (("DELETE_COMPLETE",) if gone else ends)
        time.sleep(POLL_S)


def print_events(cloud: Any, name: str, seen: set[str], since: datetime) -> None:
    """Print the events that are new."""
    for event in list_events(cloud, name, since):
        if event["EventId"] not in seen:
            seen.add(event["EventId"])
            reason = event.get("ResourceStatusReason", "")
            words = (event["LogicalResourceId"], event["ResourceStatus"], reason)
            say("  " + " ".join(words).rstrip())
