"""All that the readings are turned into before anything is told or drawn, made once."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_buckets
from renderer.findings.increments import derive_increments
from renderer.findings.milestones import find_milestones


@dataclass(frozen=True)
class Frames:
    """The readings of a counter, at least one, and what they add up to in a zone."""

    zone: ZoneInfo
    readings: pl.DataFrame
    increments: pl.DataFrame
    daily: pl.DataFrame
    weekly: pl.DataFrame
    monthly: pl.DataFrame
    milestones: pl.DataFrame


def make_frames(readings: pl.DataFrame, zone: ZoneInfo) -> Frames:
    """Return the readings with all frames that are made from them, each once."""
    increments = derive_increments(readings)
    daily, weekly, monthly = (
        sum_buckets(increments, every, zone) for every in ("1d", "1w", "1mo")
    )
    milestones = find_milestones(readings)
    return Frames(zone, readings, increments, daily, weekly, monthly, milestones)
