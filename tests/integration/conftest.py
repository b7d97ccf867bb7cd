"""Sources for the collector's tests, worlds and invocations for the renderer's."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.storage import Storage, create_buckets
from renderer.handler import handler
from tests.conftest import Buckets
from tests.integration.fault_server import FaultServer, run_fault_server
from tests.integration.renderer_world import (
    World,
    computing_once,
    fewer_ranges,
    make_world,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHECKOUT = Path(__file__).parents[2]
Invoke = Callable[[World, Any], dict[str, Any]]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Run a source for one test, with an address for each of its faults."""
    with run_fault_server() as server:
        yield server


@pytest.fixture(scope="session")
def worlds(s3_server: Storage, s3_client: "S3Client") -> Iterator[list[World]]:
    """Make two pairs of buckets for all tests; new ones would cost seconds each."""
    worlds = []
    for number in (1, 2):
        data, site = f"world-data-{number}", f"world-site-{number}"
        create_buckets(s3_server, s3_client, data, site)
        env = {**s3_server.env, "DATA_BUCKET": data, "SITE_BUCKET": site}
        # The same, so that both can be compared byte for byte.
        env["SITE_URL"] = "http://site.example/"
        worlds.append(make_world(Buckets(data, site, s3_client, env)))
    yield worlds
    for world in worlds:
        world.client.close()


@pytest.fixture
def world(worlds: list[World]) -> World:
    """Empty the first pair of buckets before the test."""
    worlds[0].clear()
    return worlds[0]


@pytest.fixture
def other(worlds: list[World]) -> World:
    """Empty a second pair of buckets, to rebuild in."""
    worlds[1].clear()
    return worlds[1]


@pytest.fixture
def few_ranges() -> Iterator[None]:
    """Leave two ranges for the test."""
    with fewer_ranges():
        yield


@pytest.fixture
def computed_once() -> Iterator[None]:
    """Compute what is pure once for all runs of the test."""
    with computing_once():
        yield


@pytest.fixture
def browser() -> Path:
    """Find the headless Chromium to test with."""
    return Path(os.environ.get("BROWSER_PATH") or CHECKOUT / ".browser/chromium")


@pytest.fixture
def plotly_js() -> Path:
    """Find the plotly.js bundle to test with."""
    return Path(os.environ.get("PLOTLY_JS") or CHECKOUT / ".browser/plotly.min.js")


class Context:
    """What Lambda tells a function of the time it has left."""

    def get_remaining_time_in_millis(self) -> int:
        """Leave it the time of a fresh invocation."""
        return 120_000


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch, browser: Path, plotly_js: Path) -> Invoke:
    """Invoke the function in the environment that leads to a world."""
    monkeypatch.setenv("BROWSER_PATH", str(browser))
    monkeypatch.setenv("PLOTLY_JS", str(plotly_js))

    def invoke(world: World, event: Any) -> dict[str, Any]:
        for name, value in world.buckets.env.items():
            monkeypatch.setenv(name, value)
        return handler(event, Context())

    return invoke
