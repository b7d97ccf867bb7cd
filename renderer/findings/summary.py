"""The findings: what the page says and `summary.json` holds; all pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from renderer.findings.coverage import measure_coverage
from renderer.findings.frames import Frames
from renderer.findings.increments import find_gaps, find_resets
from renderer.findings.milestones import summarise_milestones
from renderer.findings.pace import measure_paces
from renderer.findings.records import find_records
from renderer.readings.format import format_utc

LISTED = 20


def summarise_history(counter: str, frames: Frames) -> dict[str, Any]:
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
        "pace": measure_paces(increments, last["scheduled_at"], frames.zone),
        "milestones": summarise_milestones(frames.milestones, readings, increments),
        "coverage": measure_coverage(readings, frames.zone),
        "records": find_records(frames),
        "gaps": summarise_gaps(frames),
        "resets": summarise_resets(frames),
    }
    return {key: as_json(value) for key, value in found.items()}


def summarise_gaps(frames: Frames) -> dict[str, Any]:
    """Return the number of gaps and their hours, and the newest of them."""
    gaps = find_gaps(frames.increments)
    return {
        "number": gaps.height,
        "hours": gaps["hours"].sum(),
        "newest": gaps.tail(LISTED).to_dicts(),
    }


def summarise_resets(frames: Frames) -> dict[str, Any]:
    """Return the number of resets and the newest of them."""
    resets = find_resets(frames.increments)
    newest = resets.tail(LISTED).select(
        after="start", before="end", from_count="before", to_count="after"
    )
    return {"number": resets.height, "newest": newest.to_dicts()}


def as_json(value: Any) -> Any:
    """Return what was found as JSON can hold it."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, datetime):
        return format_utc(value)
    return value.isoformat() if isinstance(value, date) else value
