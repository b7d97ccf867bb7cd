"""An image as a folder, and what its configuration says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.images.engine import Buildah
from infra.images.programs import read_output


@dataclass(frozen=True)
class Rootfs:
    """A mounted image: its folder, environment, command and working directory."""

    path: Path
    env: dict[str, str]
    command: list[str]
    folder: str


@contextmanager
def mounted(name: str) -> Iterator[Rootfs]:
    """Mount an image for as long as the block lasts."""
    env = Buildah().env
    inspected = read_output(["buildah", "inspect", "--type", "image", name], name, env)
    config = json.loads(inspected)["OCIv1"]["config"]
    container = read_output(["buildah", "from", "--pull-never", name], name, env)
    try:
        path = Path(read_output(["buildah", "mount", container], "buildah mount", env))
        yield Rootfs(
            path,
            dict(line.split("=", 1) for line in config["Env"]),
            config.get("Entrypoint", []) + config.get("Cmd", []),
            config.get("WorkingDir") or "/",
        )
    finally:
        read_output(["buildah", "rm", container], "buildah rm", env)
