"""The format of a note: what the operator tells of a moment of the history; pure.

A note is written once, as a correction is, and never changed. Of several about one
moment the newest holds, and one that says nothing takes back what the others said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from renderer.errors import BrokenObjectError
from renderer.readings.corrections import is_printable
from renderer.readings.format import format_utc, parse_utc
from renderer.readings.naming import make_name, parse_name

SUFFIX = ".json"
LONGEST_TEXT, LONGEST_URL = 200, 500
LANGUAGE = re.compile("[a-z]{2}")
# A name with a dot and without a login, and what RFC 3986 allows in an address.
URL = re.compile(
    r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?"
    r"([/?#][A-Za-z0-9%:/?#\[\]@!$&'()*+,;=._~-]*)?"
)


@dataclass(frozen=True)
class Note:
    """What is told of the moment `at` (UTC).

    texts: a sentence by the code of its language, of one language at least; of none in
    a note that takes back. url: where there is more to read, or None. made_at: when it
    was made, by the operator's clock.
    """

    at: datetime
    texts: Mapping[str, str]
    url: str | None
    made_at: datetime


def make_notes_prefix(counter: str) -> str:
    """Return what the keys of all notes of a counter begin with.

    >>> make_notes_prefix("nyanpass")
    'notes/counter=nyanpass/'
    """
    return f"notes/counter={counter}/"


def settle_notes(notes: Iterable[Note]) -> list[Note]:
    """Return the notes that hold, of all there are in the order of their keys.

    That is the order in which they were made; those returned are in the order of what
    they tell of.
    """
    newest = {each.at: each for each in notes}
    return [newest[at] for at in sorted(newest) if newest[at].texts]


def encode_note(counter: str, note: Note) -> tuple[str, bytes]:
    """Return key and body of a note: one line of JSON."""
    fields = {
        "schema": 1,
        "counter": counter,
        "at": format_utc(note.at),
        "texts": dict(sorted(note.texts.items())),
        "url": note.url,
        "made_at": format_utc(note.made_at),
    }
    body = f"{json.dumps(fields, ensure_ascii=False)}\n".encode()
    name = make_name(note.made_at, body)
    return f"{make_notes_prefix(counter)}{name}{SUFFIX}", body


def parse_note(key: str, body: bytes, counter: str) -> Note:
    """Return the note that an object holds.

    Raises BrokenObjectError, whose message says why, unless it is what `encode_note`
    writes.
    """
    name = key.removeprefix(make_notes_prefix(counter)).removesuffix(SUFFIX)
    made_at = parse_name(name, body)
    try:
        fields = json.loads(body.decode())
        texts = dict(fields["texts"])
        note = Note(parse_utc(fields["at"]), texts, fields["url"], made_at)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"is not a note: {type(error).__name__}: {error}"
        raise BrokenObjectError(why[:200]) from error
    if problem := find_note_problem(note):
        raise BrokenObjectError(problem)
    # Another spelling, another field, another counter: nothing else is known.
    if encode_note(counter, note) != (key, body):
        raise BrokenObjectError("is not a note of this schema and counter")
    return note


def find_note_problem(note: Note) -> str | None:
    """Return what is wrong with a note, None if nothing is."""
    for code, text in note.texts.items():
        if not isinstance(code, str) or not LANGUAGE.fullmatch(code):
            return "has a text of a language without a code of two letters"
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT:
            return f"has a text that is not of 1 to {LONGEST_TEXT} characters"
        if not is_printable(text):
            return "has a text with characters that cannot be printed"
    return None if note.url is None else find_url_problem(note)


def find_url_problem(note: Note) -> str | None:
    """Return what is wrong with the address of a note, None if nothing is."""
    if not note.texts:
        return "has an address, and nothing to tell of it"
    if not isinstance(note.url, str) or len(note.url) > LONGEST_URL:
        return f"has an address of more than {LONGEST_URL} characters"
    if not URL.fullmatch(note.url):
        return "has an address that is no https://..., of a site with a name"
    return None
