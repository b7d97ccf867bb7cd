"""How the engines are chosen and told: a stand-in for Docker writes down its orders."""

import json
import os
from pathlib import Path

import pytest

from infra.errors import ToolError
from infra.images.build import FUNCTIONS, build_images, find_dockerfile
from infra.images.engine import Buildah, Docker, find_engine

RECORDER = """\
#!/bin/sh
if [ "$1" = "{refuses}" ]; then echo "{refuses} is refused" >&2; exit 1; fi
python3 -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "$@" >>{orders}
if [ "$1" = login ]; then cat >>{orders}; fi
"""


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a Docker on the PATH that does nothing but write down what it is told."""
    return install(tmp_path, monkeypatch, refuses="nothing")


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, refuses: str) -> Path:
    """Install the stand-in; one of its commands may fail."""
    program, written = folder / "docker", folder / "orders"
    program.write_text(RECORDER.format(orders=written, refuses=refuses))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.delenv("ENGINE", raising=False)
    monkeypatch.delenv("BASE_IMAGE", raising=False)
    return written


def told(orders: Path) -> list[list[str]]:
    """Give the orders, each as its words."""
    return [json.loads(line) for line in orders.read_text().splitlines()]


def test_docker_is_taken_where_it_answers(orders: Path) -> None:
    """And it is asked for buildx, which alone can leave the provenance out."""
    assert isinstance(find_engine(), Docker)
    assert told(orders) == [["info"], ["buildx", "version"]]


def test_docker_asks_the_pushed_image_for_its_packages(orders: Path) -> None:
    """By its digest, without a network and without leaving a container."""
    Docker().list_packages("h/r@sha256:0")
    [[*options, name, show, form, wanted]] = told(orders)
    assert options[:3] == ["run", "--rm", "--network=none"]
    assert options[3:] == ["--entrypoint", "dpkg-query"]
    assert (name, show, form) == ("h/r@sha256:0", "--show", "--showformat")
    assert wanted == "${Package} ${Version} ${Architecture}\\n"


def test_docker_builds_one_plain_manifest_for_amd64(orders: Path) -> None:
    """Provenance and SBOM would make an index of it, which Lambda refuses."""
    build_images(Docker(), "abc")
    for function, words in zip(FUNCTIONS, told(orders), strict=True):
        assert words[:3] == ["buildx", "build", "--load"]
        assert {"--provenance=false", "--sbom=false"} <= set(words)
        assert words[words.index("--platform") + 1] == "linux/amd64"
        assert words[words.index("-f") + 1] == str(find_dockerfile(function))
        assert words[words.index("-t") + 1] == f"localhost/nyanpass-{function}:abc"
        # The public base of the Dockerfile stays.
        assert not [word for word in words if "BASE_IMAGE" in word]


def test_a_password_is_in_no_command_line(orders: Path) -> None:
    """Docker reads it from its standard input."""
    Docker().login("registry.example", "AWS", "secret-password")
    [words, password] = orders.read_text().splitlines()
    assert password == "secret-password"
    assert "secret-password" not in words
    assert json.loads(words)[-1] == "registry.example"


def test_docker_pushes_under_the_registrys_address(orders: Path) -> None:
    """The image gets its address as a second name, and that is pushed."""
    Docker().push("localhost/nyanpass-collector:abc", "registry.example/collector:abc")
    tag, push = told(orders)
    assert tag == [
        *("tag", "localhost/nyanpass-collector:abc", "registry.example/collector:abc")
    ]
    assert push == ["push", "--quiet", "registry.example/collector:abc"]


def test_docker_without_buildx_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line names what to install."""
    install(tmp_path, monkeypatch, refuses="buildx")
    with pytest.raises(ToolError, match="install docker-buildx-plugin"):
        find_engine()


def test_without_docker_and_without_root_one_line_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """buildah needs root for its mounts; ENGINE=docker asks for Docker alone."""
    install(tmp_path, monkeypatch, refuses="info")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ToolError, match="buildah needs root"):
        find_engine()
    monkeypatch.setenv("ENGINE", "docker")
    with pytest.raises(ToolError, match="no docker answers here"):
        find_engine()


def test_a_failed_command_is_told_with_its_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the program said last is in the error."""
    install(tmp_path, monkeypatch, refuses="login")
    with pytest.raises(ToolError, match=r"login to registry.example failed: login is"):
        Docker().login("registry.example", "AWS", "password")


def test_the_base_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """BASE_IMAGE wins over what would be made here."""
    monkeypatch.setenv("BASE_IMAGE", "registry.example/debian:trixie-slim")
    assert Buildah().base == "registry.example/debian:trixie-slim"
