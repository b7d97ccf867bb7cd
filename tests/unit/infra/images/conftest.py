"""A registry on loopback that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra.images.registry import DOCKER, Registry

Answers = dict[str, tuple[int, str, Any]]
Asked = list[tuple[str, str]]
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
def asked() -> Asked:
    """Hold path and login of each request."""
    return []


@pytest.fixture
def registry(answers: Answers, asked: Asked) -> Iterator[Registry]:
    """Serve the answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
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
