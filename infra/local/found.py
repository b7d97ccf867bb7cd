"""What an earlier run has left: its readings, and whether it ended by itself.

Reading the history takes polars, whose memory the stack would keep for as long as it
runs. So it is done in a process of its own: `python -m infra.local.found`.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from collector.reading import format_utc
from infra.aws.clients import make_clients
from infra.console import tell_number
from infra.errors import StartError
from infra.local.processes import start_child
from infra.local.settings import DATA_BUCKET
from infra.local.storage import Storage


@dataclass(frozen=True)
class Last:
    """The last reading."""

    hour: datetime
    observed_at: datetime
    count: int


@dataclass(frozen=True)
class FoundReadings:
    """How many readings there are, and the last of them."""

    readings: int
    last: Last | None


def find_readings(storage: Storage, counter: str) -> FoundReadings:
    """Find what was read and imported so far; raises StartError if that fails."""
    env = storage.make_child_env(COUNTER=counter)
    child = start_child("found", [sys.executable, "-m", "infra.local.found"], env=env)
    assert child.process.stdout is not None
    try:
        body = child.process.stdout.read()
        code = child.process.wait()
    finally:
        child.stop()
    if code:
        reason = body.decode(errors="replace").strip().rpartition("\n")[2]
        raise StartError(f"the readings cannot be read ({reason or f'code {code}'})")
    return decode_found(body)


def decode_found(body: bytes) -> FoundReadings:
    """Read what this module prints in its own process."""
    document = json.loads(body)
    last = document["last"]
    return FoundReadings(
        document["readings"],
        last
        and Last(
            datetime.fromisoformat(last["hour"]),
            datetime.fromisoformat(last["observed_at"]),
            last["count"],
        ),
    )


def describe_found(found: FoundReadings, *, ended_by_itself: bool) -> str:
    """Say it in a line: `found 3 readings, the last of 2026-11-25T23:00:00Z`."""
    text = f"found {tell_number(found.readings, 'reading')}"
    if found.last:
        text += f", the last of {format_utc(found.last.hour)}"
    return text if ended_by_itself else f"{text}; the last run did not end by itself"


def mark_running(lock: IO[str], text: str) -> bool:
    """Note in the lock that a run has begun; say whether the one before had ended.

    `mark_ended` takes the note away; a power cut or a kill does not.
    """
    lock.seek(0)
    ended = not lock.read()
    lock.truncate(0)
    lock.write(text)
    lock.flush()
    return ended


def mark_ended(lock: IO[str]) -> None:
    """Note in the lock that the run ends by itself."""
    lock.truncate(0)


def print_found(env: Mapping[str, str]) -> None:
    """Print what `decode_found` reads."""
    import polars as pl

    from infra.operate.archive import load_archive
    from renderer.bucket import Bucket
    from renderer.readings.fetch import ReadingStore

    bucket = Bucket(make_clients(env)("s3"), DATA_BUCKET)
    candidates = load_archive(ReadingStore(bucket, env["COUNTER"], {})).candidates
    last = None
    if not candidates.is_empty():
        row = candidates.row(-1, named=True)
        last = {
            "hour": row["scheduled_at"].isoformat(),
            "observed_at": row["observed_at"].isoformat(),
            "count": row["count"],
        }
    hours = candidates.select(pl.col("scheduled_at").n_unique()).item()
    sys.stdout.write(json.dumps({"readings": hours, "last": last}))


if __name__ == "__main__":
    print_found(os.environ)
