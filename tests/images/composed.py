"""compose.yaml on a real Docker, as a user runs it, but for what this network demands.

What a test changes is in a second file, as compose merges them.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.images.commit import ROOT
from infra.images.debian import NAME
from infra.images.network import PROXIES, find_secrets
from tests.aws.docker_engine import DockerEngine

SERVICE, PORT = "counter", 8333
# Room for the sample's site some times over, and soon full.
DISK_MB = 200
PLAIN = {"BUILDKIT_PROGRESS": "plain"}


@dataclass(frozen=True)
class Composed:
    """The compose project in an engine's world; its volume is a small disk there."""

    engine: DockerEngine
    override: Path

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> str:
        """Run `docker compose` and return what it printed; it has to succeed."""
        done = self.try_to(*arguments, env=env, stdin=stdin)
        assert done.returncode == 0, f"{arguments}: {done.stdout}"
        return done.stdout

    def try_to(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run `docker compose` from the project's folder, whatever comes of it."""
        files = (ROOT / "compose.yaml", self.override)
        compose = ["docker", "compose", *(f"--file={file}" for file in files)]
        return subprocess.run(
            [*compose, *arguments],
            env={**os.environ, **self.engine.env, **PLAIN, **(env or {})},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            input=stdin or "",
            text=True,
            check=False,
        )

    def execute(self, *command: str) -> str:
        """Run a program in the running container; return what it printed."""
        return self.run("exec", "--no-TTY", SERVICE, *command)

    def inspect(self) -> dict[str, Any]:
        """Return what Docker knows of the container."""
        container = self.run("ps", "--all", "--quiet", SERVICE).strip()
        printed = subprocess.run(
            ["docker", "inspect", container],
            env={**os.environ, **self.engine.env},
            stdout=subprocess.PIPE,
            check=True,
        )
        [found] = json.loads(printed.stdout)
        return dict(found)


def write_override(folder: Path, disk: Path) -> Path:
    """Write what is different here: the build's base and network, and the volume."""
    secrets = find_secrets(os.environ)
    proxies = [name for name in PROXIES if os.environ.get(name)]
    args = {"BASE_IMAGE": NAME, **{name: os.environ[name] for name in proxies}}
    bind = {"type": "none", "o": "bind", "device": str(disk)}
    content = {
        "services": {
            SERVICE: {
                "build": {"args": args, "secrets": list(secrets)},
            }
        },
        "secrets": {name: {"file": path} for name, path in secrets.items()},
        "volumes": {"data": {"driver": "local", "driver_opts": bind}},
    }
    path = folder / "override.json"
    path.write_text(json.dumps(content), "utf-8")
    return path
