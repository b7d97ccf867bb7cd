"""The state that measured runs start from: buckets with a history, one hour behind.

Each run takes one more reading, which `Ground.next_event` puts before the clock
starts: the next hour's, or one in the next day when `step_h` is 24.
"""

import io
import itertools
import json
import os
import sys
import urllib.parse
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from collector.reading import Reading
from infra.local.storage import MEMORY, Storage, create_buckets
from infra.local.volumes import provide_volumes
from renderer.readings.history import make_history_key
from renderer.readings.parquet import encode_parquet
from tests.bench.histories import COUNTER, make_history

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The storage stands for S3 here, which is not kept to the memory of one small machine.
MEMORY.clear()

# A tick lists the last 48 hours, so these must be there as objects, too.
RECENT = 72
COUNT_PER_HOUR = 73
PEER = "tests.bench.peer"
NUMBERS = itertools.count(1)
INSTALLED = Path(".browser").absolute()


@dataclass
class Ground:
    """The place where one contender works, and the reading that it saw last.

    python: the interpreter that runs it. work: what a peer is asked for, the
    `pictures` with their sizes and the `files`; nothing, for its single picture.
    """

    module: str
    env: dict[str, str]
    hour: datetime
    count: int
    storage: Storage
    step_h: int = 1
    python: str = sys.executable
    work: dict[str, Any] = field(default_factory=dict)

    def next_event(self) -> str:
        """Let time pass and give the event that tells of the new reading."""
        self.hour += timedelta(hours=self.step_h)
        self.count += COUNT_PER_HOUR * self.step_h
        if self.module == PEER:
            time = f"{self.hour:%Y-%m-%dT%H:%M:%SZ}"
            return json.dumps({"time": time, "count": self.count, **self.work})
        observed_at = self.hour + timedelta(seconds=3)
        reading = Reading(COUNTER, self.hour, observed_at, self.count, observed_at)
        put_readings(self.storage, self.env["DATA_BUCKET"], [reading])
        return json.dumps(s3_event(self.env["DATA_BUCKET"], reading.key()))


def s3_event(bucket: str, key: str) -> dict[str, object]:
    """Give the notification that S3 sends for a new object."""
    quoted = urllib.parse.quote_plus(key, safe="/")
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": quoted}},
    }
    return {"Records": [record]}


def make_ours(
    storage: Storage, readings: int, step_h: int = 1, python: str = sys.executable
) -> Ground:
    """Make the renderer's buckets; the site is still empty."""
    number = next(NUMBERS)
    data, site = f"ground-data-{number}", f"ground-site-{number}"
    client = storage.client()
    create_buckets(storage, client, data, site)
    history = make_history(readings)
    client.put_object(
        Bucket=data,
        Key=make_history_key(COUNTER),
        Body=encode_parquet(history),
        ContentType="application/vnd.apache.parquet",
    )
    put_readings(storage, data, readings_of(history.tail(RECENT)))
    env = {
        "DATA_BUCKET": data,
        "SITE_BUCKET": site,
        "SITE_URL": f"{storage.endpoint}/{site}/",
        "COUNTER": COUNTER,
        "BROWSER_PATH": os.environ.get("BROWSER_PATH") or f"{INSTALLED}/chromium",
        "PLOTLY_JS": os.environ.get("PLOTLY_JS") or f"{INSTALLED}/plotly.min.js",
    }
    hour, _, count, _ = history.row(-1)
    return Ground("renderer.handler", env, hour, count, storage, step_h, python)


def make_peer(
    storage: Storage,
    readings: int,
    folder: Path,
    python: str = sys.executable,
    work: dict[str, Any] | None = None,
) -> Ground:
    """Make the peer's bucket with its CSV."""
    bucket = f"peer-{next(NUMBERS)}"
    client = make_bucket(storage, bucket)
    history = make_history(readings)
    time = pl.col("scheduled_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    csv = io.BytesIO()
    history.select(time=time, count="count").write_csv(csv)
    client.put_object(Bucket=bucket, Key="history.csv", Body=csv.getvalue())
    # Matplotlib keeps its list of fonts there: filled by the warm-up, as it would
    # be by the build of an image.
    env = {"PEER_BUCKET": bucket, "PEER_FONT": str(INSTALLED / "fonts/ipaexg.ttf")}
    env["MPLCONFIGDIR"] = str(folder / "matplotlib")
    hour, _, count, _ = history.row(-1)
    return Ground(PEER, env, hour, count, storage, python=python, work=work or {})


def make_single_objects(storage: Storage, readings: int) -> dict[str, str]:
    """Make a bucket with every reading as an object of its own; give its env."""
    bucket = f"single-{readings}"
    make_bucket(storage, bucket)
    put_readings(storage, bucket, readings_of(make_history(readings)))
    return {"DATA_BUCKET": bucket}


def make_bucket(storage: Storage, bucket: str) -> "S3Client":
    """Make a bucket with room of its own, which the storage gives to none by itself."""
    provide_volumes(storage.master, [bucket])
    client = storage.client()
    client.create_bucket(Bucket=bucket)
    return client


def readings_of(history: pl.DataFrame) -> list[Reading]:
    """Give the readings in a frame of the renderer."""
    return [
        Reading(COUNTER, scheduled_at, observed_at, count, source_time)
        for scheduled_at, observed_at, count, source_time in history.iter_rows()
    ]


def put_readings(storage: Storage, bucket: str, readings: Iterable[Reading]) -> None:
    """Put readings as objects, many at a time."""
    client = storage.client()

    def put(reading: Reading) -> None:
        client.put_object(Bucket=bucket, Key=reading.key(), Body=reading.to_line())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, readings))
