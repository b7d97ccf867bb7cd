"""The repositories on AWS: their stack, and the login that a registry understands."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    WaiterError,
)

from infra.errors import RegistryError
from infra.images.registry import Registry

if TYPE_CHECKING:
    import boto3

TEMPLATE = Path(__file__).resolve().parents[1] / "aws" / "repositories.yaml"


@dataclass(frozen=True)
class Repositories:
    """The registry of an AWS account, and function -> repository in it."""

    registry: Registry
    names: dict[str, str]


def open_repositories(session: "boto3.Session", stack: str) -> Repositories:
    """Create or update the stack, and log in."""
    try:
        uris = ensure_stack(session.client("cloudformation"), stack)
        [answer] = session.client("ecr").get_authorization_token()["authorizationData"]
    except (NoCredentialsError, NoRegionError) as error:
        raise RegistryError(
            f"not logged in to AWS ({error}): set AWS_PROFILE or log in, "
            "or use REGISTRY=host for another registry"
        ) from None
    except (ClientError, WaiterError, BotoCoreError) as error:
        raise RegistryError(f"AWS refuses: {error}") from None
    token = base64.b64decode(answer["authorizationToken"]).decode()
    username, _, password = token.partition(":")
    names = {name.lower(): uri.partition("/")[2] for name, uri in uris.items()}
    host = next(iter(uris.values())).partition("/")[0]
    return Repositories(Registry(host, username, password), names)


def ensure_stack(client: Any, stack: str) -> dict[str, str]:
    """Bring the stack up to the template; return its outputs."""
    template = TEMPLATE.read_text("utf-8")
    try:
        [there] = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        print(f"creating the stack {stack}", flush=True)
        client.create_stack(StackName=stack, TemplateBody=template)
        client.get_waiter("stack_create_complete").wait(StackName=stack)
    else:
        # An update would remove everything that another template has made.
        if f"Description: {there.get('Description')}\n" not in template:
            raise RegistryError(
                f"{stack} is a stack of something else: choose IMAGES_STACK=<name>"
            )
        update_stack(client, stack, template)
    [found] = client.describe_stacks(StackName=stack)["Stacks"]
    return {item["OutputKey"]: item["OutputValue"] for item in found["Outputs"]}


def update_stack(client: Any, stack: str, template: str) -> None:
    """Update the stack unless it is as the template says."""
    try:
        client.update_stack(StackName=stack, TemplateBody=template)
    except ClientError as error:
        if "No updates" not in str(error):
            raise
        return
    client.get_waiter("stack_update_complete").wait(StackName=stack)
