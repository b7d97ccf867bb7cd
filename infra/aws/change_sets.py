"""Change sets: what CloudFormation would change in a stack, shown and confirmed."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.console import confirm, say
from infra.errors import FailedError

POLL_S = 3.0
LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
# A resource that would be added, modified or removed, in CloudFormation's own form.
Change = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a stack is to become.

    exists: whether there is one to update. in_review: whether there is an empty one,
    for change sets of others. parameters, imports: in CloudFormation's own form;
    imports are what is there already, for a new stack to take over.
    """

    name: str
    template: str
    exists: bool
    parameters: Sequence[Mapping[str, Any]] = ()
    imports: Sequence[Mapping[str, Any]] = ()
    in_review: bool = False

    @property
    def tags(self) -> list[dict[str, str]]:
        """Return what all of the stack's resources carry, to tell its costs apart."""
        tags = {"project": "nyanpass-count", "stack": self.name}
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    @property
    def kind(self) -> str:
        """Return the type of its change set, as CloudFormation calls it."""
        if self.imports:
            return "IMPORT"
        return "UPDATE" if self.exists else "CREATE"


def make_change_set(cloud: Any, plan: Plan) -> tuple[str | None, list[Change]]:
    """Have CloudFormation work out the changes; return the set's id and them.

    No id means that there is nothing to change. A set with no changes of resources
    may still change outputs.
    """
    # An import takes no tags; the update after it brings them.
    own = {"ResourcesToImport": plan.imports} if plan.imports else {"Tags": plan.tags}
    made = cloud.create_change_set(
        StackName=plan.name,
        ChangeSetName=f"deploy-{time.time_ns()}",
        ChangeSetType=plan.kind,
        TemplateBody=plan.template,
        Parameters=plan.parameters,
        Capabilities=["CAPABILITY_IAM"],
        **own,
    )
    place = {"ChangeSetName": made["Id"], "StackName": plan.name}
    try:
        look = cloud.get_paginator("describe_change_set")
        while True:
            pages = list(look.paginate(**place))
            if pages[0]["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
                break
            time.sleep(POLL_S)
        if pages[0]["Status"] == "FAILED":
            reason = pages[0].get("StatusReason", "")
            if any(text in reason for text in NOTHING_TO_DO):
                cloud.delete_change_set(**place)
                return None, []
            reasons = [reason, *list_reasons(cloud, ChangeSetName=made["Id"])]
            raise FailedError(f"the changes cannot be made: {'; '.join(reasons)}")
    except BaseException:
        drop_change_set(cloud, plan, made["Id"])
        raise
    changes = [change for page in pages for change in page["Changes"]]
    return made["Id"], [change["ResourceChange"] for change in changes]


def drop_change_set(cloud: Any, plan: Plan, identifier: str) -> None:
    """Delete a change set that is not wanted, and the empty stack that it has made.

    Somebody else may have filled that stack meanwhile: then it stays.
    """
    cloud.delete_change_set(ChangeSetName=identifier, StackName=plan.name)
    if not (plan.exists or plan.in_review):
        [stack] = cloud.describe_stacks(StackName=plan.name)["Stacks"]
        if stack["StackStatus"] == "REVIEW_IN_PROGRESS":
            cloud.delete_stack(StackName=stack["StackId"])


def list_reasons(cloud: Any, *, since: datetime = LONG_AGO, **place: str) -> list[str]:
    """Return what CloudFormation has found wrong: `DataBucket: it exists already`.

    place: `ChangeSetName`, the set's whole ARN, or `StackName`. since: the time of an
    event that is too old. A refusal itself says only that there are such reasons, and
    where they are.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
    """
    found: dict[str, None] = {}
    asked = {**place, "Filters": {"FailedEvents": True}}
    try:
        pages = list(cloud.get_paginator("describe_events").paginate(**asked))
    except ClientError as error:
        return [f"(its events cannot be read: {error})"]
    for event in (each for page in pages for each in page["OperationEvents"]):
        reason = event.get("ValidationStatusReason") or event.get(
            "ResourceStatusReason"
        )
        if reason and event["Timestamp"] > since:
            found[f"{event.get('LogicalResourceId', 'it')}: {reason}"] = None
    return list(found)


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
