"""`make note`, `make unnote`: tell visitors what happened at a moment, or no longer.

Each writes one note, and the site follows within a minute.
"""

import re
import string
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from collector.answer import parse_time
from collector.errors import AnswerError
from infra.console import say, tidy_line
from infra.environment import is_on
from infra.errors import SettingsError
from infra.operate.archive import add_object, choose_time, load_archive, open_store
from infra.operate.stack import Stack
from renderer.readings.fetch import ReadingStore
from renderer.readings.format import YEARS, format_utc
from renderer.readings.history import Archive
from renderer.readings.notes import Note, encode_note, find_note_problem, settle_notes
from renderer.site.languages import LANGUAGES

# So many are named where there is none at the time that was given.
NAMED = 5


def note(stack: Stack, env: Mapping[str, str]) -> int:
    """Tell `JA`, `EN` or both of the moment `AT`, with more to read at `URL`."""
    names = {each.code: each.code.upper() for each in LANGUAGES}
    given = {code: env.get(name) for code, name in names.items()}
    texts = {
        code: line for code, text in given.items() if (line := tidy_line(text or ""))
    }
    if not texts:
        missing = " and ".join(names.values())
        raise SettingsError(f"{missing} are missing: say it in one of them at least")
    at = parse_moment(env.get("AT"), stack.time_zone)
    store = open_store(stack)
    archive = load_archive(store)
    made_at = choose_time(archive, datetime.now(UTC))
    made = Note(at, texts, quote_url(env.get("URL") or ""), made_at)
    before = find_note(archive, at)
    if before and (before.texts, before.url) == (made.texts, made.url):
        say("this note is there already, so nothing is written")
        return 0
    if before:
        say(f"in place of: {describe_note(before, stack.time_zone)}")
    return write_note(store, env, made, f"note: {describe_note(made, stack.time_zone)}")


def unnote(stack: Stack, env: Mapping[str, str]) -> int:
    """Take back what was told of the moment `AT`."""
    at = parse_moment(env.get("AT"), stack.time_zone)
    store = open_store(stack)
    archive = load_archive(store)
    before = find_note(archive, at)
    if before is None:
        raise SettingsError(describe_others(archive, at, stack.time_zone))
    made = Note(at, {}, None, choose_time(archive, datetime.now(UTC)))
    told = f"taken back: {describe_note(before, stack.time_zone)}"
    return write_note(store, env, made, told)


def write_note(
    store: ReadingStore, env: Mapping[str, str], made: Note, told: str
) -> int:
    """Write a note, and tell of it; `DRY=1` only tells."""
    if problem := find_note_problem(made):
        raise SettingsError(f"the note {problem}")
    key, body = encode_note(store.counter, made)
    say(told)
    if is_on(env, "DRY"):
        say("dry run: nothing is written")
        return 0
    add_object(store, key, body, "application/json")
    say("the site follows within a minute")
    say(f"written: {key}")
    return 0


def parse_moment(text: str | None, zone: str) -> datetime:
    """Read `AT`, by the clocks of the site's zone or with an offset, to the second.

    Raises SettingsError for anything else.
    """
    if not text:
        raise SettingsError(
            "AT is missing: give a time like 2026-11-23T21:00, by the clocks of "
            f"{zone}, or with an offset"
        )
    try:
        moment = parse_time(text.strip(), ZoneInfo(zone))
    except AnswerError as error:
        raise SettingsError(f"AT: {error}") from None
    if moment.year not in YEARS:
        raise SettingsError(f"AT {text!r} is not from {YEARS[0]} to {YEARS[-1]}")
    return moment.replace(microsecond=0)


def quote_url(text: str) -> str | None:
    """Return an address with all that is not ASCII in it encoded, None if empty.

    >>> quote_url("https://例え.jp/にゃん?a=1%20b")
    'https://xn--r8jz45g.jp/%E3%81%AB%E3%82%83%E3%82%93?a=1%20b'
    """
    text = text.strip()
    if not re.match("https://", text, re.ASCII | re.IGNORECASE):
        return text or None
    scheme, _, rest = text.partition("://")
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    path = quote(rest.removeprefix(host), safe=string.punctuation)
    # What is no name of a site is refused as it was given.
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    return f"{scheme.lower()}://{host}{path}"


def find_note(archive: Archive, at: datetime) -> Note | None:
    """Return the note that holds of a moment, None if there is none."""
    notes = settle_notes(archive.notes.values())
    return next((each for each in notes if each.at == at), None)


def describe_note(made: Note, zone: str) -> str:
    """Say what a note tells: `2026-11-23 21:00 (Asia/Tokyo), ja “…”, en “…”`."""
    shown = made.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    words = [f"{code} “{text}”" for code, text in sorted(made.texts.items())]
    return ", ".join([f"{shown} ({zone})", *words, *([made.url] if made.url else [])])


def describe_others(archive: Archive, at: datetime, zone: str) -> str:
    """Say that there is no note at a moment, and at which others there are some."""
    notes = settle_notes(archive.notes.values())
    near = sorted(notes, key=lambda each: abs(each.at - at))[:NAMED]
    there = ", ".join(format_utc(each.at) for each in sorted(near, key=lambda n: n.at))
    found = f"the nearest are at {there}" if near else "there is none at all"
    return f"AT: no note is at {format_utc(at)}: {found}"
