"""Show where one cold tick spends its time: its S3 requests and its imports.

    python -m tests.bench.profile_tick [readings]

The requests are seen from outside, by the relay, so nothing is added to the
process. The imports come from a second tick, for naming them slows it down.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from infra.local.storage import start_storage
from tests.bench.children import run_cold
from tests.bench.counting import count_requests
from tests.bench.grounds import Ground, make_ours
from tests.bench.run import YEAR

SLOWEST = 25


def show_requests(ground: Ground) -> None:
    """Print the requests of one cold tick with the milliseconds since its start."""
    with count_requests(ground.storage.endpoint) as (endpoint, seen):
        start = monotonic()
        seconds = run_cold(ground, endpoint).wall_s
        for at, request in seen:
            print(f"{1000 * (at - start):6.0f}  {request}")
        print(f"{1000 * seconds:6.0f}  done, {len(seen)} requests")


def show_imports(ground: Ground) -> None:
    """Print the imports of one cold tick that took most, with all they import."""
    command = [sys.executable, "-X", "importtime", "-m", "tests.bench.child"]
    done = subprocess.run(
        [*command, ground.module, ground.next_event()],
        env={**os.environ, **ground.storage.env, **ground.env},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = []
    for line in done.stderr.splitlines():
        cells = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and cells[1].strip().isdigit():
            found.append((int(cells[1]), cells[2].strip()))
    for microseconds, name in sorted(found, reverse=True)[:SLOWEST]:
        print(f"{microseconds / 1000:6.0f}  {name}")


def main(readings: int) -> None:
    """Profile a tick on a history of so many readings."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        storage = start_storage(Path(folder) / "storage")
        try:
            ground = make_ours(storage, readings)
            run_cold(ground)
            print("ms since the start of the process, S3 request")
            show_requests(ground)
            print("ms in all, import (main process only)")
            show_imports(ground)
        finally:
            storage.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else YEAR)
