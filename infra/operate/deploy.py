"""Deploying: check, show the changes, make them, and see that it draws."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.template import PATH, load
from infra.console import confirm, say
from infra.environment import is_on
from infra.errors import FailedError, SettingsError, StackError
from infra.operate.change_sets import losses, make_change_set, show, wait_for_stack
from infra.operate.parameters import IMAGES, parameters_of, variable_of, with_images
from infra.operate.rebuild import selftest
from infra.operate.stack import (
    DEFAULT_NAME,
    LOCAL,
    Client,
    clients,
    find_local,
    find_on_aws,
)

# The buckets' names are made of it, and have to fit into 63 characters.
NAME = re.compile(r"[a-z][a-z0-9-]{0,27}")


def deploy(env: Mapping[str, str], images: Path = IMAGES) -> int:
    """Create the stack or bring it up to date; DRY=1 only shows the changes."""
    name = env.get("STACK") or DEFAULT_NAME
    if name == LOCAL:
        stack = find_local(env)
        say(f"site    {stack.site_url}")
        return 0 if selftest(stack) else 1
    if not NAME.fullmatch(name):
        raise SettingsError(f"STACK={name} is not up to 28 of a-z, 0-9 and -")
    client = clients(env)
    if change(client, name, with_images(env, images)):
        stack = find_on_aws(name, client)
        say(f"site    {stack.site_url}")
        tell_of_mail(client, name)
        if not selftest(stack):
            raise FailedError("Chromium does not draw here: try CHROME_FLAGSET=multi")
    return 0


def change(client: Client, name: str, env: Mapping[str, str]) -> bool:
    """Make and execute a change set; False if it was only shown."""
    cloud, template = client("cloudformation"), PATH.read_text("utf-8")
    earlier = earlier_parameters(cloud, name)
    present = earlier is not None
    parameters = parameters_of(load(template)["Parameters"], env, present=present)
    refuse_images_elsewhere(parameters, cloud.meta.region_name)
    cloud.validate_template(TemplateBody=template)
    if not env.get("DOMAIN_NAME", (earlier or {}).get("DomainName")):
        refuse_blocked_account(client)
    say(f"{'updating' if present else 'creating'} {name} in {cloud.meta.region_name}")
    kind = "UPDATE" if present else "CREATE"
    identifier, changes = make_change_set(cloud, name, template, parameters, kind=kind)
    if identifier is None:
        say("nothing to change")
        return True
    show(changes)
    if is_on(env, "DRY"):
        cloud.delete_change_set(ChangeSetName=identifier, StackName=name)
        if not present:
            cloud.delete_stack(StackName=name)  # the empty one that the set hung on
        say("dry run: nothing is changed")
        return False
    if lost := losses(changes):
        confirm(env, f"this removes or replaces {', '.join(lost)}", name)
    cloud.execute_change_set(ChangeSetName=identifier, StackName=name)
    if not wait_for_stack(cloud, name):
        raise FailedError("the stack was rolled back: see the reasons above")
    return True


def earlier_parameters(cloud: Any, name: str) -> dict[str, str] | None:
    """Give the stack's parameters, None if there is no stack.

    Raises StackError if it cannot be updated.
    """
    try:
        [stack] = cloud.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    state = stack["StackStatus"]
    if state in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}:
        raise StackError(
            f"{name} is {state}, its first creation failed: `make destroy` first"
        )
    if state.endswith("IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
        raise StackError(f"{name} is {state}: wait until that has ended")
    if state == "REVIEW_IN_PROGRESS":
        return None
    found = {
        each["ParameterKey"]: each["ParameterValue"]
        for each in stack.get("Parameters", [])
    }
    # An update would remove everything that another template has made.
    if not {"CollectorImage", "CountUrl"} <= found.keys():
        raise StackError(f"{name} is a stack of something else: choose STACK=<name>")
    return found


def refuse_images_elsewhere(parameters: list[dict[str, Any]], region: str) -> None:
    """Fail early where Lambda could not pull: it wants its own region's ECR."""
    for each in parameters:
        name, value = each["ParameterKey"], each.get("ParameterValue", "")
        if name.endswith("Image") and value and f".ecr.{region}." not in value:
            variable = variable_of(name)
            raise SettingsError(
                f"{variable} is not in {region}: push it there, or set AWS_REGION"
            )


def refuse_blocked_account(client: Client) -> None:
    """Fail early where the account forbids every public bucket."""
    account = client("sts").get_caller_identity()["Account"]
    try:
        found = client("s3control").get_public_access_block(AccountId=account)
    except (ClientError, BotoCoreError):
        return  # none is set, or we cannot look
    block = found["PublicAccessBlockConfiguration"]
    if block.get("BlockPublicPolicy") or block.get("RestrictPublicBuckets"):
        raise StackError(
            "Block Public Access is on for the whole account, so the site could not "
            "be public: turn it off in S3's settings, or give DOMAIN_NAME"
        )


def tell_of_mail(client: Client, name: str) -> None:
    """Say so if nobody would get the alarms yet."""
    sns = client("sns")
    for page in sns.get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            if not topic["TopicArn"].endswith(f":{name}-alarms"):
                continue
            found = sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])
            arns = [each["SubscriptionArn"] for each in found["Subscriptions"]]
            if not any(arn.startswith("arn:") for arn in arns):
                say("mail    NOT CONFIRMED: follow the link in AWS's mail, or no alarm")
                say("        reaches you")
