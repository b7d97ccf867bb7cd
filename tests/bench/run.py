"""Measure the pipeline side by side with other designs: `make bench`.

Every figure is a ratio of two things run in turn on the same machine, for the
seconds of a shared machine mean little. A measurement never fails the run; the
table says which targets were met.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from infra.local.storage import Storage, start_storage
from renderer.site.templating import COMPILED
from tests.bench import collector_cold
from tests.bench.children import (
    Spent,
    finish_child,
    finish_tick,
    in_turn,
    peak_of_tick,
    run_cold,
    start_child,
    start_tick,
    tell_work,
)
from tests.bench.counting import count_requests
from tests.bench.environments import make_python
from tests.bench.grounds import Ground, make_ours, make_peer, make_single_objects
from tests.bench.outcome import Row, as_table, conditions, write_json

RENDERER = "renderer/requirements.txt"
YEAR = 8_760
YEARS = (1, 10, 100)
# So many readings come at once, and so many functions take them: the concurrency that
# a new account of AWS has, of which the template reserves none by itself.
EVENTS, AT_ONCE = 40, 10
# Of all processes of a tick together.
MOST_MB = 700
# What takes a minute and hardly varies is measured so many times at most.
FEW = 3
# With more the hours of a measurement reach the midnight of the zone, and one of the
# ordinary ticks would be that of a new day.
MOST_PAIRS = 11
# Of a processor, before anything is measured: what else runs then costs the contender
# that runs several processes at once more than the others.
CALM_LOAD = 0.7


def like_image(folder: Path, lock_file: str = RENDERER) -> str:
    """Give the interpreter of an environment like an image's."""
    target = folder / lock_file.replace("/", "-")
    if target.exists():
        return str(target / "bin" / "python")
    python = make_python(target, lock_file)
    if lock_file == RENDERER:
        # As the image's build does.
        subprocess.run([python, "-m", "renderer.site.templating"], check=True)
    return python


def compare(
    what: str, first: Sequence[Spent], second: Sequence[Spent], target: float
) -> Row:
    """Make the row of two contenders."""
    return Row(
        what,
        [run.wall_s for run in first],
        [run.wall_s for run in second],
        target,
        cpu=([run.cpu_s for run in first], [run.cpu_s for run in second]),
    )


