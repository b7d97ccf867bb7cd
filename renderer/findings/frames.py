"""The tables that findings and figures are made from, each derived once; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_buckets
from renderer.findings.increments import derive_increments, find_gaps
from renderer.findings.means import average_weeks
from renderer.findings.milestones import find_milestones
from renderer.findings.outliers import mark_set_aside
from renderer.readings.notes import Note


@dataclass(frozen=True)
class Frames:
    """The readings of a counter, at least one, and the tables derived from them.

    `readings` are all of them, with a mark at those that are set aside
    (`mark_set_aside`), and `gaps` the hours without one (`find_gaps`). All else is of
    the `kept` ones: `increments` has a row for each two that follow each other
    (`derive_increments`); `daily`, `weekly` and `monthly` have the increments of the
    zone's days, weeks and months (`sum_buckets`), and `means` the mean day of each
    seven (`average_weeks`); `milestones` has the round numbers that the count has
    passed (`find_milestones`).

    `notes` are the operator's, in the order of what they tell of.
    """

    zone: ZoneInfo
    readings: pl.DataFrame
    gaps: pl.DataFrame
    kept: pl.DataFrame
    increments: pl.DataFrame
    daily: pl.DataFrame
    weekly: pl.DataFrame
    monthly: pl.DataFrame
    means: pl.DataFrame
    milestones: pl.DataFrame
    notes: Sequence[Note] = ()


def make_frames(
    readings: pl.DataFrame, zone: ZoneInfo, notes: Sequence[Note] = ()
) -> Frames:
    """Return readings, at least one, with the tables derived from them for a zone."""
    readings = mark_set_aside(readings)
    kept = readings.filter(~pl.col("set_aside"))
    increments = derive_increments(kept)
    daily, weekly, monthly = (
        sum_buckets(increments, every, zone) for every in ("1d", "1w", "1mo")
    )
    return Frames(
        zone=zone,
        readings=readings,
        gaps=find_gaps(readings),
        kept=kept,
        increments=increments,
        daily=daily,
        weekly=weekly,
        monthly=monthly,
        means=average_weeks(increments, daily),
        milestones=find_milestones(kept),
        notes=notes,
    )
