"""Where the operator's notes stand in a graph: numbered flags on dashed lines; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Annotation, Shape
from renderer.figures.marks import measure_pixel
from renderer.figures.ranges import Range
from renderer.findings.notes import number_notes
from renderer.readings.format import INSTANT
from renderer.readings.notes import Note

# Flags are no closer than so many pixels; on a telephone that is little more than a
# third of it.
APART = 72
SIZE, EDGE = 11, 2
# What notes are marked with has this name, so that it can be left out.
NAME = "note"


def select_notes(notes: Sequence[Note], range_: Range) -> list[tuple[int, Note]]:
    """Return the notes that tell of a moment of a range, each with its number."""
    return [
        (number, each)
        for number, each in number_notes(notes)
        if range_.start <= each.at <= range_.end
    ]


def gather_flags(
    notes: Iterable[tuple[int, Note]], range_: Range
) -> list[tuple[datetime, str]]:
    """Return where flags stand (UTC), and what they say, for numbered notes of a range.

    Where others follow so closely that their flags had no room, that of the first says
    so: `3+` for 3, 4 and 5.
    """
    room = APART * measure_pixel(range_)
    flags: list[tuple[datetime, str]] = []
    for number, note in notes:
        if flags and note.at < flags[-1][0] + room:
            at, text = flags[-1]
            flags[-1] = at, f"{text.rstrip('+')}+"
        else:
            flags.append((note.at, str(number)))
    return flags


def make_flags(
    flags: Sequence[tuple[datetime, str]], zone: ZoneInfo
) -> tuple[list[Shape], list[Annotation]]:
    """Return a dashed line below each flag, and the flags at the top of the plot."""
    times = format_times(pl.Series([at for at, _ in flags], dtype=INSTANT), zone)
    return (
        [make_line(at) for at in times],
        [make_flag(at, text) for at, (_, text) in zip(times, flags, strict=True)],
    )


def make_line(at: str) -> Shape:
    """Return a dashed line from the top of the plot to its bottom.

    It has no edge of paper as other lines have: over thin bars that would hide some.
    """
    shape = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at}
    line = {"color": theme.NOTE, "width": 1.5, "dash": "dot"}
    return {"name": NAME, **shape, "line": line}


def make_flag(at: str, text: str) -> Annotation:
    """Return a small flag with a number, in the room that the values leave above."""
    place = {"xref": "x", "x": at, "yref": "paper", "y": 1, "yanchor": "middle"}
    # Markup would be bold in the picture alone: the page's policy stops its style.
    font = {"size": SIZE, "color": theme.PAPER, "weight": 700}
    look = {"font": font, "bgcolor": theme.NOTE, "borderpad": EDGE, "showarrow": False}
    return {"name": NAME, "text": text, **place, **look}


def remove_flags(layout: dict[str, Any]) -> dict[str, Any]:
    """Return a layout without what notes are marked with."""
    plain = {
        name: [each for each in layout[name] if each.get("name") != NAME]
        for name in ("shapes", "annotations")
    }
    return {**layout, **plain}
