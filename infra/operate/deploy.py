"""`make deploy`: check, show the changes, make them, and see that Chromium draws."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from collector.reading import floor_hour, format_utc
from infra.aws.change_sets import Plan
from infra.aws.clients import Client, make_clients, refuse_other_partitions
from infra.aws.stacks import COMPLETE, bring_up, find_deployed, find_updatable
from infra.aws.template import PATH, load_template
from infra.console import say
from infra.environment import is_on, refuse_source_as_link
from infra.errors import FailedError, SettingsError, StackError
from infra.images.build import FUNCTIONS
from infra.images.digests import read_digests, write_digests
from infra.images.ecr import name_stack
from infra.operate.checks import check_values, confirm_counter
from infra.operate.parameters import add_images, choose_parameters
from infra.operate.selftest import selftest
from infra.operate.stack import (
    APPLICATION,
    DEFAULT_NAME,
    LOCAL,
    check_name,
    find_bucket,
    find_local,
    find_on_aws,
    name_buckets,
)

# In these states a stack holds nothing, and a deploy makes it anew.
EMPTY = (
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "DELETE_COMPLETE",
)


def deploy(env: Mapping[str, str]) -> int:
    """Create the stack or bring it up to date; `DRY=1` only shows the changes."""
    name = env.get("STACK") or DEFAULT_NAME
    if name == LOCAL:
        stack = find_local(env)
        say(f"site    {stack.site_url}")
        selftest(stack)
        return 0
    check_name(name)
    if name == name_stack(env):
        raise SettingsError(f"STACK={name} is the stack of the images: choose another")
    client, dry = make_clients(env), is_on(env, "DRY")
    values = update_stack(client, name, add_images(env), dry=dry)
    if not dry:
        stack = find_on_aws(name, client)
        say(f"site    {stack.site_url}")
        tell_addresses(client("cloudformation"), name)
        remind_of_mail(client, name)
        due = find_next_run(values["Schedule"], datetime.now(UTC))
        say(f"the next reading is due at {format_utc(due)}")
        try:
            selftest(stack)
        except (FailedError, ClientError, BotoCoreError) as error:
            raise FailedError(f"the stack is updated, but {error}") from None
    return 0


def tell_addresses(cloud: Any, name: str) -> None:
    """Print the addresses that only some stacks have."""
    deployed = find_deployed(cloud, name)
    outputs = deployed.outputs if deployed else {}
    if "DistributionDomain" in outputs:
        say(f"domain  its record has to lead to {outputs['DistributionDomain']}")
    if "DashboardUrl" in outputs:
        say(f"charts  {outputs['DashboardUrl']}")


def find_next_run(schedule: str, now: datetime) -> datetime:
    """Return when an hourly schedule, such as `cron(5 * * * ? *)`, runs next."""
    minute = int(schedule.removeprefix("cron(").split()[0])
    due = floor_hour(now) + timedelta(minutes=minute)
    return due if due > now else due + timedelta(hours=1)


def update_stack(
    client: Client, name: str, env: Mapping[str, str], *, dry: bool
) -> dict[str, str]:
    """Bring the stack up to the template; return its parameters' values.

    dry: only show the changes.
    """
    cloud, text = client("cloudformation"), PATH.read_text("utf-8")
    refuse_other_partitions(client)
    found = find_updatable(cloud, name, APPLICATION, dry=dry)
    earlier = found.deployed.parameters if found.deployed else {}
    refuse_source(client, name, env, earlier)
    if found.deployed is not None:
        refuse_missing_buckets(client, name)
    definitions = load_template(text)["Parameters"]
    parameters = choose_parameters(definitions, env, earlier)
    values = list_values(definitions, earlier, parameters)
    check_values(client, values)
    cloud.validate_template(TemplateBody=text)
    data = name_buckets(client, name).data
    is_kept = find_bucket(client, data)
    if is_kept and not dry:
        confirm_counter(client, data, values["Counter"], env, name)
    if found.deployed is None:
        refuse_leftover(client, name)
    found.mend()
    plan = found.make_plan(name, text, parameters)
    if is_kept and found.deployed is None:
        take_over(cloud, plan, data, env, dry=dry)
        if dry:
            say("an update would then add the rest, as to a new stack")
            return values
        plan = replace(plan, exists=True)
    bring_up(cloud, plan, env, dry=dry)
    if not dry:
        keep_images(values)
        if is_kept and found.deployed is None:
            say("`make rebuild` shows the kept history at once")
    return values


def refuse_source(
    client: Client, name: str, env: Mapping[str, str], earlier: Mapping[str, str]
) -> None:
    """Raise SettingsError where the page would name the address, given or kept."""
    links = {
        "HOME_URL": env.get("HOME_URL", earlier.get("HomeUrl", "")),
        "CODE_URL": env.get("CODE_URL", earlier.get("CodeUrl", "")),
    }
    source = env.get("COUNT_URL") or ""
    if not source and earlier and any(links.values()):
        source = find_source(client, name)
    refuse_source_as_link({**links, "COUNT_URL": source})


def find_source(client: Client, name: str) -> str:
    """Return the COUNT_URL of a stack, empty if it has no collector yet.

    CloudFormation, which has it as well, does not show it.
    """
    functions = client("lambda")
    try:
        found = functions.get_function(FunctionName=f"{name}-collector")
    except functions.exceptions.ResourceNotFoundException:
        return ""
    return str(found["Configuration"]["Environment"]["Variables"]["COUNT_URL"])


def refuse_missing_buckets(client: Client, name: str) -> None:
    """Raise StackError where a bucket was deleted without CloudFormation's knowledge.

    It would find nothing to change.
    """
    cloud = client("cloudformation")
    for each in cloud.describe_stack_resources(StackName=name)["StackResources"]:
        bucket = each.get("PhysicalResourceId")
        if (
            each.get("ResourceType") == "AWS::S3::Bucket"
            and each.get("ResourceStatus") in COMPLETE
            and not find_bucket(client, bucket)
        ):
            raise StackError(
                f"{bucket} is gone, which {name} needs: `make destroy`, then "
                "`make deploy`, makes it anew"
            )


def keep_images(values: Mapping[str, str]) -> None:
    """Have the next deploy take the same images, unless others are pushed meanwhile.

    After going back to earlier ones it would else take those pushed last again.
    """
    pushed = read_digests()
    deployed = {name: values[f"{name.title()}Image"] for name in FUNCTIONS}
    if pushed and deployed != {name: pushed.get(name) for name in FUNCTIONS}:
        write_digests("deployed", deployed)


def refuse_leftover(client: Client, name: str) -> None:
    """Raise StackError where the bucket of a site is there before its stack is.

    An earlier stack has left it, and all of it is derived; or another deploy of this
    one has just begun.
    """
    bucket = name_buckets(client, name).site
    if not find_bucket(client, bucket):
        return
    deployed = find_deployed(client("cloudformation"), name)
    if deployed is not None and deployed.state not in EMPTY:
        raise StackError(
            f"{name} is {deployed.state}: another deploy has begun it; wait until that "
            "has ended"
        )
    raise StackError(
        f"{bucket} is left of an earlier stack: `make destroy` first, which deletes "
        "it and keeps the readings"
    )


def take_over(
    cloud: Any, plan: Plan, bucket: str, env: Mapping[str, str], *, dry: bool
) -> None:
    """Make a new stack of the data bucket that is there; an update adds the rest.

    CloudFormation imports by itself only what has its name written out, and imports
    only what needs nothing else of the stack.
    """
    template = load_template(plan.template)
    resource = template["Resources"]["DataBucket"]
    alone = {
        **{name: value for name, value in resource.items() if name != "DependsOn"},
        "Properties": {
            name: value
            for name, value in resource["Properties"].items()
            if name != "NotificationConfiguration"
        },
    }
    imported = {
        "ResourceType": resource["Type"],
        "LogicalResourceId": "DataBucket",
        "ResourceIdentifier": {"BucketName": bucket},
    }
    body = {
        "Parameters": template["Parameters"],
        "Resources": {"DataBucket": alone},
    }
    first = replace(plan, template=json.dumps(body), imports=[imported])
    bring_up(cloud, first, env, dry=dry)


def list_values(
    definitions: Mapping[str, Mapping[str, Any]],
    earlier: Mapping[str, str],
    parameters: Iterable[Mapping[str, Any]],
) -> dict[str, str]:
    """Return name -> value of all parameters, as the stack is to have them.

    What is not given stays as it was, or is the template's default.
    """
    defaults = {
        name: str(definition["Default"])
        for name, definition in definitions.items()
        if "Default" in definition
    }
    given = {
        each["ParameterKey"]: each["ParameterValue"]
        for each in parameters
        if "ParameterValue" in each
    }
    return {**defaults, **earlier, **given}


def remind_of_mail(client: Client, name: str) -> None:
    """Say so if nobody has confirmed the address for alarms yet."""
    try:
        confirmed = find_confirmed(client("sns"), name)
    except (ClientError, BotoCoreError) as error:
        say(f"mail    not known whether it is confirmed: {error}")
        return
    if not confirmed:
        say("mail    NOT CONFIRMED: follow the link in AWS's mail, or no alarm")
        say("        reaches you")


def find_confirmed(sns: Any, name: str) -> bool:
    """Say whether somebody has confirmed to get the alarms of a stack."""
    for page in sns.get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            if topic["TopicArn"].endswith(f":{name}-alarms"):
                found = sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])
                arns = [each["SubscriptionArn"] for each in found["Subscriptions"]]
                return any(arn.startswith("arn:") for arn in arns)
    return False
