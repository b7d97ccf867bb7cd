"""Notes: the operator's, numbered in the order of what they tell of; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from renderer.findings.milestones import LISTED
from renderer.readings.notes import Note

# So many of the newest have a mark in the graphs and a line on the page. The data have
# all of them.
SHOWN = 100


def number_notes(notes: Sequence[Note]) -> list[tuple[int, Note]]:
    """Return those notes that are shown with their numbers, the first of all being 1.

    They are in the order of what they tell of, as the notes have to be.
    """
    return list(enumerate(notes, start=1))[-SHOWN:]


def summarise_notes(notes: Sequence[Note]) -> dict[str, Any]:
    """Return how many notes there are, and the newest, the newest last."""
    newest = [
        {
            "number": number,
            "at": note.at,
            "texts": dict(note.texts),
            "url": note.url,
            "made_at": note.made_at,
        }
        for number, note in number_notes(notes)[-LISTED:]
    ]
    return {"number": len(notes), "newest": newest}
