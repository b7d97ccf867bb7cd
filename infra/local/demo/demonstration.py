"""The demonstration: a sample history that ends now, and a button that goes on.

The sample's times are moved by whole weeks, which is said on the console and in a
note beside the data. Nothing else about it is changed, and no hour is made up.
"""

import csv
import json
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from collector.reading import floor_hour, format_utc
from infra.errors import StartError
from infra.local.clock import HOUR, Clock
from infra.local.console import say
from infra.local.functions import ROOT
from infra.local.processes import (
    HOST,
    Child,
    find_free_ports,
    is_listening,
    start_child,
    wait_until,
)
from infra.local.settings import DATA_BUCKET, DEMONSTRATION, StackSettings
from infra.local.storage import Storage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SAMPLE = Path(__file__).with_name("sample") / "departures-2013.csv"
TITLE = "デモ（ニューヨーク三空港の出発便）"
_WEEK = timedelta(weeks=1)

Row = tuple[datetime, str]


@dataclass(frozen=True)
class Demonstration:
    """The running button page and the clock that everything here agrees on."""

    child: Child
    url: str
    clock: Clock


@dataclass(frozen=True)
class Last:
    """The last reading: the end of the history that the button goes on from."""

    hour: datetime
    observed_at: datetime
    count: int


def start_demonstration(
    settings: StackSettings, storage: Storage, parts: ExitStack
) -> Demonstration:
    """Import the sample once, and start a button page that goes on from its end."""
    client = storage.client()
    parts.callback(client.close)
    import_sample(settings.folder, storage)
    last = find_last(client)
    clock = choose_clock(last.hour, settings.fast_s)
    if not clock.is_real():
        pace = f", an hour takes {settings.fast_s:g} s" if settings.fast_s else ""
        say("demo", f"its clock starts at {format_utc(clock.shown)}{pace}")
    return start_button(last, clock, parts)


def import_sample(folder: Path, storage: Storage) -> None:
    """Import the moved sample unless an earlier run has done so.

    The moved file stays, so that a run after an interrupted one imports the same.
    """
    done, moved = folder / "imported", folder / "history.csv"
    if done.exists():
        return
    if not moved.exists():
        write_moved_sample(folder, moved)
    say("demo", (folder / "ORIGIN.txt").read_text("utf-8").strip())
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **storage.env,
        "PYTHONPATH": str(ROOT),
        "DATA_BUCKET": DATA_BUCKET,
        "COUNTER": DEMONSTRATION,
    }
    command = [sys.executable, "-m", "infra.operate.import_csv", str(moved)]
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
            say("import", line.decode(errors="replace").rstrip())
        return child.process.wait()
    finally:
        child.stop()


def write_moved_sample(folder: Path, moved: Path) -> None:
    """Write the sample with its times moved, and the note that says so."""
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

    Rows from the present hour on are left out: the button page counts from there.
    """
    rows = list(rows)
    weeks = -((rows[-1][0] - floor_hour(now)) // _WEEK)
    moved = [(at + weeks * _WEEK, count) for at, count in rows]
    return [row for row in moved if row[0] < floor_hour(now)], weeks


def find_last(client: "S3Client") -> Last:
    """Find the last reading of the demonstration."""
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=DATA_BUCKET, Prefix=f"readings/counter={DEMONSTRATION}/"
    )
    key = max(item["Key"] for page in pages for item in page.get("Contents", []))
    body = json.loads(client.get_object(Bucket=DATA_BUCKET, Key=key)["Body"].read())
    return Last(
        datetime.fromisoformat(body["scheduled_at"]),
        datetime.fromisoformat(body["observed_at"]),
        body["count"],
    )


def choose_clock(last_hour: datetime, fast_s: float | None) -> Clock:
    """Choose a clock whose present hour has no reading yet.

    After a run with a fast clock the last reading lies in the future, and after
    one within this hour in the present; then this run goes on from there.
    """
    now = datetime.now(UTC)
    if fast_s is None:
        return Clock(now, max(now, last_hour + HOUR))
    return Clock(now, max(floor_hour(now), last_hour + HOUR), HOUR.seconds / fast_s)


def start_button(last: Last, clock: Clock, parts: ExitStack) -> Demonstration:
    """Start the button page on a free port."""
    [port] = find_free_ports(1)
    child = start_child(
        "button page",
        [sys.executable, "-m", "infra.local.demo.button"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BUTTON_PORT": str(port),
            "BUTTON_CLOCK": clock.to_text(),
            "BUTTON_COUNT": str(last.count),
            "BUTTON_SINCE": last.observed_at.isoformat(),
        },
    )
    parts.callback(child.stop)
    wait_until(lambda: is_listening(port), "the button page", child)
    say("demo", f"press the button at http://{HOST}:{port}/")
    return Demonstration(child, f"http://{HOST}:{port}/api", clock)
