"""`make void`, `make correct`, `make restore`: take back what is wrong, in the open.

Each writes one correction, and changes no reading; the site follows within a minute.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from infra.console import say, tell_number, tidy_line
from infra.environment import is_on
from infra.errors import SettingsError
from infra.operate.archive import add_object, choose_time, load_archive, open_store
from infra.operate.readings import parse_bound
from infra.operate.stack import Stack
from renderer.errors import BrokenObjectError
from renderer.readings.corrections import (
    Correction,
    Kind,
    encode_correction,
    find_correction_problem,
    parse_correction,
)
from renderer.readings.format import format_utc
from renderer.readings.history import Archive


def void(stack: Stack, env: Mapping[str, str]) -> int:
    """Have the hours from `FROM` to `TO` count as missing."""
    return make_correction(stack, env, "void", parse_span(env), None)


def restore(stack: Stack, env: Mapping[str, str]) -> int:
    """Have what was read from `FROM` to `TO` count again."""
    return make_correction(stack, env, "restore", parse_span(env), None)


def correct(stack: Stack, env: Mapping[str, str]) -> int:
    """Have `COUNT` be the count of the hour `AT`."""
    at = parse_hour("AT", env.get("AT"))
    text = env.get("COUNT") or ""
    if not re.fullmatch("[0-9]{1,18}", text):
        raise SettingsError(
            f"COUNT {text[:40]!r} is not a count: give a whole number of up to 18 "
            "digits, without separators"
        )
    return make_correction(stack, env, "correct", (at, at), int(text))


def parse_span(env: Mapping[str, str]) -> tuple[datetime, datetime]:
    """Return the first and the last hour of `FROM` and `TO`, both included."""
    first = parse_hour("FROM", env.get("FROM"))
    last = parse_hour("TO", text := env.get("TO"))
    if len(text or "") <= len("2026-11-23"):
        last += timedelta(hours=23)
    if first > last:
        raise SettingsError("FROM is after TO")
    return first, last


def parse_hour(name: str, text: str | None) -> datetime:
    """Read a full hour in UTC; raises SettingsError for anything else."""
    hour = parse_bound(name, text)
    if hour.minute or hour.second or hour.microsecond:
        raise SettingsError(f"{name} {text!r} is not a full hour")
    return hour


def make_correction(
    stack: Stack,
    env: Mapping[str, str],
    kind: Kind,
    span: tuple[datetime, datetime],
    count: int | None,
) -> int:
    """Write a correction unless nothing would change; `DRY=1` only shows what would."""
    store = open_store(stack)
    archive = load_archive(store)
    made_at = choose_time(archive, datetime.now(UTC))
    # That is later than all readings, also those of a clock that is ahead.
    if kind == "correct" and span[0] > made_at:
        raise SettingsError(f"{span[0]} has not come: nobody can know its count")
    reason = tidy_line(env.get("REASON") or "")
    made = Correction(kind, *span, count, reason, made_at)
    key, body = make_correction_object(stack.counter, made)
    changed = compare_counts(archive, made)
    say(f"for visitors: {kind}, “{reason}”")
    for hour, before, after in changed.iter_rows():
        say(f"{format_utc(hour)}  {show_count(before)} -> {show_count(after)}")
    hours = tell_number(changed.height, "hour")
    if changed.is_empty():
        say("nothing changes, so nothing is written")
    elif is_on(env, "DRY"):
        say(f"dry run: {hours} would change; nothing is written")
    else:
        add_object(store, key, body, "application/json")
        say(f"{hours} changed; the site follows within a minute")
        say(f"written: {key}")
    return 0


def make_correction_object(counter: str, made: Correction) -> tuple[str, bytes]:
    """Return key and body of a correction that the renderer will take."""
    if not made.reason:
        raise SettingsError("REASON is missing: say why, in a sentence for visitors")
    try:
        if problem := find_correction_problem(made):
            raise BrokenObjectError(problem)
        key, body = encode_correction(counter, made)
        parse_correction(key, body, counter)
    except BrokenObjectError as error:
        raise SettingsError(f"the correction {error}") from error
    return key, body


def compare_counts(archive: Archive, made: Correction) -> pl.DataFrame:
    """Return the hours whose count a correction changes, with the one and the other.

    Raises SettingsError if it would leave none.
    """
    corrected = replace(archive, corrections={**archive.corrections, "": made})
    before, after = (
        each.settle().readings.select("scheduled_at", "count")
        for each in (archive, corrected)
    )
    if after.is_empty() and not before.is_empty():
        raise SettingsError("no reading would be left, and a site has at least one")
    both = before.join(
        after, on="scheduled_at", how="full", coalesce=True, suffix="_after"
    )
    changed = pl.col("count").ne_missing(pl.col("count_after"))
    return both.filter(changed).sort("scheduled_at")


def show_count(count: int | None) -> str:
    """Show a count: `1,234`, or `missing`."""
    return "missing" if count is None else f"{count:,}"
