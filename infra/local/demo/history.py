"""The demonstration's history: the sample, moved by whole weeks to end now.

The console and a note beside the data say so. Nothing else about the sample is
changed, and no hour is made up.
"""

import csv
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collector.reading import floor_hour, format_utc
from infra.errors import StartError
from infra.local.console import print_line
from infra.local.functions import ROOT
from infra.local.processes import start_child
from infra.local.settings import DATA_BUCKET, DEMONSTRATION
from infra.local.storage import Storage

SAMPLE = Path(__file__).with_name("sample") / "departures-2013.csv"
_WEEK = timedelta(weeks=1)
Row = tuple[datetime, str]


def import_sample(folder: Path, storage: Storage) -> None:
    """Import the moved sample unless an earlier run has done so.

    The moved file is kept, so that a run after an interrupted one imports the same.
    """
    done, moved = folder / "imported", folder / "history.csv"
    if done.exists():
        return
    if not moved.exists():
        write_moved_sample(folder, moved)
    print_line("demo", (folder / "ORIGIN.txt").read_text("utf-8").strip())
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **storage.env,
        "PYTHONPATH": str(ROOT),
        "DATA_BUCKET": DATA_BUCKET,
        "COUNTER": DEMONSTRATION,
        "CSV": str(moved),
    }
    command = [sys.executable, "-m", "infra.operate", "import"]
    code = _run_import(command, env)
    if code:
        raise StartError(f"the sample history was not imported (exit code {code})")
    done.touch()


def _run_import(command: list[str], env: dict[str, str]) -> int:
    child = start_child("import", command, env=env)
    stream = child.process.stdout
    assert stream is not None
    try:
        for line in stream:
            print_line("import", line.decode(errors="replace").rstrip())
        return child.process.wait()
    finally:
        child.stop()


def write_moved_sample(folder: Path, moved: Path) -> None:
    """Write the sample with its times moved, and a note that says so."""
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        rows = [
            (datetime.fromisoformat(row["time"]), row["count"])
            for row in csv.DictReader(lines)
        ]
    kept, weeks = move_rows(rows, datetime.now(UTC))
    (folder / "ORIGIN.txt").write_text(
        "departures from New York's airports in 2013 (see infra/local/demo/sample/); "
        f"times moved by {weeks} weeks for the demonstration\n",
        "utf-8",
    )
    # Renamed at the end: an interrupted run must not leave half a file.
    part = moved.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write("time,count\n")
        file.writelines(f"{format_utc(at)},{count}\n" for at, count in kept)
    part.rename(moved)


def move_rows(rows: Iterable[Row], now: datetime) -> tuple[list[Row], int]:
    """Move rows by the fewest whole weeks that bring their end to now or later.

    Returns the rows before the present hour, from which the button page counts, and
    the number of weeks.
    """
    rows = list(rows)
    weeks = -((rows[-1][0] - floor_hour(now)) // _WEEK)
    moved = [(at + weeks * _WEEK, count) for at, count in rows]
    return [row for row in moved if row[0] < floor_hour(now)], weeks
