"""Build and push both images: `python -m infra.images.push`, or `make push-images`.

They go to `REGISTRY=host[/path]`, or else to ECR, into the repositories of the stack
that IMAGES_STACK names, of which each then keeps KEEP_IMAGES. Their digests are left
for `make deploy`.
"""

import os
import re
import sys
from collections.abc import Mapping

from infra.aws.clients import make_clients
from infra.commands import run_command
from infra.environment import keep_loopback_direct, refuse_dry_run
from infra.errors import RegistryError, SettingsError
from infra.images.build import FUNCTIONS, build_images
from infra.images.commit import read_clean_commit
from infra.images.describe import push_sboms
from infra.images.digests import FILE, write_digests
from infra.images.ecr import Repositories, name_stack, open_repositories
from infra.images.engine import Engine, find_engine
from infra.images.prune import prune_images, read_keep
from infra.images.registry import Pushed, Registry

PROJECT = "nyanpass-count"
LABEL, WORD = "[A-Za-z0-9-]{1,63}", "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*"
# https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
ADDRESS = re.compile(
    rf"({LABEL}(\.{LABEL})*|\[[0-9a-fA-F:]+\])(:[0-9]{{1,5}})?(/{WORD})*/?"
)


def open_registry(env: Mapping[str, str]) -> Repositories:
    """Open the registry that REGISTRY names, or else the AWS account's."""
    if address := env.get("REGISTRY"):
        if not ADDRESS.fullmatch(address):
            # It is not shown: a name and a password may be in it.
            raise SettingsError(
                "REGISTRY is not host[:port][/path], as registry.example.org/counts"
            )
        host, _, path = address.partition("/")
        path = path.rstrip("/") or PROJECT
        registry = Registry(
            host, env.get("REGISTRY_USERNAME", ""), env.get("REGISTRY_PASSWORD", "")
        )
        registry.require_access()
        return Repositories(registry, {name: f"{path}/{name}" for name in FUNCTIONS})
    return open_repositories(make_clients(env), name_stack(env))


def push_images(engine: Engine, target: Repositories, commit: str) -> dict[str, Pushed]:
    """Push what the registry lacks; return function -> its image there.

    An image that is there under the commit was built from it, so it stays.
    """
    registry = target.registry
    found = {name: registry.find(target.names[name], commit) for name in FUNCTIONS}
    if not all(found.values()):
        for function, name in build_images(engine, commit).items():
            if found[function] is None:
                address = f"{registry.host}/{target.names[function]}:{commit}"
                engine.push(name, address)
                found[function] = registry.find(target.names[function], commit)
    images = {}
    for function, pushed in found.items():
        if pushed is None:
            raise RegistryError(f"{registry.host} lost the {function}'s image")
        images[function] = pushed
    return images


def name_addresses(
    target: Repositories, images: Mapping[str, Pushed]
) -> dict[str, str]:
    """Return function -> address with digest, and print each with its size."""
    addresses = {}
    for function, image in images.items():
        size_mb = sum(image.layer_bytes) / 1e6
        repository = f"{target.registry.host}/{target.names[function]}"
        addresses[function] = f"{repository}@{image.digest}"
        print(f"{function}: {size_mb:.1f} MB compressed, {addresses[function]}")
    return addresses


def main() -> int:
    """Push both images of a tree that is as it was committed."""
    keep_loopback_direct(os.environ)
    return run_command("push-images", push, "REGISTRY=host for another registry")


def push() -> int:
    """Check what is given, and push."""
    refuse_dry_run(os.environ)
    commit = read_clean_commit()
    keep = read_keep(os.environ)
    push_all(find_engine(), open_registry(os.environ), commit, keep)
    return 0


def push_all(engine: Engine, target: Repositories, commit: str, keep: int) -> None:
    """Push the images, write their digests down, and see to what is beside them."""
    registry = target.registry
    if registry.username:
        engine.login(registry.host, registry.username, registry.password)
    images = push_images(engine, target, commit)
    addresses = name_addresses(target, images)
    write_digests(commit, addresses)
    print(f"the digests are in {FILE}")
    push_sboms(engine, target, commit, images)
    if not os.environ.get("REGISTRY"):
        client = make_clients(os.environ)
        ecr, functions = client("ecr"), client("lambda")
        prune_images(ecr, functions, target, addresses.values(), keep)


if __name__ == "__main__":
    sys.exit(main())
