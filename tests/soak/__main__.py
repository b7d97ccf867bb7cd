"""Run the demonstration for `TICKS` fast hours (300), and count what it holds on to.

Prints a line of counts now and then, and at the end what has grown; exit code 1 if
something has. An hour is as long as it takes. `DATA=` keeps the folder.
"""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from collector.reading import format_utc
from infra.environment import keep_loopback_direct, read_whole
from infra.errors import InfraError
from infra.local.check import tell_problem
from infra.local.hour_lines import find_hour
from infra.local.processes import end_descendants
from infra.local.running import wait_for_finished
from infra.local.settings import StackSettings
from infra.local.start import RunningStack, start_stack
from renderer.drawing.process import adopt_orphans
from tests.soak.counts import Counts, count_all, describe_counts

# Below what `make run` allows: the next hour has begun when one is published.
HOUR_S = 1.0
# The first ticks draw the months and fill what is cached; then nothing may be added. A
# short run is compared with its second tick.
WARM_TICKS, SHORT_WARM_TICKS = 10, 2
# Of what is stored, and what the logs and an empty storage take.
DISK_FACTOR, DISK_FIXED_BYTES = 3.0, 6_000_000
# It looks for what was replaced every few seconds, but now and then misses a look.
GIVEN_BACK_S = 150.0
MEMORY_BYTES = 500_000_000
# How much more there may be at the end than after the first ticks, and yet no leak:
# connections are kept for a while; two logs get a second file, and a volume that is
# being cleaned has three files more.
SLACK = {
    "processes": 0,
    "zombies": 0,
    "threads": 2,
    "descriptors": 2,
    "volumes": 0,
    "files": 5,
    "go_threads": 10,
    "go_descriptors": 20,
}


def main() -> int:
    """Run, print, judge; the exit code is 2 if a setting is wrong."""
    try:
        counts = run_stack()
    except (InfraError, OSError) as error:
        return tell_problem(error, "soak")
    for problem in (problems := judge(counts)):
        sys.stdout.write(f"grown: {problem}\n")
    return 1 if problems else 0


def run_stack() -> list[Counts]:
    """Run a stack as the environment says; return the counts after each tick."""
    ticks = read_whole(os.environ, "TICKS", 300, SHORT_WARM_TICKS + 1, 1_000_000)
    adopt_orphans()
    keep_loopback_direct(os.environ)
    with ExitStack() as stops:
        folder = os.environ.get("DATA") or stops.enter_context(
            tempfile.TemporaryDirectory()
        )
        env = {**os.environ, "DATA": folder, "PORT": "0", "COUNT_URL": ""}
        settings = replace(StackSettings.from_env(env), fast_s=HOUR_S)
        stops.callback(end_descendants)
        return soak(start_stack(settings, stops), ticks)


def soak(stack: RunningStack, ticks: int) -> list[Counts]:
    """Have so many hours collected and published; return the counts after each."""
    counts = []
    for tick in range(1, ticks + 1):
        publish_hour(stack)
        stack.check()
        counts.append(count_all(stack.settings.folder, stack.client))
        if tick <= 10 or tick % 10 == 0 or tick == ticks:
            sys.stdout.write(f"{describe_counts(tick, counts[-1])}\n")
            sys.stdout.flush()
    counts.append(wait_until_given_back(stack))
    sys.stdout.write(f"{describe_counts(ticks, counts[-1])}\n")
    return counts


def publish_hour(stack: RunningStack) -> None:
    """Collect an hour that has no reading yet, and wait until the site shows it."""
    result: dict[str, Any] = {}
    # An hour may end while it is collected, or be there already.
    while result.get("outcome") != "stored":
        time.sleep(HOUR_S / 4)
        stack.collector.send({"scheduled_time": format_utc(stack.clock.now())})
        result = wait_for_finished(stack, stack.collected).result or {}
    newest = None
    while newest != format_utc(find_hour(result["key"])):
        newest = (wait_for_finished(stack, stack.rendered).result or {}).get("newest")


def wait_until_given_back(stack: RunningStack) -> Counts:
    """Wait until replaced objects are given back, and return the counts then."""
    deadline = time.monotonic() + GIVEN_BACK_S
    while True:
        stack.check()
        counts = count_all(stack.settings.folder, stack.client)
        if counts.disk_bytes <= bound_disk(counts) or time.monotonic() > deadline:
            return counts
        time.sleep(1.0)


def bound_disk(counts: Counts) -> float:
    """Return how much room may be taken, in bytes."""
    return DISK_FACTOR * counts.stored_bytes + DISK_FIXED_BYTES


def judge(counts: list[Counts]) -> list[str]:
    """Say what was more at the end than after the first ticks, or is beyond a bound."""
    warm = WARM_TICKS if len(counts) > 2 * WARM_TICKS else SHORT_WARM_TICKS
    first, last = counts[warm - 1], counts[-1]
    problems = [
        f"{name} {getattr(first, name)} -> {getattr(last, name)}"
        for name, slack in SLACK.items()
        if getattr(last, name) > getattr(first, name) + slack
    ]
    if last.disk_bytes > bound_disk(last):
        bound = f"more than {bound_disk(last):,.0f}"
        problems.append(f"disk {last.disk_bytes:,} bytes, {bound}")
    if last.memory_bytes > MEMORY_BYTES:
        problems.append(f"memory {last.memory_bytes:,} bytes")
    return problems


if __name__ == "__main__":
    sys.exit(main())
