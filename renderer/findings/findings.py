"""All findings of a history, made in one go: what figures, page and data are made of.

Nothing is drawn here, and whoever shows the findings computes none of them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.calendar import (
    Calendar,
    NamedMonth,
    find_best_day,
    group_months,
    shade_calendar,
)
from renderer.findings.frames import Frames, make_frames
from renderer.findings.news import News, find_news
from renderer.findings.shading import Cell
from renderer.findings.summary import summarise_history
from renderer.findings.week import (
    BusiestHour,
    Week,
    find_busiest_hour,
    shade_week,
)
from renderer.findings.whole_days import WholeDays, find_whole_days
from renderer.readings.settle import Settled


@dataclass(frozen=True)
class Findings:
    """What is known of a counter with at least one reading.

    `frames` are the tables that figures and data files are made from, `whole_days` what
    of them is told once a day, `summary` is what `data/summary.json` holds, `week` and
    `calendar` are the two heatmaps. The others are read off the heatmaps: the busiest
    hour of the week and the best day of the calendar, None where nothing rose, and the
    months above the calendar. `changes` are the hours that corrections hold of, and
    `years` those with an hourly file, as `settle_readings` has them. `news` is what the
    feeds tell.
    """

    frames: Frames
    whole_days: WholeDays
    summary: dict[str, Any]
    week: Week
    busiest_hour: BusiestHour | None
    calendar: Calendar
    best_day: Cell | None
    months: list[NamedMonth]
    changes: pl.DataFrame
    years: list[int]
    news: News


def make_findings(settled: Settled, counter: str, zone: ZoneInfo) -> Findings:
    """Return the findings of what counts of a counter, at least one reading.

    Its days are those of the zone.
    """
    frames = make_frames(settled.readings, zone, settled.notes)
    summary = summarise_history(counter, frames, settled.corrections)
    week = shade_week(frames.increments, zone)
    calendar = shade_calendar(frames.daily)
    return Findings(
        frames=frames,
        whole_days=find_whole_days(frames),
        summary=summary,
        week=week,
        busiest_hour=find_busiest_hour(week),
        calendar=calendar,
        best_day=find_best_day(calendar),
        months=group_months(calendar),
        changes=settled.changes,
        years=settled.years,
        news=find_news(frames, summary["records"]),
    )
