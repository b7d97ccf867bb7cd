"""A whole tick through both images: source, reading, event, site, visitor."""

from datetime import UTC, datetime

import pytest
import requests

from infra.local.events import make_record
from infra.local.storage import Storage
from tests.conftest import Buckets
from tests.counter import COUNT
from tests.images.bundle import Box
from tests.images.conftest import COLLECTOR, RENDERER
from tests.images.rootfs import Rootfs
from tests.images.sandbox import running


def test_a_tick_goes_from_the_source_to_the_visitor(
    collector_image: Rootfs,
    renderer_image: Rootfs,
    s3_server: Storage,
    s3_port: int,
    counter_port: int,
    buckets: Buckets,
) -> None:
    """One image reads and stores, the other is told, and anyone sees the count."""
    source = {"COUNT_URL": f"http://127.0.0.1:{counter_port}/count"}
    box = Box(collector_image, COLLECTOR, {**buckets.env, **source})
    with running(box, "collector", [s3_port, counter_port]) as collector:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        collected = collector.invoke({"scheduled_time": now})
        assert collected["outcome"] == "stored"
        assert collected["count"] == COUNT
        again = collector.invoke({"scheduled_time": now})
        assert again["outcome"] == "duplicate"
    head = buckets.client.head_object(Bucket=buckets.data, Key=collected["key"])
    size, etag = head["ContentLength"], head["ETag"].strip('"')
    record = make_record(
        buckets.data, collected["key"], size_bytes=size, etag=etag, at_ns=1
    )
    event = {"Records": [record]}
    box = Box(renderer_image, RENDERER, buckets.env)
    with running(box, "renderer", [s3_port]) as renderer:
        rendered = renderer.invoke(event)
    assert rendered["outcome"] == "published"
    site = f"{s3_server.endpoint}/{buckets.site}"
    page = requests.get(f"{site}/index.html", timeout=10)
    assert page.status_code == 200
    assert f"{COUNT:,}" in page.text
    picture = requests.get(f"{site}/graph.png", timeout=10)
    assert picture.content.startswith(b"\x89PNG")
    summary = requests.get(f"{site}/data/summary.json", timeout=10).json()
    assert summary["count"] == COUNT
    private = f"{s3_server.endpoint}/{buckets.data}/{collected['key']}"
    assert requests.get(private, timeout=10).status_code == 403


@pytest.mark.parametrize("function", ["collector", "renderer"])
def test_without_its_way_to_s3_a_function_fails_and_says_so(
    function: str, request: pytest.FixtureRequest, counter_port: int, buckets: Buckets
) -> None:
    """The sandbox has no network of its own: only the ports let out work."""
    rootfs: Rootfs = request.getfixturevalue(f"{function}_image")
    limits = {"collector": COLLECTOR, "renderer": RENDERER}[function]
    source = {"COUNT_URL": f"http://127.0.0.1:{counter_port}/count"}
    box = Box(rootfs, limits, {**buckets.env, **source})
    with (
        running(box, function, [counter_port]) as sandbox,
        pytest.raises(Exception, match="EndpointConnectionError"),
    ):
        sandbox.invoke({"scheduled_time": datetime.now(UTC).isoformat(), "Records": []})
