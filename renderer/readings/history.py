"""All that was read, imported, corrected and noted in one file, by compare-and-swap.

The file is a cache of the objects that hold it: it can be lost or thrown away at any
time and is the same bytes however it came to be. The event only hints at new objects.
A listing of the last 48 hours before the newest known reading finds what an event did
not name, and imports and corrections, of which there are few, are always listed: so
lost, late, repeated and reordered events all heal.

Its rows are Parquet with the columns of `CANDIDATES_SCHEMA`; the corrections are a
note beside them. A file of before there were imports lacks that column, and is valid.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import polars as pl

from renderer.bucket import retry_conflicts
from renderer.errors import BrokenObjectError
from renderer.fingerprint import fingerprint
from renderer.readings.corrections import (
    Correction,
    encode_correction,
    make_corrections_prefix,
    parse_correction,
)
from renderer.readings.fetch import Listing, Parsed, ReadingStore
from renderer.readings.format import (
    MAX_COUNT,
    READINGS_SCHEMA,
    make_reading_key,
    make_readings_prefix,
    parse_reading_key,
)
from renderer.readings.imports import SUFFIX, make_imports_prefix, parse_import
from renderer.readings.naming import NAME_PATTERN
from renderer.readings.notes import (
    Note,
    encode_note,
    make_notes_prefix,
    parse_note,
    settle_notes,
)
from renderer.readings.parquet import (
    decode_metadata,
    decode_parquet,
    encode_parquet,
)
from renderer.readings.settle import (
    CANDIDATES_SCHEMA,
    Settled,
    add_candidates,
    settle_readings,
)

LOOK_BACK = timedelta(hours=48)
PARQUET_TYPE = "application/vnd.apache.parquet"
# The metadata: of each a dictionary of the keys and lines.
CORRECTIONS, NOTES = "corrections", "notes"
NO_IMPORT = pl.lit(None, pl.String).alias("import")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Archive:
    """All that was ever read, imported, corrected and noted.

    `candidates` has the columns of `CANDIDATES_SCHEMA`, as `sort_candidates` sorts
    them; `corrections` and `notes` are by their keys, in the order of these.
    """

    candidates: pl.DataFrame
    corrections: dict[str, Correction]
    notes: dict[str, Note] = field(default_factory=dict)

    def settle(self) -> Settled:
        """Return what of all that counts."""
        settled = settle_readings(self.candidates, self.corrections.values())
        return replace(settled, notes=settle_notes(self.notes.values()))


@dataclass(frozen=True)
class History:
    """What counts of the archive, as one version of the file has it.

    `etag` and `fingerprint` are those of the file; `broken_keys` are those of new
    objects that are not what they should be.
    """

    settled: Settled
    etag: str
    fingerprint: str
    broken_keys: list[str]


EMPTY = Archive(CANDIDATES_SCHEMA.to_frame(), {})


def make_history_key(counter: str) -> str:
    """Return the key of a counter's history in the data bucket.

    >>> make_history_key("nyanpass")
    'history/counter=nyanpass/history.parquet'
    """
    return f"history/counter={counter}/history.parquet"


def absorb_objects(
    store: ReadingStore, hinted: Iterable[str], *, rebuild: bool
) -> History:
    """Add to the history file what it lacks, and return the history.

    `hinted` are keys that an event names. `rebuild` makes the file from all objects
    anew. Raises ConflictError if other runs win every one of several attempts.
    """
    return retry_conflicts(lambda: absorb_once(store, hinted, rebuild=rebuild))


def absorb_once(
    store: ReadingStore, hinted: Iterable[str], *, rebuild: bool
) -> History:
    """Make one attempt to absorb the objects.

    Raises ConflictError if another run changes the file meanwhile.
    """
    key = make_history_key(store.counter)
    stored = store.bucket.get(key)
    kept = (
        decode_archive(stored.body, store.counter) if stored and not rebuild else None
    )
    archive, broken = gather_archive(store, kept or EMPTY, hinted)
    settled = archive.settle()
    if stored and archive is kept:
        return History(settled, stored.etag, fingerprint(stored.body), broken)
    body = encode_archive(archive, store.counter)
    if stored and stored.body == body:
        etag = stored.etag
    else:
        replacing = stored.etag if stored else None
        etag = store.bucket.put(key, body, replacing, ContentType=PARQUET_TYPE)
    return History(settled, etag, fingerprint(body), broken)


def gather_archive(
    store: ReadingStore, known: Archive, hinted: Iterable[str]
) -> tuple[Archive, list[str]]:
    """Return a known archive with what it lacks, and the keys of broken objects.

    It is the same one if it lacks nothing.
    """
    # Each is listed by a request of its own, and none has to wait for another.
    with ThreadPoolExecutor(3) as pool:
        bringing_in = pool.submit(load_imports, store, known.candidates)
        correcting = pool.submit(
            lambda: load_unknown(
                store,
                make_corrections_prefix(store.counter),
                known.corrections,
                parse_correction,
            )
        )
        noting = pool.submit(
            lambda: load_unknown(
                store, make_notes_prefix(store.counter), known.notes, parse_note
            )
        )
        collected, broken = store.load_readings(
            list_unknown_keys(store, known.candidates, hinted)
        )
    imports, broken_imports = bringing_in.result()
    corrections, broken_corrections = correcting.result()
    notes, broken_notes = noting.result()
    broken = sorted([*broken, *broken_imports, *broken_corrections, *broken_notes])
    if collected.is_empty() and not imports and not corrections and not notes:
        return known, broken
    added = collected.with_columns(NO_IMPORT)
    candidates = add_candidates(known.candidates, pl.concat([added, *imports]))
    return Archive(
        candidates,
        dict(sorted({**known.corrections, **corrections}.items())),
        dict(sorted({**known.notes, **notes}.items())),
    ), broken


def load_unknown(
    store: ReadingStore,
    prefix: str,
    known: Mapping[str, Parsed],
    parse: Callable[[str, bytes, str], Parsed],
) -> tuple[dict[str, Parsed], list[str]]:
    """Return what objects under a prefix hold that are not known yet, by their keys.

    And the keys of those of them that are broken.
    """
    new = [key for key in store.bucket.list(prefix) if key not in known]
    return store.load_objects(new, parse)


def load_imports(
    store: ReadingStore, known: pl.DataFrame
) -> tuple[list[pl.DataFrame], list[str]]:
    """Return the imports that known candidates lack, and the keys of broken ones."""
    prefix, there = make_imports_prefix(store.counter), set(known["import"].unique())
    names = {
        key: key.removeprefix(prefix).removesuffix(SUFFIX)
        for key in store.bucket.list(prefix)
    }
    new = [key for key, name in names.items() if name not in there]
    found, broken = store.load_objects(new, parse_import)
    frames = [
        readings.with_columns(pl.lit(names[key]).alias("import"))
        for key, readings in found.items()
    ]
    return frames, broken


def list_unknown_keys(
    store: ReadingStore, known: pl.DataFrame, hinted: Iterable[str]
) -> Iterator[Listing]:
    """Yield the keys of readings of hours that the known ones lack, with their ETags.

    They are listed from 48 hours before the newest known reading on. What only the
    event names comes last, and its ETag is not known.
    """
    prefix = make_readings_prefix(store.counter)
    known = known.filter(pl.col("import").is_null())
    since = ""
    if not known.is_empty():
        newest = known.item(-1, "scheduled_at")
        # One that is dated ahead by mistake must not hide those of today.
        if store.now:
            newest = min(newest, store.now)
        since = make_reading_key(store.counter, newest - LOOK_BACK)
    unlisted = {key for key in hinted if key.startswith(prefix)}
    for page in store.bucket.pages(prefix, since):
        unlisted -= page.keys()
        yield select_unknown_keys(page, known, store.counter)
    yield select_unknown_keys(dict.fromkeys(sorted(unlisted)), known, store.counter)


def select_unknown_keys(page: Listing, known: pl.DataFrame, counter: str) -> Listing:
    """Return those of the keys whose hour the known readings lack.

    What is no key of a reading is no hour of theirs either.
    """
    hours = {key: parse_reading_key(key, counter) for key in page}
    asked = pl.Series(
        [hour for hour in hours.values() if hour], dtype=READINGS_SCHEMA["scheduled_at"]
    ).implode()
    there = set(known.filter(pl.col("scheduled_at").is_in(asked))["scheduled_at"])
    return {key: page[key] for key, hour in hours.items() if hour not in there}


def encode_archive(archive: Archive, counter: str) -> bytes:
    """Return the history file of an archive; the same archive gives the same bytes."""
    kept = {
        CORRECTIONS: dict(
            encode_correction(counter, each) for each in archive.corrections.values()
        ),
        NOTES: dict(encode_note(counter, each) for each in archive.notes.values()),
    }
    metadata = {
        name: json.dumps({key: body.decode() for key, body in bodies.items()})
        for name, bodies in kept.items()
        if bodies
    }
    # Written every hour and read by nobody else: quick rather than small.
    return encode_parquet(archive.candidates, metadata, level=1)


def check_candidates(candidates: pl.DataFrame) -> None:
    """Raise BrokenObjectError unless candidates are what an archive has."""
    if candidates.schema != CANDIDATES_SCHEMA:
        raise BrokenObjectError("has other columns")
    hours, counts = candidates["scheduled_at"], candidates["count"]
    whole = (
        candidates.select("scheduled_at", "observed_at", "count")
        .null_count()
        .sum_horizontal()
        .item()
        == 0
        and hours.is_sorted()
        and counts.is_between(0, MAX_COUNT).all()
        and candidates["import"]
        .drop_nulls()
        .unique()
        .str.contains(f"^{NAME_PATTERN.pattern}$")
        .all()
    )
    if not whole:
        raise BrokenObjectError("has rows that no archive has")


def decode_archive(body: bytes, counter: str) -> Archive | None:
    """Return the archive in a history file.

    None, with a warning, if it is damaged or has other columns; that is no error,
    since it can be made again from the objects.
    """
    try:
        candidates = decode_parquet(body)
        if candidates.schema == READINGS_SCHEMA:
            candidates = candidates.with_columns(NO_IMPORT)
        check_candidates(candidates)
        metadata = decode_metadata(body)
        corrections = decode_objects(
            metadata.get(CORRECTIONS, "{}"), parse_correction, counter
        )
        notes = decode_objects(metadata.get(NOTES, "{}"), parse_note, counter)
    except (BrokenObjectError, ValueError, AttributeError) as error:
        logger.warning("the history %s; it is made again", error)
        return None
    return Archive(candidates, corrections, notes)


def decode_objects(
    text: str, parse: Callable[[str, bytes, str], Parsed], counter: str
) -> dict[str, Parsed]:
    """Return what the objects of a part of the metadata hold, by their keys.

    `parse` takes key, body and counter. Raises BrokenObjectError, ValueError or
    AttributeError if it is damaged.
    """
    lines = json.loads(text)
    return {key: parse(key, line.encode(), counter) for key, line in lines.items()}
