"""Sites of this very hour, and the engines that they are visited in.

Only `make test-engines` collects these tests: what drives the engines is installed by
it, and the engines are Debian's.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from collector.reading import Reading, floor_hour
from infra.local.storage import Storage
from tests.e2e.publishing import publish_site
from tests.e2e.visiting import Site, sample_readings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

if os.environ.get("TEST_ENGINES"):
    from tests.engines.engines import Engine, run_engine
else:
    collect_ignore_glob = ["test_*.py"]

HOUR = timedelta(hours=1)


def move(readings: list[Reading], end: datetime) -> list[Reading]:
    """Move readings so that the last is that of an hour, read a minute later."""
    by = end - readings[-1].scheduled_at
    late = timedelta(minutes=1)
    return [
        Reading(each.counter, hour, hour + late, each.count)
        for each in readings
        for hour in [each.scheduled_at + by]
    ]


@pytest.fixture(scope="session")
def now() -> datetime:
    """Give the hour that it is; the tests may begin in one and end in the next."""
    return floor_hour(datetime.now(UTC))


@pytest.fixture(scope="session")
def ordinary(s3_server: Storage, s3_client: "S3Client", now: datetime) -> Site:
    """Publish a month that ends now."""
    return publish_site(s3_server, s3_client, "ordinary", move(sample_readings(), now))


@pytest.fixture(scope="session")
def first(s3_server: Storage, s3_client: "S3Client", now: datetime) -> Site:
    """Publish the first reading of all."""
    return publish_site(
        s3_server, s3_client, "first", move(sample_readings(), now)[-1:]
    )


@pytest.fixture(scope="session")
def stale(s3_server: Storage, s3_client: "S3Client") -> Site:
    """Publish what was last read years ago."""
    return publish_site(s3_server, s3_client, "stale", sample_readings()[-200:])


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Engine]":
    """Start an engine for all tests of a file, with scripts or without as it says."""
    scripts = request.module.SCRIPTS
    folder = tmp_path_factory.mktemp("engine")
    with run_engine(request.param, folder, scripts=scripts) as engine:
        yield engine