def measure_ticks(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Compare a cold tick with the peer, for one picture and for the same work.

    Most hours leave the pictures of whole days as they are; a new day's first tick
    draws all of them.
    """
    ours = like_image(folder)
    theirs = like_image(folder, "docker/peer/requirements.txt")
    hour, hour_one_cpu = (make_ours(storage, YEAR, python=ours) for _ in range(2))
    day = make_ours(storage, YEAR, step_h=24, python=ours)
    works = [tell_work(ground) for ground in (hour, day)]
    run_cold(hour_one_cpu)
    single = make_peer(storage, YEAR, folder, theirs)
    same_hour, same_day = (
        make_peer(storage, YEAR, folder, theirs, work) for work in works
    )
    contenders = [
        *(partial(run_cold, each) for each in (single, hour, same_hour, day, same_day)),
        partial(run_cold, hour_one_cpu, on_one_cpu=True),
        partial(run_cold, same_hour, on_one_cpu=True),
    ]
    one, ours_hour, peers_hour, ours_day, peers_day, slow, peers_slow = in_turn(
        contenders, pairs
    )
    few, all_ = (f"{len(work['pictures'])} pictures" for work in works)
    return [
        compare(f"cold tick / same work, {few}", ours_hour, peers_hour, 0.55),
        compare(f"cold tick / same work, {few}, one CPU", slow, peers_slow, 0.95),
        compare(f"new day / same work, {all_}", ours_day, peers_day, 0.42),
        compare("cold tick / peer with one picture", ours_hour, one, 1.1),
    ]


def measure_histories(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Compare long histories with one of a year: time, requests and memory."""
    python = like_image(folder)
    ours = [make_ours(storage, YEAR * years, python=python) for years in YEARS]
    requests = [count_tick(ground) for ground in ours]
    one, ten, hundred = in_turn([partial(run_cold, ground) for ground in ours], pairs)
    peaks = [peak_of_tick(ours[-1]) for _ in range(min(pairs, FEW))]
    return [
        compare("ten years / one year", ten, one, 1.3),
        compare("hundred years / one year", hundred, one, 1.3),
        Row("S3 requests, ten years / one year", requests[1:2], requests[:1], 1),
        Row("S3 requests, hundred years / one year", requests[2:], requests[:1], 1),
        Row("MB of a hundred years / wanted", peaks, [MOST_MB] * len(peaks), 1),
    ]


def count_tick(ground: Ground) -> int:
    """Publish everything once, then count the requests of the next tick."""
    run_cold(ground)
    with count_requests(ground.storage.endpoint) as (endpoint, seen):
        run_cold(ground, endpoint)
        return len(seen)


def measure_events(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Count the runs that draw of those that many readings at once set off.

    Each has an event and a cold process of its own, and all readings are there before
    the first event is told of.
    """
    ground = make_ours(storage, YEAR, python=like_image(folder))
    run_cold(ground)
    drawing = [count_drawing(ground) for _ in range(min(pairs, FEW))]
    what = f"runs that draw of {EVENTS} events, {AT_ONCE} at once / one"
    return [Row(what, drawing, [1] * len(drawing), 2)]


def count_drawing(ground: Ground) -> int:
    """Give how many of the runs of many events draw."""

    def draws(event: str) -> bool:
        process = start_tick(ground, event, module="tests.bench.drawing")
        return bool(finish_tick(process)[1]["drawn"])

    events = [ground.next_event() for _ in range(EVENTS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(draws, events))


def measure_rebuild(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Compare reading 8,760 objects with polars and with boto3."""
    env = {**os.environ, **storage.env, **make_single_objects(storage, YEAR)}

    def load(way: str) -> float:
        answer = finish_child(start_child(env, "tests.bench.bulk", way))
        if answer["rows"] != YEAR:
            sys.exit(f"{way} read {answer['rows']} readings, not {YEAR}")
        seconds: float = answer["seconds"]
        return seconds

    boto3, ours = in_turn([partial(load, way) for way in ("boto3", "renderer")], pairs)
    what = "reading 8,760 objects, boto3 with 32 threads / renderer"
    return [Row(what, boto3, ours, 7, at_least=True)]


def measure_collector(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Compare the collector's cold start with the imports it cannot do without."""
    ours, bare = in_turn(
        [
            lambda: collector_cold.run(collector_cold.OURS),
            lambda: collector_cold.run(collector_cold.BARE),
        ],
        max(pairs, collector_cold.ROUNDS),
    )
    return [Row("collector's start / boto3, requests, a client", ours, bare, 1.25)]


PARTS = {
    "ticks": measure_ticks,
    "histories": measure_histories,
    "rebuild": measure_rebuild,
    "collector": measure_collector,
    "events": measure_events,
}


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--pairs", type=int, default=5, help="runs of each kind")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    if not 1 <= options.pairs <= MOST_PAIRS:
        parser.error(f"--pairs is {options.pairs}: set it to 1 to {MOST_PAIRS}")
    if unknown := {*options.parts} - {*PARTS}:
        parser.error(f"no part is {min(unknown)}: choose of {', '.join(PARTS)}")
    rows: list[Row] = []
    load = os.getloadavg()[0]
    for line in conditions().values():
        print(line)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        storage = start_storage(Path(folder) / "storage")
        try:
            for part, measure in PARTS.items():
                if part in (options.parts or PARTS):
                    rows += measure(storage, options.pairs, Path(folder))
        finally:
            storage.stop()
            shutil.rmtree(COMPILED, ignore_errors=True)
    print(as_table(rows))
    if load > CALM_LOAD * (os.cpu_count() or 1):
        print(f"The load was {load:.1f} at first: other work ran, measure again.")
    if options.json:
        write_json(options.json, rows)


if __name__ == "__main__":
    main()
