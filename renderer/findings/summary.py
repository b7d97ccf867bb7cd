"""The findings: what the page says and `summary.json` holds; all pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from renderer.findings.coverage import coverage_of
from renderer.findings.frames import Frames
from renderer.findings.increments import gaps_of, resets_of
from renderer.findings.milestones import told_of
from renderer.findings.pace import paces_of
from renderer.findings.records import records_of

LISTED = 20


def summary_of(counter: str, frames: Frames) -> dict[str, Any]:
    """Return what is known of a counter with at least one reading.

    Instants are UTC, days and months are those of `time_zone`. A record counts
    only complete hours, days, weeks and months; of milestones, gaps and resets the
    newest are listed. JavaScript reads numbers above 2^53 inexactly, hence the
    count as text beside the number.
    """
    readings, increments = frames.readings, frames.increments
    first, last = readings.row(0, named=True), readings.row(-1, named=True)
    found = {
        "schema": 1,
        "counter": counter,
        "time_zone": frames.zone.key,
        "count": last["count"],
        "count_text": str(last["count"]),
        "scheduled_at": last["scheduled_at"],
        "observed_at": last["observed_at"],
        "first_scheduled_at": first["scheduled_at"],
        "pace": paces_of(increments, last["scheduled_at"], frames.zone),
        "milestones": told_of(frames.milestones, readings, increments),
        "coverage": coverage_of(readings, frames.zone),
        "records": records_of(frames),
        "gaps": gaps_told(frames),
        "resets": resets_told(frames),
    }
    return {key: written(value) for key, value in found.items()}


def gaps_told(frames: Frames) -> dict[str, Any]:
    """Return the number of gaps and their hours, and the newest of them."""
    gaps = gaps_of(frames.increments)
    return {
        "number": gaps.height,
        "hours": gaps["hours"].sum(),
        "newest": gaps.tail(LISTED).to_dicts(),
    }


def resets_told(frames: Frames) -> dict[str, Any]:
    """Return the number of resets and the newest of them."""
    resets = resets_of(frames.increments)
    newest = resets.tail(LISTED).select(
        after="start", before="end", from_count="before", to_count="after"
    )
    return {"number": resets.height, "newest": newest.to_dicts()}


def written(value: Any) -> Any:
    """Return what was found as JSON can hold it."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(inner) for inner in value]
    if isinstance(value, datetime):
        return utc(value)
    return value.isoformat() if isinstance(value, date) else value


def utc(time: datetime) -> str:
    """Return an instant in UTC as ISO 8601."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
