"""Fresh processes that are measured: their seconds, CPU-seconds and memory."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from tests.bench.grounds import Ground
from tests.images.vitals import MB, peak_memory

SAMPLED_EVERY_S = 0.02
UNSEEN = 1
Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Spent:
    """What a cold tick took from spawn to published, on the clock and of processors.

    The CPU-seconds are those of all its processes, to their end: the renderer waits
    for the browser that it kills, and so does this process for the renderer.
    """

    wall_s: float
    cpu_s: float


def start_child(
    env: dict[str, str], *arguments: str, python: str = sys.executable
) -> "subprocess.Popen[str]":
    """Start a module in a fresh interpreter."""
    return subprocess.Popen(
        [python, "-m", *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish_child(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Wait for a process and give the JSON of its last line."""
    try:
        output, errors = process.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    if process.returncode:
        command = " ".join(map(str, process.args))  # type: ignore[arg-type]
        sys.exit(f"{command} failed:\n{errors[-4000:]}")
    return dict(json.loads(output.splitlines()[-1]))


def start_tick(
    ground: Ground,
    event: str,
    endpoint: str | None = None,
    module: str | None = None,
) -> "subprocess.Popen[str]":
    """Start a cold tick, with another S3 endpoint or handler if these are given."""
    env = {**os.environ, **ground.storage.env, **ground.env}
    if endpoint:
        env["AWS_ENDPOINT_URL_S3"] = endpoint
    child = "tests.bench.child", module or ground.module, event
    return start_child(env, *child, python=ground.python)


def finish_tick(process: "subprocess.Popen[str]") -> tuple[float, dict[str, Any]]:
    """Give when a tick was done and its result."""
    answer = finish_child(process)
    return answer["done_at"], answer["result"]


def check_published(result: dict[str, Any]) -> None:
    """End the bench unless a tick has published."""
    if result.get("outcome", "published") != "published":
        sys.exit(f"nothing was published: {result}")


def run_cold(
    ground: Ground, endpoint: str | None = None, *, on_one_cpu: bool = False
) -> Spent:
    """Run one cold tick of a contender."""
    event = ground.next_event()
    before_s = cpu_of_children()
    with on_cpus(1 if on_one_cpu else None):
        start = monotonic()
        process = start_tick(ground, event, endpoint)
    done_at, result = finish_tick(process)
    check_published(result)
    return Spent(done_at - start, cpu_of_children() - before_s)


def cpu_of_children() -> float:
    """Give the CPU-seconds of all processes that were waited for so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def on_cpus(number: int | None) -> Iterator[None]:
    """Have what is started meanwhile run on the first CPUs only."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:number])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def tell_work(ground: Ground) -> dict[str, Any]:
    """Publish a site, and give what the next tick makes, as a peer is asked for it."""
    run_cold(ground)
    event = ground.next_event()
    _, result = finish_tick(start_tick(ground, event, module="tests.bench.drawing"))
    suffixes = (".csv", ".json", ".html")
    files = [key for key in result["objects"] if key.endswith(suffixes)]
    return {"pictures": result["drawn"], "files": files}


def peak_of_tick(ground: Ground) -> float:
    """Run one cold tick; give the most memory of all its processes together, in MB."""
    process = start_tick(ground, ground.next_event())
    with peak_memory(process.pid, SAMPLED_EVERY_S) as peak:
        finish_tick(process)
    return peak.pss / MB


def in_turn(
    contenders: Sequence[Callable[[], Measured]], pairs: int
) -> list[tuple[Measured, ...]]:
    """Run all contenders in turn, the first rounds unseen; give what each measured."""
    rounds = [[run() for run in contenders] for _ in range(UNSEEN + pairs)]
    return list(zip(*rounds[UNSEEN:], strict=True))
