"""The stack that a command works on: the names of its parts, and clients to reach it.

The one-machine stack speaks the same APIs on loopback, so the commands are one code
for both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from infra.aws.clients import Client, make_clients
from infra.aws.stacks import Deployed, Kind, find_deployed, refuse_foreign
from infra.errors import SettingsError, StackError
from infra.local.disk import find_lack
from infra.local.state import (
    FAILURES,
    FILE,
    describe_damage,
    find_data_folder,
    is_running,
    read_state,
)
from renderer.bucket import read_status

LOCAL = "local"
DEFAULT_NAME = "nyanpass-count"
APPLICATION = Kind(
    frozenset({"CollectorImage", "CountUrl"}), "STACK", removal="`make destroy`"
)
# Of these a deploy was broken off: they hold nothing, or the data bucket alone.
UNFINISHED = ("REVIEW_IN_PROGRESS", "IMPORT_COMPLETE", "ROLLBACK_COMPLETE")
# The buckets' names begin with it and have at most 63 characters.
NAME = re.compile(r"[a-z][a-z0-9-]{0,27}")


@dataclass(frozen=True)
class Stack:
    """A stack by the names of its parts.

    failures: the name of the queue where failed events wait.
    time_zone: the name of the zone of the site's days.
    folder, pid: where the one-machine stack keeps its files, and its process; None
    and 0 on AWS.
    """

    name: str
    region: str
    counter: str
    data_bucket: str
    site_bucket: str
    collector: str
    renderer: str
    failures: str
    site_url: str
    time_zone: str
    client: Client = field(repr=False)
    has_dashboard: bool = False
    folder: Path | None = None
    pid: int = 0

    @property
    def is_local(self) -> bool:
        """Say whether this is the one-machine stack."""
        return self.folder is not None


def check_name(name: str) -> None:
    """Raise SettingsError for what cannot be the name of a stack of ours on AWS."""
    if not NAME.fullmatch(name):
        raise SettingsError(f"STACK={name} is not up to 28 of a-z, 0-9 and -")


def find_stack(env: Mapping[str, str]) -> Stack:
    """Find the stack that `STACK` names; raises StackError if it is not there."""
    name = env.get("STACK") or DEFAULT_NAME
    return find_local(env) if name == LOCAL else find_on_aws(name, make_clients(env))


def find_local(env: Mapping[str, str]) -> Stack:
    """Find the stack that `make run` runs; raises StackError if none runs."""
    path = find_data_folder(env) / FILE
    if not path.is_file():
        raise StackError(
            f"no stack runs here ({path} is missing): start `make run`, "
            "give the DATA= that it was started with, or STACK= of a stack on AWS"
        )
    state = read_state(path)
    try:
        stack = make_local(state)
    except (KeyError, ValueError) as error:
        raise StackError(describe_damage(path)) from error
    if not is_running(stack.pid):
        raise StackError(f"the stack (pid {stack.pid}) is gone: start `make run`")
    return stack


def refuse_full_disk(stack: Stack) -> None:
    """Raise StackError if the machine of a one-machine stack has no room to write."""
    lack = find_lack(stack.folder) if stack.folder else None
    if lack:
        raise StackError(f"{lack}: make some, and run it again")


def make_local(state: Mapping[str, str]) -> Stack:
    """Return the stack that a running one has written down."""
    return Stack(
        name=LOCAL,
        region=state["AWS_REGION"],
        counter=state["COUNTER"],
        data_bucket=state["DATA_BUCKET"],
        site_bucket=state["SITE_BUCKET"],
        collector="collector",
        renderer="renderer",
        failures=FAILURES,
        site_url=state["SITE_URL"],
        time_zone=ZoneInfo(state["TIME_ZONE"]).key,
        client=make_clients(state),
        folder=Path(state["STACK_FOLDER"]),
        pid=int(state["STACK_PID"]),
    )


def find_on_aws(name: str, client: Client) -> Stack:
    """Find a stack on AWS; its parts are named as the template names them.

    Raises StackError if it is not there, or is not ours.
    """
    cloud = client("cloudformation")
    deployed = find_deployed(cloud, name)
    if deployed is None:
        raise StackError(
            f"there is no stack {name} in {cloud.meta.region_name}: "
            "run `make deploy`, or choose STACK=<name>, STACK=local"
        )
    refuse_unfinished(cloud, deployed)
    refuse_foreign(cloud, deployed, APPLICATION)
    parameters = deployed.parameters
    account, region = deployed.arn.split(":")[4], cloud.meta.region_name
    buckets = format_buckets(name, account, region)
    return Stack(
        name=name,
        region=region,
        counter=parameters.get("Counter", "nyanpass"),
        data_bucket=buckets.data,
        site_bucket=buckets.site,
        collector=f"{name}-collector",
        renderer=f"{name}-renderer",
        failures=f"{name}-{FAILURES}",
        site_url=deployed.outputs.get("SiteUrl", "not known yet"),
        time_zone=parameters.get("TimeZone", "Asia/Tokyo"),
        client=client,
        has_dashboard=parameters.get("Dashboard") == "1",
    )


def refuse_unfinished(cloud: Any, deployed: Deployed) -> None:
    """Raise StackError for a stack that holds nothing, or the data bucket alone."""
    name, state = deployed.name, deployed.state
    if state not in UNFINISHED and "SiteUrl" not in deployed.outputs:
        found = cloud.describe_stack_resources(StackName=name)["StackResources"]
        names = {each.get("LogicalResourceId") for each in found}
        if not names <= {"DataBucket"}:
            return
    elif state not in UNFINISHED:
        return
    raise StackError(f"{name} is {state}: run `make deploy` to finish it")


class Buckets(NamedTuple):
    """The names of a stack's two buckets."""

    data: str
    site: str


def name_buckets(client: Client, name: str) -> Buckets:
    """Return the names that a stack's buckets have on AWS, if they are there."""
    account = client("sts").get_caller_identity()["Account"]
    return format_buckets(name, account, client("cloudformation").meta.region_name)


def format_buckets(name: str, account: str, region: str) -> Buckets:
    """Return the names of a stack's buckets, as the template builds them.

    `format_buckets("a", "123", "eu-west-1").data` is `a-data-123-eu-west-1`.
    """
    return Buckets(*(f"{name}-{kind}-{account}-{region}" for kind in Buckets._fields))


def find_bucket(client: Client, bucket: str) -> bool:
    """Say whether a bucket is there; raises StackError if it is not the account's."""
    owner = client("sts").get_caller_identity()["Account"]
    try:
        client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
    except ClientError as error:
        status = read_status(error)
        if status == 404:
            return False
        if status == 403:
            raise StackError(
                f"the bucket {bucket} is not for this login: another account has the "
                "name, or s3:ListBucket is missing"
            ) from None
        raise
    return True
