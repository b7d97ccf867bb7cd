"""The files of the open data for tests, and how a script reads them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.findings import make_findings
from renderer.findings.frames import make_frames
from renderer.findings.summary import summarise_history
from renderer.readings.corrections import Correction
from renderer.readings.format import Reading, tabulate_readings
from renderer.site.data import version_hourly_files, write_hourly_files, write_tables
from tests.unit.renderer.histories import FIRST, HOUR, TOKYO, history, settle

# When corrections were made.
LATER = FIRST + 10_000 * HOUR
BOOLEANS = {"true": True, "false": False}
SIX = FIRST + 120 * HOUR
CORRECTIONS = [
    Correction("void", FIRST + 5 * HOUR, FIRST + 6 * HOUR, None, "A test", LATER),
    Correction("correct", SIX, SIX, 99, "Seen, “twice”, there", LATER),
]


def data_of(
    readings: pl.DataFrame,
    zone: ZoneInfo = TOKYO,
    summary: Any = None,
    corrections: Sequence[Correction] = (),
) -> dict[str, bytes]:
    """Give the data files of readings."""
    findings = make_findings(settle(readings, *corrections), "nyanpass", zone)
    findings = replace(findings, summary=summary or {"schema": 1})
    return write_tables(findings) | write_hourly_files(
        findings, version_hourly_files(findings)
    )


def eventful(zone: ZoneInfo = TOKYO) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Give the files of a history with all that there is, and its summary."""
    counts = [*range(100), *[None] * 60, *range(24 * 40), 7]
    early = Reading(FIRST - HOUR, FIRST - HOUR, 0, FIRST - HOUR)
    readings = pl.concat([tabulate_readings([early]), history(counts)])
    frames = make_frames(settle(readings, *CORRECTIONS).readings, zone)
    summary = summarise_history("nyanpass", frames, CORRECTIONS)
    return data_of(readings, zone, summary, CORRECTIONS), summary


def read_time(text: str) -> datetime:
    """Read a time that has to be in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
