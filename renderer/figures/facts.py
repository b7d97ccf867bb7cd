"""What a graph shows, for those who put it into words; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures.marks import (
    Shapes,
    gap_bands,
    gaps_within,
    hours_missing,
    reset_drops,
)
from renderer.figures.ranges import Window
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

    window: Window
    zone: ZoneInfo
    shapes: Shapes
    facts: Facts


def scene_of(
    frames: Frames, window: Window, increments: pl.DataFrame, counts: pl.Series
) -> Scene:
    """Find what is to be marked in a range, and told of what lies within it."""
    gaps, resets = gaps_within(frames.increments, window), find_resets(increments)
    bands = gap_bands(gaps, window, frames.zone)
    facts: Facts = {
        "kind": "",
        "known": False,
        "increment": sum_of(increments["increment"]),
        "from_count": counts[0] if len(counts) else None,
        "to_count": counts[-1] if len(counts) else None,
        "hours_missing": hours_missing(gaps, window),
        "bands": bool(bands),
        "resets": resets.height,
        "partial": False,
        "record": False,
        "previous": False,
    }
    shapes = bands + reset_drops(resets, window, frames.zone)
    return Scene(window, frames.zone, shapes, facts)


def sum_of(increments: pl.Series) -> int | None:
    """Return the sum of what is known, None if nothing is."""
    return int(increments.sum()) if increments.count() else None
