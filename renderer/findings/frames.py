"""The tables that findings and figures are made from, each derived once; pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_buckets
from renderer.findings.increments import derive_increments
from renderer.findings.milestones import find_milestones


@dataclass(frozen=True)
class Frames:
    """The readings of a counter, at least one, and the tables derived from them.

    `increments` has a row for each two readings that follow each other
    (`derive_increments`); `daily`, `weekly` and `monthly` have the increments of the
    zone's days, weeks and months (`sum_buckets`); `milestones` has the round numbers
    that the count has passed (`find_milestones`).
    """

    zone: ZoneInfo
    readings: pl.DataFrame
    increments: pl.DataFrame
    daily: pl.DataFrame
    weekly: pl.DataFrame
    monthly: pl.DataFrame
    milestones: pl.DataFrame


def make_frames(readings: pl.DataFrame, zone: ZoneInfo) -> Frames:
    """Return readings, at least one, with the tables derived from them for a zone."""
    increments = derive_increments(readings)
    daily, weekly, monthly = (
        sum_buckets(increments, every, zone) for every in ("1d", "1w", "1mo")
    )
    milestones = find_milestones(readings)
    return Frames(zone, readings, increments, daily, weekly, monthly, milestones)
