"""`make deploy`: check, show the changes, make them, and see that Chromium draws."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.change_sets import Plan
from infra.aws.stacks import bring_up, find_updatable
from infra.aws.template import PATH, load_template
from infra.console import say
from infra.environment import is_on
from infra.errors import FailedError, SettingsError, StackError
from infra.operate.parameters import add_images, choose_parameters, name_variable
from infra.operate.rebuild import selftest
from infra.operate.stack import (
    APPLICATION,
    DEFAULT_NAME,
    LOCAL,
    Client,
    find_bucket,
    find_local,
    find_on_aws,
    make_clients,
    name_buckets,
)

# The buckets' names begin with it and have at most 63 characters.
NAME = re.compile(r"[a-z][a-z0-9-]{0,27}")


def deploy(env: Mapping[str, str]) -> int:
    """Create the stack or bring it up to date; `DRY=1` only shows the changes."""
    name = env.get("STACK") or DEFAULT_NAME
    if name == LOCAL:
        stack = find_local(env)
        say(f"site    {stack.site_url}")
        return 0 if selftest(stack) else 1
    if not NAME.fullmatch(name):
        raise SettingsError(f"STACK={name} is not up to 28 of a-z, 0-9 and -")
    client = make_clients(env)
    if update_stack(client, name, add_images(env)):
        stack = find_on_aws(name, client)
        say(f"site    {stack.site_url}")
        remind_of_mail(client, name)
        if not selftest(stack):
            raise FailedError(
                "the stack is updated, but Chromium does not draw there: try "
                "CHROME_FLAGSET=multi, or go back to the images before"
            )
    return 0


def update_stack(client: Client, name: str, env: Mapping[str, str]) -> bool:
    """Bring the stack up to the template; False if the changes were only shown."""
    cloud, template = client("cloudformation"), PATH.read_text("utf-8")
    refuse_other_partitions(cloud.meta)
    dry = is_on(env, "DRY")
    deployed = find_updatable(cloud, name, APPLICATION, dry=dry)
    exists = deployed is not None
    earlier = deployed.parameters if deployed else {}
    parameters = choose_parameters(load_template(template)["Parameters"], env, earlier)
    refuse_images_elsewhere(parameters, cloud.meta.region_name)
    cloud.validate_template(TemplateBody=template)
    if needs_public_bucket({**earlier, **list_given(parameters)}):
        refuse_blocked_account(client)
    plan = Plan(name, template, exists, parameters)
    if not exists and has_readings(client, name):
        taken = take_over(client, plan, env, dry=dry)
        if dry:
            return taken
        plan = replace(plan, exists=True)
    return bring_up(cloud, plan, env, dry=dry)


def has_readings(client: Client, name: str) -> bool:
    """Say whether an earlier stack of this name has left its data bucket.

    Raises StackError where it has left the site's bucket too: that would be in the
    way, and all of it is derived.
    """
    buckets = name_buckets(client, name)
    if find_bucket(client, buckets.site):
        raise StackError(
            f"{buckets.site} is left of an earlier stack: `make destroy` first, which "
            "deletes it and keeps the readings"
        )
    return find_bucket(client, buckets.data)


def take_over(client: Client, plan: Plan, env: Mapping[str, str], *, dry: bool) -> bool:
    """Make a new stack of the data bucket that is there; an update adds the rest.

    CloudFormation imports by itself only what has its name written out, and imports
    only what needs nothing else of the stack.
    """
    template = load_template(plan.template)
    bucket = template["Resources"]["DataBucket"]
    alone = {
        **{name: value for name, value in bucket.items() if name != "DependsOn"},
        "Properties": {
            name: value
            for name, value in bucket["Properties"].items()
            if name != "NotificationConfiguration"
        },
    }
    imported = {
        "ResourceType": bucket["Type"],
        "LogicalResourceId": "DataBucket",
        "ResourceIdentifier": {"BucketName": name_buckets(client, plan.name).data},
    }
    body = {
        "Parameters": template["Parameters"],
        "Resources": {"DataBucket": alone},
    }
    first = replace(plan, template=json.dumps(body), imports=[imported])
    return bring_up(client("cloudformation"), first, env, dry=dry)


def refuse_other_partitions(meta: Any) -> None:
    """Refuse the regions of GovCloud, China and the sovereign clouds, by a client's.

    They lack parts of the template, or have other addresses.
    """
    if meta.partition != "aws":
        raise SettingsError(
            f"AWS_REGION={meta.region_name} is not a commercial region: choose one "
            "such as ap-northeast-1"
        )


def refuse_images_elsewhere(parameters: list[dict[str, Any]], region: str) -> None:
    """Refuse images of another region's ECR: Lambda could not pull them."""
    for name, value in list_given(parameters).items():
        if name.endswith("Image") and f".ecr.{region}." not in value:
            variable = name_variable(name)
            raise SettingsError(
                f"{variable} is not in {region}: push it there, or set AWS_REGION"
            )


def list_given(parameters: list[dict[str, Any]]) -> dict[str, str]:
    """Return name -> value of the parameters that do not stay as they are."""
    return {
        each["ParameterKey"]: each["ParameterValue"]
        for each in parameters
        if "ParameterValue" in each
    }


def needs_public_bucket(values: Mapping[str, str]) -> bool:
    """Say whether the site is the bucket's own website, by the values of parameters."""
    return values.get("Cdn") != "1" and not values.get("DomainName")


def refuse_blocked_account(client: Client) -> None:
    """Refuse an account that blocks every public bucket, as the site's would be."""
    account = client("sts").get_caller_identity()["Account"]
    try:
        found = client("s3control").get_public_access_block(AccountId=account)
    except (ClientError, BotoCoreError):
        return  # none is set, or we cannot look
    block = found["PublicAccessBlockConfiguration"]
    if block.get("BlockPublicPolicy") or block.get("RestrictPublicBuckets"):
        raise StackError(
            "Block Public Access is on for the whole account, so the site could not "
            "be public: give CDN=1, which needs no public bucket, or turn it off "
            "in S3's settings"
        )


def remind_of_mail(client: Client, name: str) -> None:
    """Say so if nobody has confirmed the address for alarms yet."""
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
