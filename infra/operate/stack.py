"""The stack that a command works on: its names, and clients that lead to it.

The one-machine stack offers the same APIs on loopback, so that everything behind
this module is one code for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.aws.stacks import Kind, find_deployed, refuse_foreign
from infra.errors import StackError
from infra.local.state import FILE, find_data_folder, read_state

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
# A function that is sent twice runs twice; and a look that fails is left out.
ONCE = ("lambda", "s3control")
Client = Callable[[str], Any]


@dataclass(frozen=True)
class Stack:
    """Names of the parts of one stack.

    queues: what fails -> the name of the queue where it waits.
    folder: where the one-machine stack keeps its files, None on AWS.
    """

    name: str
    region: str
    counter: str
    data_bucket: str
    site_bucket: str
    collector: str
    renderer: str
    queues: dict[str, str]
    site_url: str
    client: Client = field(repr=False)
    folder: Path | None = None
    pid: int = 0

    @property
    def is_local(self) -> bool:
        """Say whether it runs on this machine."""
        return self.folder is not None


def make_clients(env: Mapping[str, str]) -> Client:
    """Give a maker of clients that follows this environment's AWS variables."""

    @cache
    def client(service: str) -> Any:
        name = service.replace("-", "_").upper()
        endpoint = env.get(f"AWS_ENDPOINT_URL_{name}") or env.get("AWS_ENDPOINT_URL")
        session = boto3.Session(
            aws_access_key_id=env.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=env.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=env.get("AWS_SESSION_TOKEN"),
            region_name=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION"),
            profile_name=env.get("AWS_PROFILE"),
        )
        once = CONFIG.merge(Config(retries={"total_max_attempts": 1}))
        return session.client(  # type: ignore[call-overload]
            service,
            endpoint_url=endpoint,
            config=once if service in ONCE else CONFIG,
        )

    return client


def find_stack(env: Mapping[str, str]) -> Stack:
    """Find the stack that STACK names; raises StackError if it is not there."""
    name = env.get("STACK") or DEFAULT_NAME
    return find_local(env) if name == LOCAL else find_on_aws(name, make_clients(env))


def find_local(env: Mapping[str, str]) -> Stack:
    """Find the stack that `make run` runs."""
    path = find_data_folder(env) / FILE
    if not path.is_file():
        raise StackError(f"no stack runs here ({path} is missing): start `make run`")
    state = read_state(path)
    return Stack(
        name=LOCAL,
        region=state["AWS_REGION"],
        counter=state["COUNTER"],
        data_bucket=state["DATA_BUCKET"],
        site_bucket=state["SITE_BUCKET"],
        collector="collector",
        renderer="renderer",
        queues=name_queues(""),
        site_url=f"{state['AWS_ENDPOINT_URL_S3']}/{state['SITE_BUCKET']}/index.html",
        client=make_clients(state),
        folder=Path(state["STACK_FOLDER"]),
        pid=int(state["STACK_PID"]),
    )


def find_on_aws(name: str, client: Client) -> Stack:
    """Find a stack in CloudFormation, and build its names as the template does."""
    cloud = client("cloudformation")
    deployed = find_deployed(cloud, name)
    if deployed is None:
        raise StackError(
            f"there is no stack {name} in {cloud.meta.region_name}: "
            "run `make deploy`, or choose STACK=<name>, STACK=local"
        )
    refuse_foreign(cloud, deployed, APPLICATION)
    parameters = deployed.parameters
    account, region = deployed.arn.split(":")[4], cloud.meta.region_name
    site = f"{name}-site-{account}-{region}"
    domain = parameters.get("DomainName")
    return Stack(
        name=name,
        region=region,
        counter=parameters.get("Counter", "nyanpass"),
        data_bucket=f"{name}-data-{account}-{region}",
        site_bucket=site,
        collector=f"{name}-collector",
        renderer=f"{name}-renderer",
        queues=name_queues(f"{name}-"),
        site_url=f"https://{domain}/" if domain else make_website_url(site, region),
        client=client,
    )


def name_queues(prefix: str) -> dict[str, str]:
    """Give the names of the queues."""
    whats = ("collector", "renderer", "schedule")
    return {what: f"{prefix}{what}-failures" for what in whats}


def make_website_url(bucket: str, region: str) -> str:
    """Give the address of a bucket's website, with the region's own separator."""
    # https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints
    dashed = (
        *("us-east-1", "us-west-1", "us-west-2", "ap-southeast-1", "ap-southeast-2"),
        *("ap-northeast-1", "eu-west-1", "sa-east-1", "us-gov-west-1"),
    )
    separator = "-" if region in dashed else "."
    return f"http://{bucket}.s3-website{separator}{region}.amazonaws.com/"
