"""What a registry may answer; a server on loopback stands for it.

tests/images pushes to a real one.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra.errors import RegistryError
from infra.images.build import FUNCTIONS
from infra.images.push import open_registry, push_images
from infra.images.registry import DOCKER, INDEXES, Registry

Answers = dict[str, tuple[int, str, Any]]
GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
MANIFEST = {
    "config": {"digest": "sha256:c"},
    "layers": [{"mediaType": GZIP, "size": 7}, {"mediaType": GZIP, "size": 5}],
}
CONFIG = {"os": "linux", "architecture": "amd64"}


@pytest.fixture
def answers() -> Answers:
    """Hold path -> status, content type and JSON; one image at first."""
    return {
        "/v2/": (200, "application/json", {}),
        "/v2/r/manifests/t": (200, DOCKER, MANIFEST),
        "/v2/r/blobs/sha256:c": (200, "application/json", CONFIG),
    }


@pytest.fixture
def registry(answers: Answers) -> Iterator[Registry]:
    """Serve the answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, document = answers.get(self.path, (404, "", {}))
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Registry(f"127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def test_an_image_is_found_with_its_digest_and_sizes(registry: Registry) -> None:
    """The digest is of the manifest's own bytes; a tag that is not there is None."""
    found = registry.find("r", "t")
    assert found
    assert (found.media_type, found.layer_bytes) == (DOCKER, [7, 5])
    assert len(found.digest) == len("sha256:") + 64
    assert registry.find("r", "other") is None


@pytest.mark.parametrize(
    ("path", "answer", "problem"),
    [
        ("/v2/r/manifests/t", (200, INDEXES[0], {}), "which Lambda does not run"),
        (
            "/v2/r/manifests/t",
            (200, DOCKER, {**MANIFEST, "layers": [{"mediaType": "x+zstd", "size": 1}]}),
            r"has a layer of x\+zstd; Lambda needs gzip",
        ),
        (
            "/v2/r/blobs/sha256:c",
            (200, "", {"os": "linux", "architecture": "arm64"}),
            "is for linux/arm64, not for linux/amd64",
        ),
        ("/v2/r/manifests/t", (500, "", {}), "answers 500 for r:t"),
    ],
)
def test_what_lambda_would_not_run_is_refused(
    registry: Registry, answers: Answers, path: str, answer: Any, problem: str
) -> None:
    """An index, another compression, another processor; and a broken registry."""
    answers[path] = answer
    with pytest.raises(RegistryError, match=problem):
        registry.find("r", "t")


@pytest.mark.parametrize(
    ("status", "problem"),
    [(401, "not logged in to .*REGISTRY_USERNAME"), (404, "is no registry")],
)
def test_whoever_is_not_let_in_is_told_what_to_set(
    registry: Registry, answers: Answers, status: int, problem: str
) -> None:
    """Before anything is built."""
    answers["/v2/"] = (status, "", {})
    with pytest.raises(RegistryError, match=problem):
        open_registry({"REGISTRY": registry.host})


def test_a_registry_that_is_not_there_is_one_line() -> None:
    """With its host and the kind of the error."""
    with pytest.raises(RegistryError, match=r"^127\.0\.0\.1:1 does not answer \(Conn"):
        Registry("127.0.0.1:1").require_access()


class Engine:
    """Stands for Docker: writes down what it is told, and pushes into the answers."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.done: list[str] = []

    def build(self, dockerfile: Any, name: str) -> None:
        """Build nothing."""
        self.done.append(f"build {name}")

    def login(self, registry: str, username: str, password: str) -> None:
        """Log in nowhere."""
        self.done.append(f"login {username}")

    def push(self, name: str, address: str) -> None:
        """Have the registry answer with the image from now on."""
        repository, _, tag = address.partition("/")[2].partition(":")[0:3]
        self.done.append(f"push {name}")
        self.answers[f"/v2/{repository}/manifests/{tag}"] = (200, DOCKER, MANIFEST)
        blob = f"/v2/{repository}/blobs/sha256:c"
        self.answers[blob] = (200, "application/json", CONFIG)


def test_only_what_the_registry_lacks_is_pushed(
    registry: Registry, answers: Answers
) -> None:
    """A tag that is there was built from the same commit; nothing is built then."""
    target = open_registry({"REGISTRY": f"{registry.host}/path/"})
    assert target.names == {name: f"path/{name}" for name in FUNCTIONS}
    engine = Engine(answers)
    first = push_images(engine, target, "abc")
    names = [f"localhost/nyanpass-{name}:abc" for name in FUNCTIONS]
    assert engine.done == [
        *(f"build {n}" for n in names),
        *(f"push {n}" for n in names),
    ]
    for name, address in first.items():
        assert address.startswith(f"{registry.host}/path/{name}@sha256:")
    again = Engine(answers)
    assert push_images(again, target, "abc") == first
    assert again.done == []
    del answers["/v2/path/renderer/manifests/abc"]
    assert push_images(again, target, "abc") == first
    assert again.done[-1] == f"push {names[1]}"
    assert f"push {names[0]}" not in again.done
