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
from datetime import datetime

from collector.reading import floor_hour, format_utc
from infra.environment import keep_loopback_direct, read_number
from infra.local.clock import HOUR
from infra.local.hours import wait_for_finished
from infra.local.processes import end_descendants
from infra.local.settings import StackSettings
from infra.local.start import RunningStack, start_stack
from renderer.drawing.process import adopt_orphans
from tests.soak.counts import Counts, count_all, describe_counts

# Below what `make run` allows: the next hour has begun when one is published.
HOUR_S = 1.0
# The first ticks draw the months and fill what is cached.
WARM_TICKS = 2
# Of what is stored, and what the logs and an empty storage take.
DISK_FACTOR, DISK_FIXED_BYTES = 3.0, 6_000_000
# It looks for what was replaced every few seconds, but now and then misses a look.
GIVEN_BACK_S = 150.0
MEMORY_BYTES = 500_000_000
# What may be more at the end than at the beginning, and yet is no leak: the storage
# makes its volumes and its index's files one by one, Go keeps connections for a while.
SLACK = {"files": 30, "go_threads": 10, "go_descriptors": 40, "descriptors": 2}
EXACT = ("processes", "zombies", "threads", "descriptors")


def main() -> int:
    """Run, print, judge."""
    ticks = int(read_number(os.environ, "TICKS", 300, WARM_TICKS + 1, 1_000_000))
    adopt_orphans()
    keep_loopback_direct(os.environ)
    with ExitStack() as stops:
        folder = os.environ.get("DATA") or stops.enter_context(
            tempfile.TemporaryDirectory()
        )
        env = {**os.environ, "DATA": folder, "PORT": "0", "COUNT_URL": ""}
        settings = replace(StackSettings.from_env(env), fast_s=HOUR_S)
        stops.callback(end_descendants)
        counts = soak(start_stack(settings, stops), ticks)
    for problem in (problems := judge(counts)):
        sys.stdout.write(f"grown: {problem}\n")
    return 1 if problems else 0


def soak(stack: RunningStack, ticks: int) -> list[Counts]:
    """Have so many hours collected and published; return the counts after each."""
    counts = []
    for tick in range(1, ticks + 1):
        hour = stack.clock.now()
        stack.collector.send({"scheduled_time": format_utc(hour)})
        wait_until_shown(stack, hour)
        while stack.clock.now() < hour + HOUR:
            time.sleep(0.05)
        stack.check()
        counts.append(count_all(stack.settings.folder, stack.client))
        if tick <= 10 or tick % 10 == 0 or tick == ticks:
            sys.stdout.write(f"{describe_counts(tick, counts[-1])}\n")
            sys.stdout.flush()
    counts.append(wait_until_given_back(stack))
    sys.stdout.write(f"{describe_counts(ticks, counts[-1])}\n")
    return counts


def wait_until_shown(stack: RunningStack, hour: datetime) -> None:
    """Wait until the hour is collected and published, and nothing else is under way."""
    collected = wait_for_finished(stack, stack.collected).result
    assert collected is not None
    newest = None
    while newest != format_utc(floor_hour(hour)):
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
    first, last = counts[WARM_TICKS - 1], counts[-1]
    problems = [
        f"{name} {getattr(first, name)} -> {getattr(last, name)}"
        for name in (*EXACT, *SLACK)
        if getattr(last, name) > getattr(first, name) + SLACK.get(name, 0)
    ]
    if last.disk_bytes > bound_disk(last):
        bound = f"more than {bound_disk(last):,.0f}"
        problems.append(f"disk {last.disk_bytes:,} bytes, {bound}")
    if last.memory_bytes > MEMORY_BYTES:
        problems.append(f"memory {last.memory_bytes:,} bytes")
    return problems


if __name__ == "__main__":
    sys.exit(main())
