"""A bounded number of images: ECR bills what is stored, and each push adds to it."""

from collections.abc import Collection, Mapping, Sequence, Set
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.console import say, tell_number, tidy_line
from infra.environment import read_whole
from infra.errors import RegistryError
from infra.images.ecr import Repositories
from infra.images.running import find_running
from infra.images.stored import Stored, delete_images, list_images

# An older commit is built again when it is wanted, so few are enough.
KEEP = 5


def read_keep(env: Mapping[str, str]) -> int:
    """Read how many images each repository keeps; raises SettingsError."""
    return read_whole(env, "KEEP_IMAGES", KEEP, 1, 1000)


def prune_images(
    ecr: Any, functions: Any, target: Repositories, pushed: Collection[str], keep: int
) -> None:
    """Delete all but the newest, what a function runs, and what was just pushed.

    functions: Lambda's client. pushed: addresses, from which the next deploy takes its
    images, however old they are. Prints one line, also where AWS does not tell what
    runs, or lets nothing be deleted: the images are pushed anyway.
    """
    deleted = 0
    try:
        spared = {*pushed, *find_running(functions)}
        for repository in target.names.values():
            address = f"{target.registry.host}/{repository}"
            old = choose_old(list_images(ecr, repository), address, spared, keep)
            delete_images(ecr, repository, old)
            deleted += len(old)
    except (ClientError, BotoCoreError, RegistryError) as error:
        problem = tidy_line(str(error))
        say(f"{tell_number(deleted, 'old image')} deleted, the others stay: {problem}")
        return
    gone = tell_number(deleted, "old image")
    say(f"{gone} deleted; of each function {keep} stay, and what runs")


def choose_old(
    images: Sequence[Stored], address: str, spared: Set[str], keep: int
) -> list[Stored]:
    """Return what may go: not one of the newest `keep`, and by no address spared.

    images: the newest first. address: of their repository, with the registry's host.
    """
    return [
        image
        for image in images[keep:]
        if spared.isdisjoint(image.name_addresses(address))
    ]
