"""Import an old history as readings: `python -m infra.operate.import_csv FILE`.

The file is CSV in UTF-8 with the header `time,count`. Times are ISO 8601, or like
`2026-11-24 07:00:02`; without an offset they are at SOURCE_UTC_OFFSET. Counts may be
separated by THOUSANDS_SEPARATOR. Of several lines in one hour the earliest becomes
the hour's reading. Bad lines are reported and do not stop the others.

The import can be repeated. It first lists what is there, and skips objects whose ETag
says that they have the same bytes. An hour that has another reading keeps it: with
the same count it is `already there`, with another count it is reported as a conflict.

Exit code: 0 all is there, 1 some lines were bad or in conflict, 2 nothing could be
done, or the store failed on the way.
"""

import hashlib
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from collector.errors import CollectorError
from collector.patience import Patience
from collector.reading import Reading, make_prefix
from collector.settings import check_variables
from collector.store import Kept, put_reading
from infra.operate.csv_history import Format, HeaderError, History, parse_history

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

THREADS = 32
SETTINGS = ("DATA_BUCKET", "COUNTER", "SOURCE_UTC_OFFSET", "THOUSANDS_SEPARATOR")


def main(
    arguments: Sequence[str],
    env: Mapping[str, str],
    client: "S3Client | None" = None,
) -> int:
    """Import the file that the only argument names; return the exit code."""
    if len(arguments) != 1:
        return _fail("usage: python -m infra.operate.import_csv FILE")
    path = Path(arguments[0])
    try:
        values = check_variables(env, SETTINGS)
        history = load_history(path, values)
    except HeaderError:
        return _fail(f"{path}: the first line is not the header time,count")
    except OSError as error:
        return _fail(f"{path}: cannot be read: {error.strerror}")
    except CollectorError as error:
        return _fail(str(error))
    _report_lines(history)
    try:
        config = Config(max_pool_connections=THREADS, retries={"mode": "standard"})
        client = client or boto3.client("s3", config=config)
        return store_history(client, values["data_bucket"], values["counter"], history)
    except (BotoCoreError, ClientError, CollectorError) as error:
        return _fail(f"the store failed: {error}; run it again to do the rest")


def load_history(path: Path, values: Mapping[str, Any]) -> History:
    """Read the file by these settings; raises HeaderError or OSError."""
    form = Format(
        counter=values["counter"],
        offset=values["source_utc_offset"],
        separator=values["thousands_separator"],
        now=datetime.now(UTC),
    )
    # Bytes that are not UTF-8 spoil their own line only.
    with path.open(encoding="utf-8", errors="backslashreplace") as lines:
        return parse_history(lines, form)


def store_history(
    client: "S3Client", bucket: str, counter: str, history: History
) -> int:
    """Store what is not there yet, print a summary, return the exit code."""
    there = _list_etags(client, bucket, make_prefix(counter))
    readings = history.readings.items()
    missing = [r for key, r in readings if there.get(key) != _make_etag(r)]
    patience = Patience(time.monotonic, time.sleep, random.uniform)

    def put(reading: Reading) -> tuple[Reading, Kept]:
        return reading, put_reading(client, bucket, reading, patience)

    outcomes = Counter(duplicate=len(history.readings) - len(missing))
    # If one fails, or on Ctrl-C, `map` calls off those that have not begun.
    with ThreadPoolExecutor(THREADS) as threads:
        for done, (reading, kept) in enumerate(threads.map(put, missing), start=1):
            outcomes[kept.outcome] += 1
            if kept.outcome == "conflict":
                _say(f"{reading.key()}: {kept.count} stays, not {reading.count}")
            if done % 1000 == 0:
                _say(f"{done} of {len(missing)} put")
    print(
        f"imported {outcomes['stored']}, already there {outcomes['duplicate']}, "
        f"conflicts {outcomes['conflict']}, bad lines {len(history.bad_lines)}"
    )
    return 1 if outcomes["conflict"] or history.bad_lines else 0


def _list_etags(client: "S3Client", bucket: str, start: str) -> dict[str, str]:
    def entries() -> Iterator[tuple[str, str]]:
        pages = client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=start):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["ETag"].strip('"')

    return dict(entries())


def _make_etag(reading: Reading) -> str:
    """Return the ETag of a plain put: the MD5 of the bytes.

    With some encryptions it is something else: then nothing is skipped, and each
    reading is compared with what is there.
    """
    return hashlib.md5(reading.to_line(), usedforsecurity=False).hexdigest()


def _report_lines(history: History) -> None:
    for number, reason in history.bad_lines:
        _say(f"line {number}: {reason}")
    if history.surplus:
        _say(f"{history.surplus} lines left out: an earlier one has the same hour")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fail(text: str) -> int:
    _say(text)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
