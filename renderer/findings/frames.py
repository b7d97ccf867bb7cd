"""All that the readings are turned into before anything is told or drawn, made once."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import buckets_of
from renderer.findings.increments import increments_of
from renderer.findings.milestones import milestones_of


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


def frames_of(readings: pl.DataFrame, zone: ZoneInfo) -> Frames:
    """Return the readings with all frames that are made from them, each once."""
    increments = increments_of(readings)
    daily, weekly, monthly = (
        buckets_of(increments, every, zone) for every in ("1d", "1w", "1mo")
    )
    milestones = milestones_of(readings)
    return Frames(zone, readings, increments, daily, weekly, monthly, milestones)
