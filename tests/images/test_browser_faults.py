"""What a browser does to a tick in the image: it is within its budget, always.

Each fault is put in from outside, at the processes of a running sandbox or by a
file laid over one of the image.
"""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from infra.local.functions import InvocationError
from tests.conftest import Buckets
from tests.images.bundle import Box, Limits
from tests.images.rootfs import Rootfs
from tests.images.sandbox import Sandbox, running
from tests.images.ticks import published, put_reading
from tests.images.vitals import vitals_of, wait_for_quiet

# 10 seconds for each of two attempts to draw; see renderer.handler.budget_s.
LIMITS = Limits(memory_mb=2048, timeout_s=50)
BROWSER = "/opt/browser/chromium"


def browsers(sandbox: Sandbox) -> list[tuple[int, str]]:
    """Return the browser's processes: number and arguments."""
    found = []
    for pid in sandbox.pids():
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            if line.startswith(BROWSER):
                found.append((pid, line))
    return found


def hit(sandbox: Sandbox, kind: str, number: signal.Signals) -> Callable[[], bool]:
    """Return what sends a signal to the first process of a kind."""

    def strike() -> bool:
        for pid, line in browsers(sandbox):
            if f"--type={kind}" in line if kind else "--type=" not in line:
                os.kill(pid, number)
                return True
        return False

    return strike


def tick_with(
    sandbox: Sandbox, event: dict[str, Any], strike: Callable[[], bool]
) -> tuple[dict[str, Any], float]:
    """Invoke, strike as soon as there is something to strike, and time it."""
    start = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(sandbox.invoke, event)
        while not strike():
            assert not answer.done(), "there was nothing to strike"
            time.sleep(0.002)
        return answer.result(), time.monotonic() - start


@pytest.mark.parametrize(
    ("flagset", "kind", "number", "most_s"),
    [
        ("single", "", signal.SIGKILL, 9),
        ("single", "", signal.SIGSTOP, 20),
        ("single", "", signal.SIGSEGV, 9),
        ("multi", "", signal.SIGKILL, 9),
        ("multi", "", signal.SIGSTOP, 20),
        ("multi", "renderer", signal.SIGKILL, 20),
        ("multi", "renderer", signal.SIGSTOP, 20),
    ],
)
def test_a_browser_that_is_hit_costs_one_attempt(
    renderer_image: Rootfs,
    s3_port: int,
    buckets: Buckets,
    flagset: str,
    kind: str,
    number: signal.Signals,
    most_s: float,
) -> None:
    """The tick is published all the same, and nothing of the browser is left."""
    box = Box(renderer_image, LIMITS, {**buckets.env, "CHROME_FLAGSET": flagset})
    with running(box, "renderer", [s3_port]) as renderer:
        event = put_reading(buckets, 0)
        result, seconds = tick_with(renderer, event, hit(renderer, kind, number))
        assert result["outcome"] == "published"
        assert {"index.html", "graph.png"} <= published(buckets)
        assert seconds < most_s
        wait_for_quiet(renderer, 2)
        vitals = vitals_of(renderer)
        # No core file either.
        assert (vitals.processes, vitals.zombies, vitals.tmp_entries) == (2, 0, 0)
        assert renderer.invoke(put_reading(buckets, 1))["outcome"] == "published"


EXITS = "#!/bin/sh\nexit 1\n"
HANGS = "#!/bin/sh\nexec sleep 1000\n"


@pytest.mark.parametrize(
    ("instead", "mode", "most_s"),
    [(EXITS, 0o755, 9), (HANGS, 0o755, 30), (EXITS, 0o644, 9)],
    ids=["exits at once", "hangs", "cannot be started"],
)
def test_without_a_browser_the_data_is_published_all_the_same(
    renderer_image: Rootfs,
    s3_port: int,
    buckets: Buckets,
    tmp_path: Path,
    instead: str,
    mode: int,
    most_s: float,
) -> None:
    """Both attempts fail, and are an error for Lambda's retry; the data is public."""
    fake = tmp_path / "chromium"
    fake.write_text(instead)
    fake.chmod(mode)
    box = Box(renderer_image, LIMITS, buckets.env, {BROWSER: fake})
    with running(box, "renderer", [s3_port]) as renderer:
        start = time.monotonic()
        with pytest.raises(InvocationError, match="DrawingError"):
            renderer.invoke(put_reading(buckets, 0))
        assert time.monotonic() - start < most_s
        keys = published(buckets)
        assert "data/summary.json" in keys
        assert not {"index.html", "graph.png"} & keys
        wait_for_quiet(renderer, 2)
        vitals = vitals_of(renderer)
        assert (vitals.processes, vitals.zombies, vitals.tmp_entries) == (2, 0, 0)


def test_a_browser_that_is_not_there_is_named(
    renderer_image: Rootfs, s3_port: int, buckets: Buckets
) -> None:
    """A wrong BROWSER_PATH is an error at once, and says what is wrong."""
    box = Box(renderer_image, LIMITS, {**buckets.env, "BROWSER_PATH": "/nowhere"})
    with (
        running(box, "renderer", [s3_port]) as renderer,
        pytest.raises(InvocationError, match="BROWSER_PATH '/nowhere'"),
    ):
        renderer.invoke(put_reading(buckets, 0))
