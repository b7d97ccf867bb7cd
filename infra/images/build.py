"""Build the images: `python -m infra.images.build [IMAGE...]`, or `make images`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.commands import run_command
from infra.environment import refuse_dry_run
from infra.images.commit import ROOT, read_commit
from infra.images.engine import Engine, find_engine

FUNCTIONS = ("collector", "renderer")
# The last is the whole one-machine stack, which is never pushed.
IMAGES = (*FUNCTIONS, "standalone")


def name_image(image: str, tag: str) -> str:
    """Return an image's name on this machine.

    `name_image("renderer", "0123abc")` is `localhost/nyanpass-renderer:0123abc`.
    """
    return f"localhost/nyanpass-{image}:{tag}"


def find_dockerfile(image: str) -> Path:
    """Return the file that an image is built from."""
    return ROOT / "docker" / f"{image}.Dockerfile"


def build_images(
    engine: Engine, tag: str, images: Sequence[str] = FUNCTIONS
) -> dict[str, str]:
    """Build images, the functions' unless others are named; return image -> name."""
    names = {image: name_image(image, tag) for image in images}
    for image, name in names.items():
        print(f"building {name}", flush=True)
        engine.build(find_dockerfile(image), name)
    return names


def main(images: Sequence[str]) -> int:
    """Build these images of the tree as it is, or all."""
    return run_command("images", lambda: build(images))


def build(images: Sequence[str]) -> int:
    """Check what is given, and build."""
    refuse_dry_run(os.environ)
    build_images(find_engine(), read_commit(), images or IMAGES)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
