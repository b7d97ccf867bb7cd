"""The image repositories on AWS: their stack, and the login to their registry."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.aws.clients import Client, refuse_other_partitions
from infra.aws.stacks import Kind, bring_up, find_updatable
from infra.images.build import FUNCTIONS
from infra.images.registry import Registry

TEMPLATE = Path(__file__).resolve().parents[1] / "aws" / "repositories.yaml"
REPOSITORIES = Kind(
    frozenset({"CollectorRepository", "RendererRepository"}),
    "IMAGES_STACK",
    removal="`make destroy IMAGES=1`",
)
# Not the application's stack: each would take the other for an earlier version.
IMAGES_STACK = "nyanpass-count-images"


@dataclass(frozen=True)
class Repositories:
    """A registry, and function -> repository in it."""

    registry: Registry
    names: dict[str, str]


def open_repositories(client: Client, stack: str) -> Repositories:
    """Create or update the repositories' stack, and log in."""
    refuse_other_partitions(client)
    names = ensure_stack(client("cloudformation"), stack)
    [answer] = client("ecr").get_authorization_token()["authorizationData"]
    token = base64.b64decode(answer["authorizationToken"]).decode()
    username, _, password = token.partition(":")
    host = answer["proxyEndpoint"].removeprefix("https://")
    return Repositories(Registry(host, username, password), names)


def ensure_stack(cloud: Any, name: str) -> dict[str, str]:
    """Bring the stack up to its template; return function -> repository."""
    found = find_updatable(cloud, name, REPOSITORIES)
    found.mend()
    bring_up(cloud, found.make_plan(name, TEMPLATE.read_text("utf-8")), os.environ)
    return name_repositories(name)


def name_stack(env: Mapping[str, str]) -> str:
    """Return the name of the repositories' stack."""
    return env.get("IMAGES_STACK") or IMAGES_STACK


def name_repositories(stack: str) -> dict[str, str]:
    """Return function -> repository, named after the stack as the template does it."""
    return {function: f"{stack}/{function}" for function in FUNCTIONS}
