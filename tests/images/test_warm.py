"""An environment that lives on: thirty ticks, and a freeze between two of them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Buckets
from tests.images.bundle import Box
from tests.images.conftest import COLLECTOR, RENDERER
from tests.images.rootfs import Rootfs
from tests.images.sandbox import Sandbox, running
from tests.images.ticks import put_reading
from tests.images.vitals import Vitals, vitals_of, wait_for_quiet

INVOCATIONS = 30
# The first ones open what is kept on purpose: S3 connections, a pool of threads.
SETTLED = 5
FROZEN_S = 60


def settled(sandbox: Sandbox, processes: int) -> Vitals:
    """Look once the killed processes are gone."""
    wait_for_quiet(sandbox, processes)
    return vitals_of(sandbox)


def assert_no_growth(seen: list[Vitals]) -> None:
    """Assert that the end holds no more than the time after settling."""
    early, late = seen[SETTLED : SETTLED + 5], seen[-5:]
    for name in Vitals.__dataclass_fields__:
        before = max(getattr(vitals, name) for vitals in early)
        after = max(getattr(vitals, name) for vitals in late)
        assert after <= before, (name, before, after)


def test_thirty_ticks_and_a_freeze_leave_nothing_behind(
    renderer_image: Rootfs, s3_port: int, buckets: Buckets
) -> None:
    """Descriptors, threads, processes and /tmp stay as they are; a minute's freeze too.

    Every tick has a new reading, so each one draws.
    """
    box = Box(renderer_image, RENDERER, buckets.env)
    with running(box, "renderer", [s3_port]) as renderer:
        seen = []
        for hour in range(INVOCATIONS):
            assert renderer.invoke(put_reading(buckets, hour))["outcome"] == "published"
            seen.append(settled(renderer, 2))
        assert_no_growth(seen)
        # The emulator and the runtime; no browser, no zombie, no file.
        assert seen[-1].processes == 2
        assert seen[-1].zombies == 0
        assert seen[-1].tmp_entries == 0
        with renderer.frozen():
            time.sleep(FROZEN_S)
        start = time.monotonic()
        event = put_reading(buckets, INVOCATIONS)
        assert renderer.invoke(event)["outcome"] == "published"
        assert time.monotonic() - start < 30
        assert settled(renderer, 2).processes == 2


def test_a_freeze_within_a_tick_is_survived(
    renderer_image: Rootfs, s3_port: int, buckets: Buckets
) -> None:
    """Stopped for some seconds while it draws, a tick goes on where it was."""
    box = Box(renderer_image, RENDERER, buckets.env)
    event = put_reading(buckets, 0)
    with running(box, "renderer", [s3_port]) as renderer, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(renderer.invoke, event)
        deadline = time.monotonic() + 30
        while len(renderer.pids()) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        with renderer.frozen():
            time.sleep(5)
        assert answer.result(timeout=100)["outcome"] == "published"


def test_the_collector_stays_as_it_is(
    collector_image: Rootfs, s3_port: int, counter_port: int, buckets: Buckets
) -> None:
    """Thirty hours collected in one environment leave nothing behind."""
    source = {"COUNT_URL": f"http://127.0.0.1:{counter_port}/count"}
    box = Box(collector_image, COLLECTOR, {**buckets.env, **source})
    with running(box, "collector", [s3_port, counter_port]) as collector:
        seen = []
        for _ in range(INVOCATIONS):
            assert collector.invoke({})["outcome"] in ("stored", "duplicate")
            seen.append(settled(collector, 2))
        assert_no_growth(seen)
        assert seen[-1].processes == 2
        assert seen[-1].tmp_entries == 0


@pytest.mark.parametrize("flagset", ["single", "multi"])
def test_the_selftest_reports_from_within(renderer_image: Rootfs, flagset: str) -> None:
    """Without S3 or a reading, both sets of flags draw and the report says how."""
    settings = {"DATA_BUCKET": "a", "SITE_BUCKET": "b", "SITE_URL": "http://b.example/"}
    settings["CHROME_FLAGSET"] = flagset
    with running(Box(renderer_image, RENDERER, settings), "renderer") as renderer:
        report = renderer.invoke({"action": "selftest"})
    assert next(iter(report["flagsets"])) == flagset
    assert all(result["ok"] for result in report["flagsets"].values()), report
    for result in report["flagsets"].values():
        # Only here are all processes the function's: two interpreters and Chromium.
        assert 50 < result["peak_anonymous_mb"] < 500
    assert report["tmp_free_mb"] > 400
