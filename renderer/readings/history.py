"""All readings in one Parquet file, kept up to date by compare-and-swap.

The file is a cache of the readings: it can be lost or thrown away at any time and
is the same bytes however it came to be. The event only hints at new readings: a
listing of the last 48 hours before the newest known one finds what an event did
not name, so lost, late, repeated and reordered events all heal.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from renderer.bucket import retry_conflicts
from renderer.fingerprint import fingerprint
from renderer.readings.fetch import Listing, ReadingStore
from renderer.readings.format import (
    READINGS_SCHEMA,
    make_reading_key,
    make_readings_prefix,
    parse_reading_key,
    tabulate_readings,
)

LOOK_BACK = timedelta(hours=48)
PARQUET_TYPE = "application/vnd.apache.parquet"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class History:
    """All readings of a counter, as one version of the file has them.

    `readings` has the columns of `READINGS_SCHEMA`, sorted by the hour; `etag` is
    that of the file; `broken_keys` are those of new objects that are no readings.
    """

    readings: pl.DataFrame
    etag: str
    fingerprint: str
    broken_keys: list[str]


def make_history_key(counter: str) -> str:
    """Return the key of a counter's history in the data bucket.

    >>> make_history_key("nyanpass")
    'history/counter=nyanpass/history.parquet'
    """
    return f"history/counter={counter}/history.parquet"


def absorb_readings(
    store: ReadingStore, hinted: Iterable[str], *, rebuild: bool
) -> History:
    """Add to the history file what readings it lacks, and return the history.

    `hinted` are keys that an event names. `rebuild` makes the file from all readings
    anew. Raises ConflictError if other runs win every one of several attempts.
    """
    return retry_conflicts(lambda: absorb_once(store, hinted, rebuild=rebuild))


def absorb_once(
    store: ReadingStore, hinted: Iterable[str], *, rebuild: bool
) -> History:
    """Make one attempt to absorb the readings.

    Raises ConflictError if another run changes the file meanwhile.
    """
    key = make_history_key(store.counter)
    stored = store.bucket.get(key)
    kept = decode_history(stored.body) if stored and not rebuild else None
    known = tabulate_readings([]) if kept is None else kept
    new, broken = store.load_readings(list_unknown_keys(store, known, hinted))
    if stored and kept is not None and new.is_empty():
        return History(known, stored.etag, fingerprint(stored.body), broken)
    frame = merge_readings(known, new)
    body = encode_parquet(frame)
    if stored and stored.body == body:
        etag = stored.etag
    else:
        replacing = stored.etag if stored else None
        etag = store.bucket.put(key, body, replacing, ContentType=PARQUET_TYPE)
    return History(frame, etag, fingerprint(body), broken)


def list_unknown_keys(
    store: ReadingStore, known: pl.DataFrame, hinted: Iterable[str]
) -> Iterator[Listing]:
    """Yield the keys of readings of hours that the known ones lack, with their ETags.

    They are listed from 48 hours before the newest known reading on. What only the
    event names comes last, and its ETag is not known.
    """
    prefix = make_readings_prefix(store.counter)
    since = ""
    if not known.is_empty():
        since = make_reading_key(
            store.counter, known.item(-1, "scheduled_at") - LOOK_BACK
        )
    unlisted = {key for key in hinted if key.startswith(prefix)}
    for page in store.bucket.pages(prefix, since):
        unlisted -= page.keys()
        yield select_unknown_keys(page, known, store.counter)
    yield select_unknown_keys(dict.fromkeys(sorted(unlisted)), known, store.counter)


def select_unknown_keys(page: Listing, known: pl.DataFrame, counter: str) -> Listing:
    """Return those of the keys whose hour the known readings lack.

    A key that is not a reading's is named in a warning and left out.
    """
    hours = {}
    for key in page:
        if hour := parse_reading_key(key, counter):
            hours[key] = hour
        else:
            logger.warning("%s is not the key of a reading; it is skipped", key)
    asked = pl.Series(
        list(hours.values()), dtype=READINGS_SCHEMA["scheduled_at"]
    ).implode()
    there = set(known.filter(pl.col("scheduled_at").is_in(asked))["scheduled_at"])
    return {key: page[key] for key, hour in hours.items() if hour not in there}


def merge_readings(known: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return known and new readings, one an hour, sorted by the hour.

    Of two for the same hour the known one stays: a reading never changes.
    """
    return (
        pl.concat([known, new])
        .unique("scheduled_at", keep="first")
        .sort("scheduled_at")
    )


def encode_parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as a Parquet file; the same rows give the same bytes."""
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(buffer, compression="zstd", statistics=True)
    return buffer.getvalue()


def decode_history(body: bytes) -> pl.DataFrame | None:
    """Return the readings in a history file.

    None, with a warning, if it is damaged or has other columns; that is no error,
    since it can be made again from the readings.
    """
    try:
        return pl.read_parquet(io.BytesIO(body), schema=READINGS_SCHEMA)
    except (pl.exceptions.PolarsError, OSError) as error:
        logger.warning("the history cannot be read and is made again: %r", error)
        return None
