"""An SBOM is pushed beside its image; a server on loopback stands for the registry.

tests/images pushes to a real one.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.errors import RegistryError
from infra.images.commit import read_commit
from infra.images.describe import CYCLONEDX, push_sboms
from infra.images.ecr import Repositories
from infra.images.registry import DOCKER, OCI, Pushed, Registry

IMAGE = Pushed("sha256:" + "a" * 64, DOCKER, 500, [1])
TAG = f"sha256-{'a' * 64}.sbom"


class Handler(BaseHTTPRequestHandler):
    """A registry that keeps what it is given, and checks what it is told of it."""

    held: ClassVar[dict[str, bytes]] = {}
    refused: ClassVar[str] = ""

    def do_HEAD(self) -> None:
        """Say whether it is there."""
        self.answer(200 if self.path in self.held else 404)

    def do_GET(self) -> None:
        """Answer as to a HEAD."""
        self.do_HEAD()

    def do_POST(self) -> None:
        """Begin an upload, at an address that has a query already."""
        place = f"{self.path}1?state=x"
        if "whole" in self.path:
            place = f"http://{self.headers['Host']}{place}"
        self.answer(202, Location=place)

    def do_PUT(self) -> None:
        """Keep a blob under its digest, a manifest under its tag."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        place = urlsplit(self.path)
        path = place.path
        if path.endswith("/uploads/1"):
            query = parse_qs(place.query)
            assert query["state"] == ["x"]
            assert query["digest"] == [f"sha256:{hashlib.sha256(body).hexdigest()}"]
            path = path.replace("uploads/1", query["digest"][0])
        if self.refused and self.refused in path:
            self.answer(403)
        else:
            self.held[path] = body
            self.answer(201)

    def answer(self, status: int, **headers: str) -> None:
        """Answer without a body."""
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def registry() -> Iterator[Registry]:
    """Serve an empty registry."""
    Handler.held.clear()
    Handler.refused = ""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Registry(f"127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


class Engine:
    """Stands for Docker."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def list_packages(self, address: str) -> str:
        """Name one package."""
        self.asked.append(address)
        return "libc6 2.41-12 amd64"


def push(registry: Registry, repository: str) -> list[str]:
    """Push the SBOM of the collector's image; return which images were looked at."""
    engine: Any = Engine()
    target = Repositories(registry, {"collector": repository})
    commit = read_commit().removesuffix("-dirty")
    push_sboms(engine, target, commit, {"collector": IMAGE})
    asked: list[str] = engine.asked
    return asked


@pytest.mark.parametrize("repository", ["r", "whole"])
def test_the_sbom_refers_to_its_image_and_is_pushed_once(
    registry: Registry, repository: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever the registry wants it; all that the manifest names is there before."""
    asked = push(registry, repository)
    assert asked == [f"{registry.host}/{repository}@{IMAGE.digest}"]
    assert list(Handler.held)[-1] == f"/v2/{repository}/manifests/{TAG}"
    manifest = json.loads(Handler.held[f"/v2/{repository}/manifests/{TAG}"])
    assert (manifest["mediaType"], manifest["artifactType"]) == (OCI, CYCLONEDX)
    subject = {"mediaType": DOCKER, "digest": IMAGE.digest, "size": 500}
    assert manifest["subject"] == subject
    [layer] = manifest["layers"]
    for blob in (layer, manifest["config"]):
        held = Handler.held[f"/v2/{repository}/blobs/{blob['digest']}"]
        assert len(held) == blob["size"]
    sbom = json.loads(Handler.held[f"/v2/{repository}/blobs/{layer['digest']}"])
    assert sbom["bomFormat"] == "CycloneDX"
    assert f"{repository}:{TAG}" in capsys.readouterr().out
    before = dict(Handler.held)
    assert push(registry, repository) == []
    assert Handler.held == before


@pytest.mark.parametrize("refused", ["/blobs/", "/manifests/"])
def test_a_refusal_is_one_line_and_the_next_run_goes_on(
    registry: Registry, refused: str
) -> None:
    """What is there already is not sent again."""
    Handler.refused = refused
    with pytest.raises(RegistryError, match=r"answers 403 to PUT /v2/r/") as no:
        push(registry, "r")
    assert "\n" not in str(no.value)
    Handler.refused = ""
    push(registry, "r")
    assert f"/v2/r/manifests/{TAG}" in Handler.held
