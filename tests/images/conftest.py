"""The images and a small world around them: S3, its events, a source to read.

Only `make test-images` collects these tests: they need root, built images and some
minutes.
"""

import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from infra.images.build import name_image
from infra.images.commit import read_commit
from infra.images.programs import require_programs
from infra.local.storage import Storage
from tests.images.bundle import Limits
from tests.images.rootfs import Rootfs, mounted

if not os.environ.get("TEST_IMAGES"):
    collect_ignore_glob = ["test_*.py"]

COUNT = 1_234_567
COLLECTOR = Limits(memory_mb=256, timeout_s=90)
RENDERER = Limits(memory_mb=2048, timeout_s=120)


@pytest.fixture(scope="session")
def tag() -> str:
    """Give the tag that `make images` has just built."""
    return os.environ.get("IMAGES_TAG") or read_commit()


@pytest.fixture(scope="session")
def collector_image(tag: str) -> Iterator[Rootfs]:
    """Mount the collector's image."""
    require_programs("runc")
    with mounted(name_image("collector", tag)) as rootfs:
        yield rootfs


@pytest.fixture(scope="session")
def renderer_image(tag: str) -> Iterator[Rootfs]:
    """Mount the renderer's image."""
    require_programs("runc")
    with mounted(name_image("renderer", tag)) as rootfs:
        yield rootfs


@pytest.fixture(scope="session")
def s3_port(s3_server: Storage) -> int:
    """Give the only port of this machine that a function may reach."""
    return urlsplit(s3_server.endpoint).port or 0


class Counter(BaseHTTPRequestHandler):
    """Answers as the counter that the project was made for."""

    def do_GET(self) -> None:
        """Give the count as text and the time in Japan without an offset."""
        japan = datetime.now(timezone(timedelta(hours=9)))
        answer = {"time": f"{japan:%Y-%m-%d %H:%M:%S}", "count": str(COUNT)}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="session")
def counter_port() -> Iterator[int]:
    """Serve a counter on loopback; give its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
