"""What a graph shows, for those who put it into words; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures.marks import (
    Shapes,
    count_missing_hours,
    draw_gap_bands,
    draw_resets,
    select_gaps,
)
from renderer.figures.ranges import Range
from renderer.findings.frames import Frames
from renderer.findings.increments import find_resets


class Facts(TypedDict):
    """What a graph shows, for those who put it into words.

    `known`: there is a value to be seen. `increment`, `from_count` and `to_count`
    are those of all readings within the range. `bands`, `partial`, `record` and
    `previous`: the graph has such marks.
    """

    kind: str
    known: bool
    increment: int | None
    from_count: int | None
    to_count: int | None
    hours_missing: int
    bands: bool
    resets: int
    partial: bool
    record: bool
    previous: bool


@dataclass(frozen=True)
class Scene:
    """What both graphs of a range have in common."""

    window: Range
    zone: ZoneInfo
    shapes: Shapes
    facts: Facts


def set_scene(
    frames: Frames, window: Range, increments: pl.DataFrame, counts: pl.Series
) -> Scene:
    """Find what is to be marked in a range, and told of what lies within it."""
    gaps, resets = select_gaps(frames.increments, window), find_resets(increments)
    bands = draw_gap_bands(gaps, window, frames.zone)
    facts: Facts = {
        "kind": "",
        "known": False,
        "increment": sum_known(increments["increment"]),
        "from_count": counts[0] if len(counts) else None,
        "to_count": counts[-1] if len(counts) else None,
        "hours_missing": count_missing_hours(gaps, window),
        "bands": bool(bands),
        "resets": resets.height,
        "partial": False,
        "record": False,
        "previous": False,
    }
    shapes = bands + draw_resets(resets, window, frames.zone)
    return Scene(window, frames.zone, shapes, facts)


def sum_known(increments: pl.Series) -> int | None:
    """Return the sum of what is known, None if nothing is."""
    return int(increments.sum()) if increments.count() else None
