"""The summary: what the page says and `data/summary.json` holds; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from renderer.findings.coverage import measure_coverage
from renderer.findings.frames import Frames
from renderer.findings.increments import find_resets
from renderer.findings.milestones import LISTED, summarise_milestones
from renderer.findings.notes import summarise_notes
from renderer.findings.outliers import list_set_aside
from renderer.findings.pace import summarise_paces
from renderer.findings.records import find_records
from renderer.findings.score import judge_estimate, score_estimates
from renderer.readings.corrections import Correction
from renderer.readings.format import format_utc


def summarise_history(
    counter: str, frames: Frames, corrections: Sequence[Correction] = ()
) -> dict[str, Any]:
    """Return the summary of a counter with at least one reading, ready for JSON.

    `data/schema.json` says what each field means. Instants are UTC (as `format_utc`
    writes them), days and months are those of `time_zone`; what is not known is None.
    JavaScript reads numbers above 2^53 inexactly, so the count is there as text, too.
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
        "pace": summarise_paces(increments, last["scheduled_at"], frames.zone),
        "milestones": add_score(
            summarise_milestones(frames.milestones, readings, increments), frames
        ),
        "coverage": measure_coverage(readings, frames.zone),
        "records": find_records(frames),
        "gaps": summarise_gaps(frames),
        "resets": summarise_resets(frames),
        "set_aside": summarise_set_aside(frames),
        "corrections": summarise_corrections(corrections),
        "notes": summarise_notes(frames.notes),
    }
    return {key: convert_to_json(value) for key, value in found.items()}


def add_score(milestones: dict[str, Any], frames: Frames) -> dict[str, Any]:
    """Return the milestones of the summary with the score of their estimates.

    And with `reliable` of the next one, as `judge_estimate` has it.
    """
    score, next_ = score_estimates(frames), milestones["next"]
    reliable = judge_estimate(frames.readings.item(-1, "observed_at"), next_, score)
    return {**milestones, "next": {**next_, "reliable": reliable}, "score": score}


def summarise_gaps(frames: Frames) -> dict[str, Any]:
    """Return how many gaps there are, how many hours they have, and the newest.

    The newest are listed as `find_gaps` returns them, the newest last.
    """
    gaps = frames.gaps
    return {
        "number": gaps.height,
        "hours": gaps["hours"].sum(),
        "newest": gaps.tail(LISTED).to_dicts(),
    }


def summarise_resets(frames: Frames) -> dict[str, Any]:
    """Return how many resets there are, and the newest, the newest last.

    Each has the scheduled hours of the two readings, `after` and `before` which it
    came, and their counts, `from_count` and `to_count`.
    """
    resets = find_resets(frames.increments)
    newest = resets.tail(LISTED).select(
        after="start", before="end", from_count="before", to_count="after"
    )
    return {"number": resets.height, "newest": newest.to_dicts()}


def summarise_corrections(corrections: Sequence[Correction]) -> dict[str, Any]:
    """Return how many corrections there are, and the newest, the newest last."""
    newest = [asdict(each) for each in corrections[-LISTED:]]
    return {"number": len(corrections), "newest": newest}


def summarise_set_aside(frames: Frames) -> dict[str, Any]:
    """Return how many runs of readings are set aside, how many readings these are.

    The newest runs are listed as `list_set_aside` returns them, the newest last, with
    the counts between which each lies as `from_count` and `to_count`.
    """
    runs = list_set_aside(frames.readings)
    newest = runs.tail(LISTED).rename({"before": "from_count", "after": "to_count"})
    return {
        "number": runs.height,
        "readings": runs["readings"].sum(),
        "newest": newest.to_dicts(),
    }


def convert_to_json(value: Any) -> Any:
    """Return a value with all times and dates in it, however deep, as text.

    >>> convert_to_json({"days": [date(2026, 11, 23)], "count": 5})
    {'days': ['2026-11-23'], 'count': 5}
    """
    if isinstance(value, dict):
        return {key: convert_to_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [convert_to_json(inner) for inner in value]
    if isinstance(value, datetime):
        return format_utc(value)
    return value.isoformat() if isinstance(value, date) else value
