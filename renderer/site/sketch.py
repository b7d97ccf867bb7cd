"""The sketch of the last week beside the count, as the paths of a small SVG; pure.

It is a part of the page, so it is there with the count, and costs a kilobyte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_buckets
from renderer.findings.clocks import HOUR
from renderer.findings.frames import Frames
from renderer.findings.increments import find_odd_hours

HOURS = 7 * 24
# In units of the SVG, as in parts/hero.html: an hour, the highest bar, its foot.
HOUR_WIDTH, ROOM, BASE = 2, 84, 86
WIDTH = HOURS * HOUR_WIDTH
# A day is named where there is so much room for it.
NAMED = 20


@dataclass(frozen=True)
class Sketch:
    """The hours of a week: paths of SVG, and what is said of them.

    base: the line that bars stand on, from where the history begins. bars: the known
    hours. newest: the last one of them, if it is the last of all.
    gaps: those without a value. midnights: a line at each. days: the middle of each
    day with room for its name, and its weekday. best: the highest bar, when it
    began, and None; or when both of its readings were made, if not an hour apart.
    missing: how many hours have no reading, as the graphs tell it; the hour in which a
    gap or a reset ends has no value either.
    """

    base: str
    bars: str
    newest: str
    gaps: str
    midnights: str
    days: list[tuple[int, int]]
    best: tuple[int, datetime, datetime | None]
    missing: int


def sketch_week(frames: Frames) -> Sketch | None:
    """Return the last 7 days up to the newest reading, or None if no hour is known.

    An hour before the first reading has no bar, and is no gap either.
    """
    readings = frames.readings["scheduled_at"]
    end = readings.item(-1)
    begin = end - HOURS * HOUR
    known = list_increments(frames, begin)
    if not known:
        return None
    recent = frames.increments.filter(pl.col("end") > begin)
    odd = find_odd_hours(recent, frames.kept)
    spans = {hour: (since, by) for hour, since, by in odd.iter_rows()}
    # Of equals it is one of an hour.
    best = max(known, key=lambda hour: (known[hour], hour not in spans))
    highest = known[best]
    hours = [begin + n * HOUR for n in range(HOURS)]
    ys = {
        place: BASE - -(-known[hour] * ROOM // max(highest, 1))
        for place, hour in enumerate(hours)
        if hour in known
    }
    unknown = [
        place
        for place, hour in enumerate(hours)
        if hour not in known and hour >= readings.item(0)
    ]
    since = max(begin, readings.item(0))
    last = [ys.pop(HOURS - 1)] if HOURS - 1 in ys else []
    midnights = find_midnights(hours, frames.zone)
    return Sketch(
        base=f"M{(since - begin) // HOUR * HOUR_WIDTH} {BASE}H{WIDTH}",
        bars="".join(draw_bars(ys.items())),
        newest="".join(draw_bars((HOURS - 1, y) for y in last)),
        gaps="".join(draw_bars((place, 0) for place in unknown)),
        midnights="".join(f"M{x} 0v{BASE + 4}" for x in midnights),
        days=[
            ((left + right) // 2, name_day(begin, left, frames.zone))
            for left, right in pairwise([0, *midnights, WIDTH])
            if right - left >= NAMED
        ],
        best=(highest, *spans.get(best, (best, None))),
        missing=(end - since) // HOUR + 1 - readings.filter(readings >= since).len(),
    )


def list_increments(frames: Frames, begin: datetime) -> dict[datetime, int]:
    """Return the known increment of each hour since an instant, by its begin."""
    since = frames.increments.filter(pl.col("end") > begin)
    hours = sum_buckets(since, "1h", frames.zone).filter(
        pl.col("bucket") >= begin, pl.col("increment").is_not_null()
    )
    return dict(hours.select("bucket", "increment").iter_rows())


def draw_bars(bars: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield the path of each run of bars, given as places and the heights of tops.

    >>> list(draw_bars([(0, 50), (1, 50), (2, 10), (9, 60)]))
    ['M0 86V50h4V10h2V86z', 'M18 86V60h2V86z']
    """
    for _, run in groupby(enumerate(bars), lambda each: each[1][0] - each[0]):
        tops = [bar for _, bar in run]
        steps = "".join(
            f"V{y}h{HOUR_WIDTH * len(list(equal))}"
            for y, equal in groupby(y for _, y in tops)
        )
        yield f"M{HOUR_WIDTH * tops[0][0]} {BASE}{steps}V{BASE}z"


def find_midnights(hours: list[datetime], zone: ZoneInfo) -> list[int]:
    """Return where the days of a zone begin, but for a first one that begins there."""
    days = [hour.astimezone(zone).date() for hour in hours]
    return [
        HOUR_WIDTH * place
        for place, (before, day) in enumerate(pairwise(days), 1)
        if day != before
    ]


def name_day(begin: datetime, x: int, zone: ZoneInfo) -> int:
    """Return the weekday at a place, Monday being 0."""
    return (begin + timedelta(hours=x // HOUR_WIDTH)).astimezone(zone).weekday()
