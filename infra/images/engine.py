"""The program that builds and pushes: Docker if one answers, else buildah.

Both get the same Dockerfiles and the same context. They differ in how they are told
to make one plain manifest, the only kind that Lambda takes.
"""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from collector import __version__
from infra.environment import is_on
from infra.errors import ToolError
from infra.images.commit import ROOT
from infra.images.debian import ensure_base
from infra.images.network import choose_network_options
from infra.images.programs import read_output, require_programs, run_program

PLATFORM = "linux/amd64"
# What lists an image's packages: a line each of name, version and architecture.
PACKAGES = (
    *("dpkg-query", "--show", "--showformat"),
    "${Package} ${Version} ${Architecture}\\n",
)
CREDENTIALS = Path(".local") / "registry-auth.json"


class Engine(Protocol):
    """What the commands need of a program that builds images."""

    def build(self, dockerfile: Path, name: str) -> None:
        """Build an image from the project's folder."""

    def login(self, registry: str, username: str, password: str) -> None:
        """Log in to a registry, without the password in a command line."""

    def push(self, name: str, address: str) -> None:
        """Push a built image to an address with a tag."""

    def list_packages(self, address: str) -> str:
        """List the Debian packages of a pushed image, as PACKAGES says."""


class Docker:
    """Docker with BuildKit."""

    def build(self, dockerfile: Path, name: str) -> None:
        """Build without provenance and SBOM, which would make the manifest an index."""
        command = ["docker", "buildx", "build", "--load", "--platform", PLATFORM]
        command += ["--provenance=false", "--sbom=false"]
        if base := os.environ.get("BASE_IMAGE"):
            command.append(f"--build-arg=BASE_IMAGE={base}")
        command += [*_choose_options(), "-f", str(dockerfile), "-t", name]
        run_program([*command, str(ROOT)], f"docker build of {name}")

    def login(self, registry: str, username: str, password: str) -> None:
        """Log in; Docker keeps the credentials."""
        command = ["docker", "login", "--username", username, "--password-stdin"]
        read_output([*command, registry], f"the login to {registry}", stdin=password)

    def push(self, name: str, address: str) -> None:
        """Tag the image with its address and push that."""
        read_output(["docker", "tag", name, address], "docker tag")
        run_program(["docker", "push", "--quiet", address], f"the push to {address}")

    def list_packages(self, address: str) -> str:
        """Ask the image itself, which is fetched if it is not here."""
        program, *arguments = PACKAGES
        command = ["docker", "run", "--rm", "--network=none", "--entrypoint", program]
        return read_output([*command, address, *arguments], f"a look at {address}")


@dataclass
class Buildah:
    """buildah as root, without a daemon, containers or namespaces."""

    env: dict[str, str] = field(
        default_factory=lambda: {
            "BUILDAH_ISOLATION": "chroot",
            "STORAGE_DRIVER": os.environ.get("STORAGE_DRIVER") or "overlay",
        }
    )

    @cached_property
    def base(self) -> str:
        """Return the image to build on; made late, since that takes a minute."""
        fresh = is_on(os.environ, "FRESH")
        return os.environ.get("BASE_IMAGE") or ensure_base(self.env, fresh=fresh)

    def build(self, dockerfile: Path, name: str) -> None:
        """Build it on the base given by BASE_IMAGE, or on one made here."""
        command = ["buildah", "build", "--quiet", "--layers", "--force-rm"]
        command += ["--format", "docker", "--platform", PLATFORM]
        command.append(f"--build-arg=BASE_IMAGE={self.base}")
        command += [*_choose_options(), "-f", str(dockerfile), "-t", name]
        run_program([*command, str(ROOT)], f"buildah build of {name}", self.env)

    def login(self, registry: str, username: str, password: str) -> None:
        """Log in; the project keeps the credentials in a file of its own."""
        CREDENTIALS.parent.mkdir(exist_ok=True)
        command = ["buildah", "login", "--authfile", str(CREDENTIALS)]
        command += [*_choose_tls(registry), "--username", username, "--password-stdin"]
        what = f"the login to {registry}"
        read_output([*command, registry], what, self.env, stdin=password)

    def push(self, name: str, address: str) -> None:
        """Push one Docker manifest of version 2, with its layers well compressed."""
        command = [
            "buildah",
            "push",
            "--quiet",
            "--format",
            "v2s2",
            *_choose_tls(address),
        ]
        command += ["--compression-format", "gzip", "--compression-level", "9"]
        command += _choose_credentials()
        run_program(
            [*command, name, f"docker://{address}"], f"the push to {address}", self.env
        )

    def list_packages(self, address: str) -> str:
        """Ask the image itself, which is fetched if it is not here."""
        what = f"a look at {address}"
        command = ["buildah", "from", "--quiet", *_choose_tls(address)]
        command += [*_choose_credentials(), f"docker://{address}"]
        container = read_output(command, what, self.env)
        try:
            run = ["buildah", "run", container, "--", *PACKAGES]
            return read_output(run, what, self.env)
        finally:
            read_output(["buildah", "rm", container], what, self.env)


def _choose_options() -> list[str]:
    """Return the options that both engines understand."""
    scripts = sorted(path for path in (ROOT / "docker").rglob("*") if path.is_file())
    content = b"".join(path.read_bytes() for path in scripts)
    steps = f"--build-arg=STEPS={hashlib.sha256(content).hexdigest()[:16]}"
    version = f"--label=org.opencontainers.image.version={__version__}"
    cache = ["--no-cache"] if is_on(os.environ, "FRESH") else []
    return [steps, version, *cache, *choose_network_options(os.environ)]


def _choose_credentials() -> list[str]:
    return ["--authfile", str(CREDENTIALS)] if CREDENTIALS.is_file() else []


def _choose_tls(address: str) -> list[str]:
    return ["--tls-verify=false"] if is_loopback(address) else []


def is_loopback(address: str) -> bool:
    """Say whether a registry runs on this machine, where it speaks plain HTTP."""
    return address.startswith(("127.", "localhost"))


def find_engine() -> Engine:
    """Choose the engine; `ENGINE=docker` or `ENGINE=buildah` overrides the choice."""
    wanted = os.environ.get("ENGINE", "")
    if wanted not in ("", "docker", "buildah"):
        raise ToolError(f"ENGINE={wanted} is neither docker nor buildah")
    if wanted != "buildah" and _docker_answers():
        if not _succeeds("docker", "buildx", "version"):
            raise ToolError("docker has no buildx: install docker-buildx-plugin")
        return Docker()
    if wanted == "docker":
        raise ToolError("no docker answers here: start it, or use ENGINE=buildah")
    if os.geteuid():
        raise ToolError(
            "no docker answers here, and buildah needs root: run it as root"
        )
    require_programs("buildah")
    return Buildah()


def _docker_answers() -> bool:
    return shutil.which("docker") is not None and _succeeds("docker", "info")


def _succeeds(*command: str) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0
