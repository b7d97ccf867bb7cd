"""All findings of a history, made in one go: what figures, page and data are made of.

Nothing is drawn here, and whoever shows the findings computes none of them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.calendar import (
    CalendarYear,
    find_best_day,
    find_day_bounds,
    shade_calendar,
)
from renderer.findings.frames import Frames, make_frames
from renderer.findings.news import News, find_news
from renderer.findings.shading import Cell, Step, list_steps
from renderer.findings.summary import summarise_history
from renderer.findings.week import (
    BusiestHour,
    Week,
    find_busiest_hour,
    find_hour_bounds,
    shade_week,
)
from renderer.findings.whole_days import WholeDays, find_whole_days
from renderer.readings.settle import Settled


@dataclass(frozen=True)
class Findings:
    """What is known of a counter with at least one reading.

    `frames` are the tables that figures and data files are made from, `whole_days` what
    of them is told once a day, `summary` is what `data/summary.json` holds, `week` and
    `calendar` are the two heatmaps, each with the `steps` of its legend. The others are
    read off the heatmaps: the busiest hour of the week and the best day of the
    calendar, None where nothing rose. `changes` are the hours that corrections hold of,
    and `years` those with an hourly file, as `settle_readings` has them. `news` is what
    the feeds tell.
    """

    frames: Frames
    whole_days: WholeDays
    summary: dict[str, Any]
    week: Week
    week_steps: list[Step]
    busiest_hour: BusiestHour | None
    calendar: list[CalendarYear]
    calendar_steps: list[Step]
    best_day: Cell | None
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
    bounds = find_day_bounds(frames.daily)
    calendar = shade_calendar(frames.daily, bounds)
    return Findings(
        frames=frames,
        whole_days=find_whole_days(frames),
        summary=summary,
        week=week,
        week_steps=list_steps(find_hour_bounds(week)),
        busiest_hour=find_busiest_hour(week),
        calendar=calendar,
        calendar_steps=list_steps(bounds),
        best_day=find_best_day(calendar),
        changes=settled.changes,
        years=settled.years,
        news=find_news(frames, summary["records"]),
    )
