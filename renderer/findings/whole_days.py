"""What is known at the end of the last whole day; pure.

What a reading of the day hardly changes is told of whole days, and is then published
once a day: the longer graphs, the card, the months, the badge of the week, and the file
of all hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_buckets
from renderer.findings.clocks import DAY, find_midnight
from renderer.findings.frames import Frames
from renderer.findings.pace import WEEK, Pace, Span, measure_paces

# A history that is no older is told up to its last reading throughout.
YOUNG = 8 * DAY


@dataclass(frozen=True)
class WholeDays:
    """A history up to an instant (UTC), the `end` of its last whole day.

    `readings`, `kept`, `increments` and `daily` are the rows of `Frames` until then.
    `monthly` are the months that have begun by then, the last with what was known. The
    paces are those of the 24 hours and of the week before, None where nothing is known.
    """

    zone: ZoneInfo
    end: datetime
    readings: pl.DataFrame
    kept: pl.DataFrame
    increments: pl.DataFrame
    daily: pl.DataFrame
    monthly: pl.DataFrame
    last_day: Pace | None
    last_week: Pace | None


def find_whole_days(frames: Frames) -> WholeDays:
    """Return what is known of a history at the end of its last whole day."""
    hours = frames.readings["scheduled_at"]
    end = find_end(hours[0], hours[-1], frames.zone)
    increments = cut_rows(frames.increments, "end", end)
    last_day, last_week = measure_paces(
        increments, [Span(end - DAY, end), Span(end - WEEK, end)]
    )
    return WholeDays(
        zone=frames.zone,
        end=end,
        readings=cut_rows(frames.readings, "scheduled_at", end),
        kept=cut_rows(frames.kept, "scheduled_at", end),
        increments=increments,
        # Of a young history the last day has not ended yet.
        daily=frames.daily.filter(pl.col("bucket") < end),
        monthly=sum_buckets(increments, "1mo", frames.zone),
        last_day=last_day,
        last_week=last_week,
    )


def find_end(first: datetime, last: datetime, zone: ZoneInfo) -> datetime:
    """Return when the last whole day ends (UTC).

    A young history ends with its last reading, whole day or not.
    """
    return last if is_young(first, last) else find_midnight(last, zone)


def is_young(first: datetime, last: datetime) -> bool:
    """Tell whether a history from the one to the other is shown by the hour."""
    return last - first <= YOUNG


def cut_rows(frame: pl.DataFrame, column: str, end: datetime) -> pl.DataFrame:
    """Return the rows of which this column, which is sorted, is not after the end."""
    return frame.head(frame[column].search_sorted(end, side="right"))
