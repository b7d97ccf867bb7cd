"""Debian trixie made from Debian's packages, where no registry can be asked for it.

It has the suite and the exclusions of the public debian:trixie-slim.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.images.programs import read_output, require_programs, run_program

NAME = "localhost/nyanpass-base:trixie-slim"
EXCLUDED = ("man", "doc", "locale", "info", "groff", "linda", "lintian", "cups")
CLEAN = (
    'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin '
    '"$1"/var/cache/apt/archives/*.deb "$1"/var/log/*'
)


def ensure_base(buildah: dict[str, str], *, fresh: bool) -> str:
    """Make the base image if it is missing or to be fresh; return its name."""
    names = read_output(
        ["buildah", "images", "--format", "{{.Name}}:{{.Tag}}"], "buildah", buildah
    )
    if fresh or NAME not in names.splitlines():
        require_programs("mmdebstrap")
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "slim.tar"
            run_program(make_command(archive), "mmdebstrap")
            _import_archive(archive, buildah)
    return NAME


def make_command(target: Path, options: Sequence[str] = ()) -> list[str]:
    """Return the command that makes it: an archive, or a folder without a suffix."""
    mirror = os.environ.get("DEBIAN_MIRROR") or "http://deb.debian.org/debian"
    security = os.environ.get("DEBIAN_SECURITY_MIRROR") or f"{mirror}-security"
    excludes = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in EXCLUDED]
    return [
        *("mmdebstrap", "--quiet", "--variant=minbase", "--architectures=amd64"),
        *excludes,
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        f"--customize-hook={CLEAN}",
        *options,
        *("trixie", str(target)),
        f"deb {mirror} trixie main",
        f"deb {mirror} trixie-updates main",
        f"deb {security} trixie-security main",
    ]


def _import_archive(archive: Path, buildah: dict[str, str]) -> None:
    container = read_output(["buildah", "from", "scratch"], "buildah from", buildah)
    try:
        for step in (
            ["add", "--quiet", container, str(archive), "/"],
            ["config", "--cmd", "bash", container],
            ["commit", "--quiet", container, NAME],
        ):
            read_output(["buildah", *step], f"buildah {step[0]}", buildah)
    finally:
        read_output(["buildah", "rm", container], "buildah rm", buildah)
