"""Have the real renderer publish a site on the real S3."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from collector.reading import Reading
from infra.local.storage import Storage, create_buckets
from renderer.handler import handler
from tests.e2e.visiting import (
    BROWSER,
    COUNTER,
    PLOTLY_JS,
    TITLE,
    Site,
    put_readings,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Patience:
    """What Lambda passes beside the event."""

    def get_remaining_time_in_millis(self) -> int:
        """Give the time of a function that has just been started."""
        return 120_000


def publish_site(
    server: Storage, client: "S3Client", name: str, readings: Sequence[Reading]
) -> Site:
    """Put readings into new buckets of this name, and render the site of them."""
    create_buckets(server, client, f"{name}-data", f"{name}-site")
    return publish_again(server, client, name, [], readings)


def publish_again(
    server: Storage,
    client: "S3Client",
    name: str,
    known: Sequence[Reading],
    more: Sequence[Reading],
) -> Site:
    """Put more readings beside the known ones, and render the site of all."""
    put_readings(client, f"{name}-data", more)
    url = f"{server.endpoint}/{name}-site/"
    env = {
        **server.env,
        "DATA_BUCKET": f"{name}-data",
        "SITE_BUCKET": f"{name}-site",
        "SITE_URL": url,
        "COUNTER": COUNTER,
        "TITLE": TITLE,
        "TIME_ZONE": "America/New_York",
        "BROWSER_PATH": str(BROWSER),
        "PLOTLY_JS": str(PLOTLY_JS),
    }
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in env.items():
            patch.setenv(variable, value)
        result = handler({"action": "rebuild"}, Patience())
    readings = [*known, *more]
    assert result["outcome"] == "published"
    assert result["readings"] == len(readings)
    return Site(url, result["objects"], readings)
