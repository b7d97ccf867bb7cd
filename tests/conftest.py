"""A real S3 for the tests: one SeaweedFS a session, fresh buckets for each test."""

import gc
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from infra.environment import keep_loopback_direct
from infra.local.storage import MEMORY, Storage, create_buckets, start_storage
from tests.moto_server import Moto, run_moto

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A core that is busy with something else is no fault of what is tested.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

# The tests' storage holds hundreds of buckets: kept to the memory of two, it would do
# little else than collect garbage.
MEMORY.clear()

# Nor is a proxy that the machine's network wants: all servers here are on loopback.
keep_loopback_direct(os.environ)

# The tests that are named after what coverage measures.
_COUNTED = re.compile(r"tests/(unit/|integration/test_)(collector|renderer)")

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Buckets:
    """The two buckets of one test, a client, and the environment that leads there."""

    data: str
    site: str
    client: "S3Client"
    env: dict[str, str]

    def list_data(self) -> list[str]:
        """List the keys that the data bucket holds."""
        listing = self.client.list_objects_v2(Bucket=self.data)
        return [entry["Key"] for entry in listing.get("Contents", [])]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End what pytest-cov counts in a worker before it begins to count there.

    Else two count at once: no test is spared it, and each that should be has the inner
    one's end put the threads' tracers on the main thread, where they crash in the end.
    """
    plugin = session.config.pluginmanager.getplugin("_cov")
    if hasattr(session.config, "workerinput") and plugin and plugin.cov_controller:
        plugin.cov_controller.cov.stop()
        plugin.cov_controller.cov.save()


# Hypothesis marks its tests before.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count the lines of the functions in the tests of the functions only, by examples.

    Counting makes Python half as slow again. Other tests run the same lines or none,
    and of a property the many runs.
    """
    for item in items:
        if item.get_closest_marker("hypothesis") or not _COUNTED.match(item.nodeid):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """Spare all that was imported from being looked through for garbage ever again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """Start one SeaweedFS for all tests."""
    storage = start_storage(tmp_path_factory.mktemp("s3") / "storage")
    yield storage
    storage.stop()


@pytest.fixture(scope="session")
def s3_client(s3_server: Storage) -> Iterator["S3Client"]:
    """Share one client: making one costs more than most tests."""
    client = s3_server.client()
    yield client
    client.close()


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    """Start one simulated AWS for all tests."""
    with run_moto(tmp_path_factory.mktemp("moto") / "moto.log") as moto:
        yield moto


@pytest.fixture
def moto(moto_server: Moto) -> Moto:
    """Empty the simulated AWS before the test."""
    moto_server.reset()
    return moto_server


@pytest.fixture
def buckets(s3_server: Storage, s3_client: "S3Client") -> Buckets:
    """Make two empty buckets with the real policies."""
    number = next(_NUMBERS)
    data, site = f"data-{number}", f"site-{number}"
    create_buckets(s3_server, s3_client, data, site)
    env = {**s3_server.env, "DATA_BUCKET": data, "SITE_BUCKET": site}
    env["SITE_URL"] = f"{s3_server.endpoint}/{site}/"
    return Buckets(data, site, s3_client, env)
