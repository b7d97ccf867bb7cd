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
from renderer.readings.fetch import Page, Source
from renderer.readings.format import (
    SCHEMA,
    make_frame,
    make_key,
    parse_key,
    readings_prefix,
)

LOOK_BACK = timedelta(hours=48)
PARQUET = "application/vnd.apache.parquet"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class History:
    """The readings as of one version of the file."""

    frame: pl.DataFrame
    etag: str | None
    fingerprint: str
    broken: list[str]


def history_key(counter: str) -> str:
    """Return the key of a counter's history in the data bucket."""
    return f"history/counter={counter}/history.parquet"


def absorb_readings(source: Source, hinted: Iterable[str], *, rebuild: bool) -> History:
    """Bring the history up to the readings and return it.

    Raises ConflictError if other runs win every one of several attempts.
    """
    return retry_conflicts(lambda: absorb_once(source, hinted, rebuild=rebuild))


def absorb_once(source: Source, hinted: Iterable[str], *, rebuild: bool) -> History:
    """Merge what the history lacks and swap the file in, once."""
    key = history_key(source.counter)
    stored = source.bucket.get(key)
    kept = decode_frame(stored.body) if stored and not rebuild else None
    known = make_frame([]) if kept is None else kept
    new, broken = source.load(list_missing(source, known, hinted))
    if stored and kept is not None and new.is_empty():
        return History(known, stored.etag, fingerprint(stored.body), broken)
    frame = merge_readings(known, new)
    body = encode_frame(frame)
    etag = stored.etag if stored else None
    if not stored or stored.body != body:
        etag = source.bucket.put(key, body, replacing=etag, ContentType=PARQUET)
    return History(frame, etag, fingerprint(body), broken)


def list_missing(
    source: Source, known: pl.DataFrame, hinted: Iterable[str]
) -> Iterator[Page]:
    """Yield the keys that may hold readings which the history lacks, with ETags.

    Whatever only the event names comes last, and its ETag is not known.
    """
    prefix = readings_prefix(source.counter)
    since = ""
    if not known.is_empty():
        since = make_key(source.counter, known.item(-1, "scheduled_at") - LOOK_BACK)
    unlisted = {key for key in hinted if key.startswith(prefix)}
    for page in source.bucket.pages(prefix, since):
        unlisted -= page.keys()
        yield select_missing(page, known, source.counter)
    yield select_missing(dict.fromkeys(sorted(unlisted)), known, source.counter)


def select_missing(page: Page, known: pl.DataFrame, counter: str) -> Page:
    """Return those of the keys that are a reading's, of an hour that is not known."""
    hours = {}
    for key in page:
        if hour := parse_key(key, counter):
            hours[key] = hour
        else:
            logger.warning("%s is not the key of a reading; it is skipped", key)
    asked = pl.Series(list(hours.values()), dtype=SCHEMA["scheduled_at"]).implode()
    there = set(known.filter(pl.col("scheduled_at").is_in(asked))["scheduled_at"])
    return {key: page[key] for key, hour in hours.items() if hour not in there}


def merge_readings(known: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return all readings, one an hour, sorted; a reading is write-once."""
    return (
        pl.concat([known, new])
        .unique("scheduled_at", keep="first")
        .sort("scheduled_at")
    )


def encode_frame(frame: pl.DataFrame) -> bytes:
    """Return a frame as Parquet; the same rows give the same bytes."""
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(buffer, compression="zstd", statistics=True)
    return buffer.getvalue()


def decode_frame(body: bytes) -> pl.DataFrame | None:
    """Return the frame in a Parquet file of ours, None if it is damaged or older.

    The history can always be had from the readings, so that is no error.
    """
    try:
        return pl.read_parquet(io.BytesIO(body), schema=SCHEMA)
    except (pl.exceptions.PolarsError, OSError) as error:
        logger.warning("the history cannot be read and is made again: %r", error)
        return None
