"""Measure the pipeline side by side with other designs: `make bench`.

Every figure is a ratio of two things run in turn on the same machine, for the
seconds of a shared machine mean little. A measurement never fails the run; the
table says which targets were met.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from infra.local.storage import Storage, start_storage
from tests.bench import collector_cold
from tests.bench.counting import count_requests
from tests.bench.grounds import Ground, make_ours, make_peer, make_single_objects
from tests.bench.outcome import Row, as_table, conditions, write_json

YEAR = 8_760
YEARS = (1, 10, 100)
# The bench itself keeps one to two processors busy; with more, the contender that
# runs several processes at once loses more than the others.
CALM_LOAD = 1.2


def run_child(env: dict[str, str], *arguments: str) -> dict[str, Any]:
    """Run a fresh interpreter and give the JSON of its last line."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr[-4000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_cold(ground: Ground, endpoint: str | None = None) -> float:
    """Run one cold tick of a contender; give its seconds from spawn to published."""
    event = ground.next_event()
    env = {**os.environ, **ground.storage.env, **ground.env}
    if endpoint:
        env["AWS_ENDPOINT_URL_S3"] = endpoint
    start = monotonic()
    answer = run_child(env, "tests.bench.child", ground.module, event)
    seconds: float = answer["done_at"] - start
    result = answer["result"]
    if isinstance(result, dict) and result.get("outcome", "published") != "published":
        sys.exit(f"{ground.module} published nothing: {result}")
    return seconds


def in_turn(
    contenders: Sequence[Callable[[], float]], pairs: int
) -> list[tuple[float, ...]]:
    """Run all contenders once unseen, then in turn; give the times of each."""
    for run in contenders:
        run()
    rounds = [[run() for run in contenders] for _ in range(pairs)]
    return list(zip(*rounds, strict=True))


def measure_ticks(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Compare a cold tick with the peer's, and with longer histories."""
    peer = make_peer(storage, YEAR, folder)
    ours = [make_ours(storage, YEAR * years) for years in YEARS]
    requests = [count_tick(ground) for ground in ours]
    # Most hours leave the pictures of whole days as they are; a new day's first
    # tick draws all of them.
    new_day = make_ours(storage, YEAR, step_h=24)
    run_cold(new_day)
    one, theirs, all_ten, ten, hundred = in_turn(
        [
            lambda: run_cold(ours[0]),
            lambda: run_cold(peer),
            lambda: run_cold(new_day),
            lambda: run_cold(ours[1]),
            lambda: run_cold(ours[2]),
        ],
        pairs,
    )
    return [
        Row("cold tick, one year / pandas + Matplotlib", one, theirs, 0.6),
        Row("the same, a new day's first tick", all_ten, theirs, 0.6),
        Row("cold tick, ten years / one year", ten, one, 1.3),
        Row("cold tick, hundred years / one year", hundred, one, 2.5),
        Row("S3 requests, ten years / one year", requests[1:2], requests[:1], 1),
        Row("S3 requests, hundred years / one year", requests[2:], requests[:1], 1),
    ]


def count_tick(ground: Ground) -> int:
    """Publish everything once, then count the requests of the next tick."""
    run_cold(ground)
    with count_requests(ground.storage.endpoint) as (endpoint, seen):
        run_cold(ground, endpoint)
        return len(seen)


def measure_rebuild(storage: Storage, pairs: int, folder: Path) -> list[Row]:
    """Compare reading 8,760 objects with polars and with boto3."""
    env = {**os.environ, **storage.env, **make_single_objects(storage, YEAR)}

    def load(way: str) -> float:
        answer = run_child(env, "tests.bench.bulk", way)
        if answer["rows"] != YEAR:
            sys.exit(f"{way} read {answer['rows']} readings, not {YEAR}")
        seconds: float = answer["seconds"]
        return seconds

    boto3, ours = in_turn([lambda: load("boto3"), lambda: load("renderer")], pairs)
    what = "reading 8,760 objects, boto3 with 32 threads / renderer"
    return [Row(what, boto3, ours, 5, at_least=True)]


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
    "rebuild": measure_rebuild,
    "collector": measure_collector,
}


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--pairs", type=int, default=5, help="runs of each kind")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    rows: list[Row] = []
    for line in conditions().values():
        print(line)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        storage = start_storage(Path(folder) / "storage")
        try:
            for part in options.parts or PARTS:
                rows += PARTS[part](storage, options.pairs, Path(folder))
        finally:
            storage.stop()
    print(as_table(rows))
    load = os.getloadavg()[0]
    if load > CALM_LOAD * (os.cpu_count() or 1):
        print(f"The load is {load:.1f}: other work ran as well, measure again.")
    if options.json:
        write_json(options.json, rows)


if __name__ == "__main__":
    main()
