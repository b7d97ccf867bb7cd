"""What there is to say about a graph, for the page that says it in words; pure."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

import polars as pl

from renderer.figures.marks import count_missing_hours
from renderer.figures.ranges import Range


class Facts(TypedDict):
    """What there is to say about a graph.

    kind           `increments` or `total`
    known          whether any value is to be seen
    increment      the sum of all known increments of the range, None if none is
                   known, `from_count` and `to_count` its first and last count
    hours_missing  how many hours of the range have no reading
    resets         how many times the count fell
    set_aside      how many readings of the range are set aside
    notes          how many notes tell of a moment of the range
    bands, partial, record, mean
                   whether the graph has bands over gaps, pale bars of incomplete
                   buckets, a bar in the colour of the record, and the 7-day mean
    log            whether a logarithmic scale would show more
    years          the years that have a line each, the newest first; of these the
                   `increment` is that of the newest, and `change` by what part that
                   is above the year before at the same date, None if not known
    against        what the bars are compared with, and by what part the range is
                   above it: 0.25 for a quarter, None where that is not known
    since          of these the ones that only a part of the range is compared with,
                   and when that begins (UTC)
    """

    kind: str
    known: bool
    increment: int | None
    from_count: int | None
    to_count: int | None
    hours_missing: int
    bands: bool
    resets: int
    set_aside: int
    notes: int
    partial: bool
    record: bool
    mean: bool
    log: bool
    years: list[int]
    change: float | None
    against: dict[str, float | None]
    since: dict[str, datetime]


def find_facts(
    range_: Range,
    increments: pl.DataFrame,
    counts: pl.Series,
    gaps: pl.DataFrame,
    resets: pl.DataFrame,
) -> Facts:
    """Return what there is to say about both graphs of a range, as of no graph yet.

    `increments` and `counts` are those within the range, `gaps` all that touch it.
    """
    return {
        "kind": "",
        "known": False,
        "increment": sum_known(increments["increment"]),
        "from_count": counts[0] if len(counts) else None,
        "to_count": counts[-1] if len(counts) else None,
        "hours_missing": count_missing_hours(gaps, range_),
        "bands": False,
        "resets": resets.height,
        "set_aside": 0,
        "notes": 0,
        "partial": False,
        "record": False,
        "mean": False,
        "log": False,
        "years": [],
        "change": None,
        "against": {},
        "since": {},
    }


def sum_known(increments: pl.Series) -> int | None:
    """Return the sum of the increments that are known, None if none is."""
    return int(increments.sum()) if increments.count() else None
