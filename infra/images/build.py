"""Build the images: `python -m infra.images.build`, or `make images`."""

import os
import sys
from pathlib import Path

from infra.environment import refuse_dry_run
from infra.errors import InfraError
from infra.images.commit import ROOT, read_commit
from infra.images.engine import Engine, find_engine

FUNCTIONS = ("collector", "renderer")


def name_image(function: str, tag: str) -> str:
    """Return an image's name on this machine.

    `name_image("renderer", "0123abc")` is `localhost/nyanpass-renderer:0123abc`.
    """
    return f"localhost/nyanpass-{function}:{tag}"


def dockerfile_of(function: str) -> Path:
    """Return the file that a function's image is built from."""
    return ROOT / "docker" / f"{function}.Dockerfile"


def build_images(engine: Engine, tag: str) -> dict[str, str]:
    """Build both images; return function -> name."""
    names = {function: name_image(function, tag) for function in FUNCTIONS}
    for function, name in names.items():
        print(f"building {name}", flush=True)
        engine.build(dockerfile_of(function), name)
    return names


def main() -> int:
    """Build both images of the tree as it is."""
    try:
        refuse_dry_run(os.environ)
        build_images(find_engine(), read_commit())
    except InfraError as error:
        print(f"make images: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
