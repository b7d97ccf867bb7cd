"""The stack that a command works on: the names of its parts, and clients to reach it.

The one-machine stack speaks the same APIs on loopback, so the commands are one code
for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.aws.stacks import Kind, find_deployed, refuse_foreign
from infra.errors import SettingsError, StackError
from infra.local.state import (
    FAILURES,
    FILE,
    describe_damage,
    find_data_folder,
    is_running,
    read_state,
)

LOCAL = "local"
DEFAULT_NAME = "nyanpass-count"
APPLICATION = Kind(
    frozenset({"CollectorImage", "CountUrl"}), "STACK", removal="`make destroy`"
)
CONFIG = Config(
    read_timeout=180,
    connect_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
)
# Of these a deploy was broken off: they hold nothing, or the data bucket alone.
UNFINISHED = ("REVIEW_IN_PROGRESS", "IMPORT_COMPLETE")
# An invocation sent twice runs twice; a look at the account's settings may fail.
ONCE = ("lambda", "s3control")
Client = Callable[[str], Any]


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


def make_clients(env: Mapping[str, str]) -> Client:
    """Return a function that makes the client of a service, once each.

    They follow the AWS variables of this environment; empty ones count as unset.
    """
    given = {name: value for name, value in env.items() if value}

    # One for all clients: each session reads the lists of regions and services anew.
    @cache
    def session() -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=given.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=given.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=given.get("AWS_SESSION_TOKEN"),
            region_name=given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION"),
            profile_name=given.get("AWS_PROFILE"),
        )

    @cache
    def client(service: str) -> Any:
        name = service.replace("-", "_").upper()
        own = given.get(f"AWS_ENDPOINT_URL_{name}")
        once = CONFIG.merge(Config(retries={"total_max_attempts": 1}))
        try:
            return session().client(  # type: ignore[call-overload]
                service,
                endpoint_url=own or given.get("AWS_ENDPOINT_URL"),
                config=once if service in ONCE else CONFIG,
            )
        except ValueError as error:
            raise SettingsError(
                f"AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_{name} is wrong: {error}"
            ) from None

    return client


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
            "or give the DATA= that it was started with"
        )
    state = read_state(path)
    try:
        stack = make_local(state)
    except (KeyError, ValueError) as error:
        raise StackError(describe_damage(path)) from error
    if not is_running(stack.pid):
        raise StackError(f"the stack (pid {stack.pid}) is gone: start `make run`")
    return stack


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
        time_zone=state["TIME_ZONE"],
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
    if deployed.state in UNFINISHED:
        raise StackError(f"{name} is {deployed.state}: run `make deploy` to finish it")
    refuse_foreign(cloud, deployed, APPLICATION)
    parameters = deployed.parameters
    account, region = deployed.arn.split(":")[4], cloud.meta.region_name
    return Stack(
        name=name,
        region=region,
        counter=parameters.get("Counter", "nyanpass"),
        data_bucket=f"{name}-data-{account}-{region}",
        site_bucket=f"{name}-site-{account}-{region}",
        collector=f"{name}-collector",
        renderer=f"{name}-renderer",
        failures=f"{name}-{FAILURES}",
        site_url=deployed.outputs.get("SiteUrl", "not known yet"),
        time_zone=parameters.get("TimeZone", "Asia/Tokyo"),
        client=client,
        has_dashboard=parameters.get("Dashboard") == "1",
    )


class Buckets(NamedTuple):
    """The names of a stack's two buckets."""

    data: str
    site: str


def name_buckets(client: Client, name: str) -> Buckets:
    """Return the names that a stack's buckets have on AWS, whether they are there."""
    account = client("sts").get_caller_identity()["Account"]
    ending = f"{account}-{client('cloudformation').meta.region_name}"
    return Buckets(f"{name}-data-{ending}", f"{name}-site-{ending}")


def find_bucket(client: Client, bucket: str) -> bool:
    """Say whether a bucket is there; raises StackError if it is not the account's."""
    owner = client("sts").get_caller_identity()["Account"]
    try:
        client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            return False
        if status == 403:
            raise StackError(
                f"the bucket {bucket} is not for this login: another account has the "
                "name, or s3:ListBucket is missing"
            ) from None
        raise
    return True
