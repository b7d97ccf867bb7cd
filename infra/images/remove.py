"""`make destroy IMAGES=1`: remove the images' stack with all that was pushed to it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from infra.aws.stacks import (
    find_deployed,
    refuse_foreign,
    refuse_undeletable,
    take_down,
)
from infra.console import confirm, say
from infra.environment import is_on
from infra.errors import SettingsError, StackError
from infra.images.digests import forget_digests
from infra.images.ecr import REPOSITORIES, name_repositories, name_stack
from infra.images.running import find_running
from infra.images.stored import find_addresses


def remove_images(client: Callable[[str], Any], env: Mapping[str, str]) -> int:
    """Ask, and delete the stack with every image.

    client: makes the client of an AWS service. Raises StackError while a function runs
    one of the images, and where the stack is not there or not ours.
    """
    if is_on(env, "WITH_DATA"):
        raise SettingsError("IMAGES=1 removes images only: give WITH_DATA=1 without it")
    name, cloud, ecr = name_stack(env), client("cloudformation"), client("ecr")
    refuse_missing(cloud, name)
    addresses = find_addresses(ecr, name_repositories(name).values())
    refuse_running(client("lambda"), addresses.values())
    confirm(env, f"this deletes the stack {name} with every image in it", name)
    take_down(cloud, name)
    forget_digests(addresses.values())
    return 0


def refuse_missing(cloud: Any, name: str) -> None:
    """Raise StackError unless there is a stack of repositories that may be deleted."""
    deployed = find_deployed(cloud, name)
    if deployed is None:
        raise StackError(
            f"there is no stack {name} in {cloud.meta.region_name}; "
            "IMAGES_STACK=<name> chooses another"
        )
    # A stack in review is empty, and so has nothing to be known by.
    if deployed.state != "REVIEW_IN_PROGRESS":
        refuse_foreign(cloud, deployed, REPOSITORIES)
    refuse_undeletable(deployed)


def refuse_running(functions: Any, addresses: Collection[str]) -> None:
    """Raise StackError if a function runs an image of one of the repositories.

    addresses: the repositories', with the registry's host.
    """
    starts = tuple(f"{each}{mark}" for each in addresses for mark in "@:")
    users = {
        user
        for image, user in find_running(functions).items()
        if image.startswith(starts)
    }
    if users:
        raise StackError(
            f"images of it are run by {', '.join(sorted(users))}: delete the stack of "
            "these functions first (`make destroy`), or deploy it with other images"
        )


def mention_images(cloud: Any, env: Mapping[str, str]) -> None:
    """Say that the images stay, if there are any, and how to remove them."""
    name = name_stack(env)
    if find_deployed(cloud, name) is not None:
        say(f"the images stay in {name}: `make destroy IMAGES=1` deletes them")
