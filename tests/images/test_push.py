"""`make push-images` against a real registry that wants a name and a password."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.errors import RegistryError
from infra.images.commit import ROOT
from infra.images.describe import CYCLONEDX
from infra.images.programs import read_output, require_programs
from infra.images.registry import DOCKER, INDEXES, OCI, Pushed, Registry
from infra.images.stored import name_sbom_tag
from infra.local.ports import find_free_ports, is_listening
from infra.local.processes import start_child, wait_until

NAME = "AWS"
# Compressed, in MB; what the project promises in the README.
MOST_MB = {"collector": 75, "renderer": 240}
CONFIG = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {root}}}}}
http: {{addr: "127.0.0.1:{port}"}}
auth: {{htpasswd: {{realm: test, path: {passwords}}}}}
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Run Debian's registry on loopback, with basic auth as ECR has it."""
    require_programs("docker-registry", "htpasswd")
    folder, password = tmp_path_factory.mktemp("registry"), secrets.token_hex(16)
    [port] = find_free_ports(1)
    hashed = read_output(["htpasswd", "-niB", NAME], "htpasswd", stdin=password)
    (folder / "passwords").write_text(f"{hashed}\n")
    values = {"root": folder / "data", "port": port, "passwords": folder / "passwords"}
    (folder / "config.yml").write_text(CONFIG.format(**values))
    child = start_child(
        "registry",
        ["docker-registry", "serve", str(folder / "config.yml")],
        env={"PATH": os.environ["PATH"]},
        log=folder / "log",
    )
    wait_until(lambda: is_listening(port), "the registry", child)
    yield Registry(f"127.0.0.1:{port}", NAME, password)
    child.stop()


@dataclass(frozen=True)
class Checkout:
    """A clean clone of the tree, in which the command is run."""

    folder: Path
    commit: str

    def push(self, **env: str) -> "subprocess.CompletedProcess[str]":
        """Run the command as make does."""
        return subprocess.run(
            [sys.executable, "-m", "infra.images.push"],
            cwd=self.folder,
            env={**os.environ, "ENGINE": "buildah", **env},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Clone what is committed."""
    folder = tmp_path / "clone"
    read_output(
        ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)], "git"
    )
    commit = read_output(
        ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"], "git"
    )
    return Checkout(folder, commit)


def fetch_sbom(registry: Registry, repository: str, image: Pushed) -> Any:
    """Read the SBOM by its tag; it says which image it is about."""

    def get(path: str) -> requests.Response:
        return requests.get(
            f"http://{registry.host}/v2/{repository}/{path}",
            headers={"Accept": OCI},
            auth=(registry.username, registry.password),
            timeout=10,
        )

    manifest = get(f"manifests/{name_sbom_tag(image.digest)}").json()
    assert manifest["artifactType"] == CYCLONEDX
    subject = {"digest": image.digest, "size": image.size_bytes}
    assert manifest["subject"] == {"mediaType": image.media_type, **subject}
    [layer] = manifest["layers"]
    blob = get(f"blobs/{layer['digest']}")
    assert len(blob.content) == layer["size"]
    return blob.json()


def test_both_images_are_pushed_as_lambda_wants_them(
    registry: Registry, checkout: Checkout
) -> None:
    """One manifest for linux/amd64 each, under the commit, small; digests written down.

    A second push of the commit builds and pushes nothing, and says the same.
    """
    secret = {
        "REGISTRY": registry.host,
        "REGISTRY_USERNAME": registry.username,
        "REGISTRY_PASSWORD": registry.password,
    }
    done = checkout.push(**secret)
    assert done.returncode == 0, done.stderr
    assert registry.password not in done.stdout + done.stderr
    written = json.loads((checkout.folder / ".local/images.json").read_text())
    assert written.pop("commit") == checkout.commit
    for function, most_mb in MOST_MB.items():
        repository = f"nyanpass-count/{function}"
        # Looks at the platform, too.
        found = registry.find(repository, checkout.commit)
        assert found is not None
        assert found.media_type == DOCKER
        assert written[function] == f"{registry.host}/{repository}@{found.digest}"
        assert sum(found.layer_bytes) < most_mb * 1e6
        sbom = fetch_sbom(registry, repository, found)
        parts = {part["name"]: part for part in sbom["components"]}
        assert parts["libc6"]["version"]
        assert {"boto3", "python3.13"} <= parts.keys()
        assert sbom["metadata"]["component"]["version"] == checkout.commit
    again = checkout.push(**secret)
    assert again.returncode == 0, again.stderr
    assert "building" not in again.stdout
    assert set(again.stdout.splitlines()) <= set(done.stdout.splitlines())


def test_what_lambda_would_not_run_is_refused(registry: Registry) -> None:
    """An index of images under the tag is found out when it is read back."""
    index = {"schemaVersion": 2, "mediaType": INDEXES[0], "manifests": []}
    url = f"http://{registry.host}/v2/nyanpass-count/index/manifests/t"
    put = requests.put(
        url,
        data=json.dumps(index),
        headers={"Content-Type": INDEXES[0]},
        auth=(registry.username, registry.password),
        timeout=10,
    )
    assert put.status_code == 201, put.text
    with pytest.raises(RegistryError, match="which Lambda does not run"):
        registry.find("nyanpass-count/index", "t")


def test_whoever_is_not_logged_in_is_told_so_before_anything_is_built(
    registry: Registry, checkout: Checkout
) -> None:
    """One line says what to set; a wrong password is told in the same way."""
    for env in ({}, {"REGISTRY_USERNAME": NAME, "REGISTRY_PASSWORD": "wrong"}):
        done = checkout.push(REGISTRY=registry.host, **env)
        assert done.returncode == 2
        assert done.stdout == ""
        [line] = done.stderr.splitlines()
        assert line.startswith(f"make push-images: not logged in to {registry.host}")
    [port] = find_free_ports(1)
    done = checkout.push(REGISTRY=f"127.0.0.1:{port}")
    assert done.returncode == 2
    assert "does not answer" in done.stderr


def test_a_tree_that_is_not_its_commit_is_not_pushed(checkout: Checkout) -> None:
    """A changed or a new file would make the tag a lie."""
    (checkout.folder / "collector" / "new.py").write_text("")
    done = checkout.push(REGISTRY="127.0.0.1:1")
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert f"the tree is not what commit {checkout.commit} holds" in line
    shutil.rmtree(checkout.folder / ".git")
    assert "there is no commit" in checkout.push(REGISTRY="127.0.0.1:1").stderr


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"ENGINE": "podman"}, "neither docker nor buildah"),
        ({"ENGINE": "docker", "DOCKER_HOST": "tcp://127.0.0.1:1"}, "no docker answers"),
    ],
)
def test_without_an_engine_one_line_says_what_is_missing(
    checkout: Checkout, env: dict[str, str], said: str
) -> None:
    """A wrong or an absent engine is named."""
    done = checkout.push(REGISTRY="127.0.0.1:1", **env)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert said in line
