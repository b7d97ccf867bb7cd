"""The operator's notes as a language tells them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from renderer.findings.notes import number_notes
from renderer.readings.format import INSTANT
from renderer.readings.notes import Note
from renderer.site.dates import Dates
from renderer.site.languages import LANGUAGES

# A day is shown with so many on each side: alone, it would be a single bar.
AROUND = timedelta(days=3)


@dataclass(frozen=True)
class ToldNote:
    """A note with its number, in the words of the language `code`.

    That is another one than the page's where the page's has none. days: the first and
    the last day around the note, None if the graphs do not reach to it.
    """

    number: int
    note: Note
    code: str
    text: str
    days: tuple[str, str] | None


def tell_notes(
    notes: Sequence[Note], language: str, dates: Dates, summary: Mapping[str, Any]
) -> Iterator[ToldNote]:
    """Yield the notes that are shown, the newest first."""
    first, last = (
        dates.at(summary["first_scheduled_at"]),
        dates.at(summary["scheduled_at"]),
    )
    for number, note in reversed(number_notes(notes)):
        code, text = choose_text(note.texts, language)
        days = find_days_around(dates.at(note.at)) if first <= note.at <= last else None
        yield ToldNote(number, note, code, text, days)


def choose_text(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return the code and the text of a language, or else of the first that has one.

    >>> choose_text({"en": "On TV"}, "ja")
    ('en', 'On TV')
    """
    codes = [language, *(each.code for each in LANGUAGES), *sorted(texts)]
    code = next(code for code in codes if code in texts)
    return code, texts[code]


def find_days_around(at: datetime) -> tuple[str, str]:
    """Return the first and the last day around a time, by the clocks it is told by."""
    first, last = (f"{at.date() + days}" for days in (-AROUND, AROUND))
    return first, last


def tabulate_notes(notes: Sequence[Note]) -> pl.DataFrame:
    """Return all notes as they stand in their file, a column for each language."""
    codes = [each.code for each in LANGUAGES]
    texts = dict.fromkeys(codes, pl.String())
    schema = {
        "number": pl.Int64(),
        "at": INSTANT,
        **texts,
        "url": pl.String(),
        "noted_at": INSTANT,
    }
    rows = [
        (number, note.at, *map(note.texts.get, codes), note.url, note.made_at)
        for number, note in enumerate(notes, start=1)
    ]
    return pl.DataFrame(rows, schema, orient="row")
