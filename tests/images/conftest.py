"""The images and a small world around them: S3, its events, a source to read.

Only `make test-images` collects these tests: they need root, built images and some
minutes.
"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from infra.images.build import name_image
from infra.images.commit import read_commit
from infra.images.programs import require_programs
from infra.local.storage import Storage
from tests.counter import serve_counter
from tests.images.bundle import Limits
from tests.images.rootfs import Rootfs, mounted

if not os.environ.get("TEST_IMAGES"):
    collect_ignore_glob = ["test_*.py"]

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


@pytest.fixture(scope="session")
def counter_port() -> Iterator[int]:
    """Serve a counter on loopback; give its port."""
    with serve_counter() as port:
        yield port
