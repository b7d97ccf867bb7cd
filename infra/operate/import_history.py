"""`make import CSV=file`: bring an older history in, whole or not at all.

What the file adds becomes one object that is written once; hours that already count
keep their readings. Each line that says otherwise is told, with the command that
would correct it. `DRY=1` only shows what would happen; a terminal asks first, and
`YES=1` answers.

Exit code: 0 all of the file is there, 1 some lines were bad or say otherwise, 2
nothing could be done.
"""

import shlex
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

import collector.errors
from collector.settings import check_variables
from infra.console import confirm, say, tell_number
from infra.environment import is_on, read_whole
from infra.errors import SettingsError
from infra.operate.archive import add_object, choose_time, find_place, load_archive
from infra.operate.history_file import FileHistory, Format, read_history
from infra.operate.stack import LOCAL
from renderer.errors import BrokenObjectError
from renderer.readings.fetch import ReadingStore
from renderer.readings.format import format_utc
from renderer.readings.history import PARQUET_TYPE, Archive
from renderer.readings.imports import encode_import, parse_import

OLDEST = 1990


def import_history(env: Mapping[str, str]) -> int:
    """Import the file that `CSV` names; return the exit code."""
    file = env.get("CSV")
    if not file:
        raise SettingsError("give the file: CSV=history.csv")
    now = datetime.now(UTC)
    found = read_history(Path(file), make_format(env, now))
    store, zone = find_place(env)
    return store_history(store, found, ZoneInfo(zone), env, now)


def make_format(env: Mapping[str, str], now: datetime) -> Format:
    """Return how the file is to be read; raises SettingsError."""
    try:
        values = check_variables(env, ("SOURCE_UTC_OFFSET", "THOUSANDS_SEPARATOR"))
    except collector.errors.SettingsError as error:
        raise SettingsError(str(error)) from error
    since = read_whole(env, "SINCE", OLDEST, 1900, now.year)
    return Format(
        offset=values["source_utc_offset"],
        separator=values["thousands_separator"],
        now=now,
        since=datetime(since, 1, 1, tzinfo=UTC),
        time_column=env.get("TIME_COLUMN") or None,
        count_column=env.get("COUNT_COLUMN") or None,
    )


def store_history(
    store: ReadingStore,
    found: FileHistory,
    zone: ZoneInfo,
    env: Mapping[str, str],
    now: datetime,
) -> int:
    """Store what a file adds, after telling what that is; return the exit code."""
    archive = load_archive(store)
    known = archive.settle().readings.select("scheduled_at", kept="count")
    rows = found.readings.join(
        known, on="scheduled_at", how="left", maintain_order="left"
    )
    added = rows.filter(pl.col("kept").is_null())
    differing = rows.filter(pl.col("kept") != pl.col("count"))
    place = describe_place(env)
    tell_lines(found, differing, place)
    tell_summary(found, added, zone)
    tell_voided(archive, added)
    same = rows.height - added.height - differing.height
    told = (
        f"already there {same}, conflicts {differing.height}, "
        f"bad lines {len(found.bad_lines)}"
    )
    tell_way_back(added, place)
    if is_on(env, "DRY"):
        say(f"dry run, nothing is written: would import {added.height}, {told}")
        return 1 if differing.height or found.bad_lines else 0
    if not added.is_empty():
        answer = "yes" if env.get("YES") == "1" else env.get("YES")
        if sys.stdin.isatty() or answer:
            readings = tell_number(added.height, "reading")
            confirm({"YES": answer or ""}, f"{readings} to be added", "yes")
        key, body = make_import_object(store.counter, choose_time(archive, now), added)
        add_object(store, key, body, PARQUET_TYPE)
        say(f"written: {key}")
    say(f"imported {added.height}, {told}")
    return 1 if differing.height or found.bad_lines else 0


def make_import_object(
    counter: str, made_at: datetime, added: pl.DataFrame
) -> tuple[str, bytes]:
    """Return key and body of an import that the renderer will take."""
    key, body = encode_import(counter, made_at, added)
    try:
        parse_import(key, body, counter)
    except BrokenObjectError as error:
        raise SettingsError(f"the import {error}") from error
    return key, body


def describe_place(env: Mapping[str, str]) -> str:
    """Return what leads another command to the same stack: `STACK=local DATA=/data`."""
    stack = env.get("STACK") or LOCAL
    folder = f" DATA={shlex.quote(env['DATA'])}" if env.get("DATA") else ""
    return f"STACK={stack}{folder if stack == LOCAL else ''}"


def tell_lines(found: FileHistory, differing: pl.DataFrame, place: str) -> None:
    """Tell each line that is not taken, on stderr; place: as describe_place has it."""
    for number, reason in found.bad_lines:
        warn(f"line {number}: {reason}")
    for row in differing.iter_rows(named=True):
        hour = format_utc(row["scheduled_at"])
        warn(
            f"line {row['line']}: {hour} has {row['kept']}, which stays; the file has "
            f"{row['count']}; to correct it: make correct AT={hour} "
            f"COUNT={row['count']} REASON=... {place}"
        )
    if found.surplus:
        lines = tell_number(found.surplus, "line")
        warn(f"{lines} left out: another one is nearer to the same hour")


def tell_summary(found: FileHistory, added: pl.DataFrame, zone: ZoneInfo) -> None:
    """Tell how the file was read, and what of it is new, in the zone of the days."""
    say(f"read           {found.found}")
    if added.is_empty():
        say("new            nothing")
        return
    first, last = (
        added.item(row, "scheduled_at").astimezone(zone).strftime("%Y-%m-%d %H:%M")
        for row in (0, -1)
    )
    readings = tell_number(added.height, "reading")
    say(f"new            {readings}, {first} to {last} ({zone.key})")


def tell_voided(archive: Archive, added: pl.DataFrame) -> None:
    """Tell how many hours count again by this import, though they were voided."""
    gone = archive.settle().changes.filter(pl.col("count_now").is_null())
    again = added.join(gone, on="scheduled_at", how="semi").height
    if again:
        say(f"voided         {again:,} of these hours, which this import fills again")


def tell_way_back(rows: pl.DataFrame, place: str) -> None:
    """Tell the command that takes back what the file adds, if it was wrong."""
    if not rows.is_empty():
        first, last = (format_utc(rows.item(row, "scheduled_at")) for row in (0, -1))
        span = f"FROM={first} TO={last}"
        say(f"to take it back: make void {span} REASON=... {place}")


def warn(text: str) -> None:
    """Print one line to stderr."""
    print(text, file=sys.stderr, flush=True)
