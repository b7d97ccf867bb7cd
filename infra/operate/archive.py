"""What a stack's readings, imports, corrections and notes say, and adding to them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from infra.aws.clients import make_clients
from infra.environment import is_on
from infra.errors import SettingsError
from infra.operate.stack import Stack, find_local, find_stack, refuse_full_disk
from renderer.bucket import Bucket, retry_conflicts
from renderer.errors import ConflictError
from renderer.readings.fetch import ReadingStore
from renderer.readings.history import (
    EMPTY,
    Archive,
    decode_archive,
    gather_archive,
    make_history_key,
)
from renderer.settings import VARIABLES

SECOND = timedelta(seconds=1)


def open_store(stack: Stack) -> ReadingStore:
    """Return where a stack's readings lie."""
    bucket = Bucket(stack.client("s3"), stack.data_bucket)
    return ReadingStore(bucket, stack.counter, {})


def find_place(env: Mapping[str, str]) -> tuple[ReadingStore, str]:
    """Find where a history is to go, and the name of the zone of its days.

    That is the stack that `STACK` names, or else `DATA_BUCKET`, or else the running
    stack of this machine. Raises StackError if it is not there or has no room,
    SettingsError for a counter or a zone that the renderer would not take.
    """
    if env.get("STACK") or not env.get("DATA_BUCKET"):
        stack = find_stack(env) if env.get("STACK") else find_local(env)
        if not is_on(env, "DRY"):
            refuse_full_disk(stack)
        return open_store(stack), stack.time_zone
    bucket = Bucket(make_clients(env)("s3"), env["DATA_BUCKET"])
    counter, zone = (read_as_renderer(env, name) for name in ("COUNTER", "TIME_ZONE"))
    return ReadingStore(bucket, counter, {}), zone


def read_as_renderer(env: Mapping[str, str], name: str) -> str:
    """Read a variable of the renderer's; raises SettingsError where it would."""
    variable = VARIABLES[name]
    text = str(env.get(name) or variable.default)
    try:
        variable.check(text)
    except ValueError as error:
        raise SettingsError(f"{name} {text!r} {error}") from None
    return text


def load_archive(store: ReadingStore) -> Archive:
    """Return all that was written once, as the site is made from it."""
    stored = store.bucket.get(make_history_key(store.counter))
    known = decode_archive(stored.body, store.counter) if stored else None
    return gather_archive(store, known or EMPTY, [])[0]


def choose_time(archive: Archive, now: datetime) -> datetime:
    """Return when something new is made: now, but after all that is there.

    So of what is made within one second, or by a clock that goes wrong, the order is
    still known.
    """
    times = [each.made_at for each in archive.corrections.values()]
    times += [each.made_at for each in archive.notes.values()]
    read, imported = archive.candidates.select(
        pl.col("observed_at").max(), pl.col("import").max()
    ).row(0)
    if read is not None:
        times.append(read)
    if imported is not None:
        times.append(datetime.fromisoformat(imported.partition("-")[0]))
    latest = max([now, *(time + SECOND for time in times)])
    return latest.replace(microsecond=0) + SECOND * (latest.microsecond > 0)


def add_object(store: ReadingStore, key: str, body: bytes, kind: str) -> None:
    """Put an object that is written once, and see that it is there.

    Its name is that of its content, so one that is there already is the same. Raises
    ConflictError if other writes get in the way of every one of several attempts.
    """

    def put() -> None:
        try:
            store.bucket.put(key, body, replacing=None, ContentType=kind)
        except ConflictError:
            # A write to the key under way says nothing about what is there.
            if store.bucket.etag(key) is None:
                raise

    retry_conflicts(put)
