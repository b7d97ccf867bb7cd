"""How fast the count rises, over the time that really passed; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_within
from renderer.findings.clocks import HOUR, find_midnight
from renderer.readings.format import INSTANT

WEEK = timedelta(days=7)
# Two paces are compared only if this part of the hours of each is known: a pace that is
# known at night only would tell of the time of day, not of the week.
COMPARABLE = 0.9


@dataclass(frozen=True)
class Span:
    """The time from one scheduled hour to another, UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Pace:
    """What is known of a span: an increment, and the time in which it came.

    `increment` is the sum of the known increments within the span, `elapsed_s` the
    seconds between their observations, `hours` their scheduled hours.
    """

    span: Span
    increment: int
    elapsed_s: int
    hours: int

    def summarise(self) -> dict[str, Any]:
        """Return the pace as the summary has it, with the increment `per_hour`."""
        return {
            "increment": self.increment,
            "elapsed_s": self.elapsed_s,
            "per_hour": round(self.increment * 3600 / self.elapsed_s, 3),
        }

    def is_comparable(self) -> bool:
        """Tell whether enough hours of the span are known to compare it."""
        return self.hours >= COMPARABLE * (self.span.until - self.span.since) / HOUR


def summarise_paces(
    increments: pl.DataFrame, last: datetime, zone: ZoneInfo
) -> dict[str, dict[str, Any] | None]:
    """Return the paces up to the last reading, each beside the one of a week before.

    Takes the increments as `derive_increments` returns them and the scheduled hour
    of the last reading. The paces are `last_hour`, `today` (since midnight in the
    zone), `last_24_hours` and `last_7_days`; one of which nothing is known is None.
    """
    midnight = find_midnight(last, zone)
    spans = {
        "last_hour": make_span(last, 1),
        "today": Span(midnight, last),
        "last_24_hours": make_span(last, 24),
        "last_7_days": make_span(last, 168),
    }
    earlier = {
        name: Span(span.since - WEEK, span.until - WEEK) for name, span in spans.items()
    }
    # From the same time of day to the same: the clocks may have changed since.
    earlier["today"] = Span(
        shift_week_back(midnight, zone), shift_week_back(last, zone)
    )
    paces = measure_paces(increments, [*spans.values(), *earlier.values()])
    now, then = paces[: len(spans)], paces[len(spans) :]
    return {
        name: summarise_pace(pace, before) if pace else None
        for name, pace, before in zip(spans, now, then, strict=True)
    }


def summarise_pace(pace: Pace, before: Pace | None) -> dict[str, Any]:
    """Return one pace of the summary: its span, itself, and the one of a week before.

    `week_before` is None where nothing is known of it, and so is `change`.
    """
    return {
        "since": pace.span.since,
        "until": pace.span.until,
        **pace.summarise(),
        "week_before": before and before.summarise(),
        "change": compare_paces(pace, before),
    }


def make_span(last: datetime, hours: int) -> Span:
    """Return the span of so many hours that ends at the last one."""
    return Span(last - hours * HOUR, last)


def shift_week_back(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) a week before at which clocks showed the same time.

    New York's clocks went forward on 8 March 2026:

    >>> noon = datetime(2026, 3, 10, 16, tzinfo=UTC)
    >>> str(shift_week_back(noon, ZoneInfo("America/New_York")))
    '2026-03-03 17:00:00+00:00'
    """
    return (instant.astimezone(zone) - WEEK).astimezone(UTC)


def measure_paces(increments: pl.DataFrame, spans: Iterable[Span]) -> list[Pace | None]:
    """Return the pace of each span, in their order, None where nothing is known.

    Takes the increments as `derive_increments` returns them. Only those count whose
    two readings both lie within the span, and no resets.
    """
    spans = list(spans)
    since = pl.Series([span.since for span in spans], dtype=INSTANT)
    until = pl.Series([span.until for span in spans], dtype=INSTANT)
    if increments.is_empty() or not spans:
        return [None for _ in spans]
    # Each increment takes an hour or more, so no more of them can lie that late.
    hours = (increments.item(-1, "end") - min(since)) // HOUR
    recent = increments.tail(max(hours, 0))
    sums = sum_within(recent, since, until, "increment", "elapsed_s", "hours")
    paces = (
        Pace(span, *row) for span, row in zip(spans, sums.iter_rows(), strict=True)
    )
    return [pace if pace.elapsed_s > 0 else None for pace in paces]


def compare_paces(pace: Pace | None, before: Pace | None) -> float | None:
    """Return by what part one pace is above another, 0.25 for a quarter more.

    None if one of them is not known, or not well enough, or if the other is zero.
    """
    if not (pace and before and pace.is_comparable() and before.is_comparable()):
        return None
    if before.increment == 0:
        return None
    # In whole numbers, which may have more digits than a float.
    one, other = pace.increment * before.elapsed_s, before.increment * pace.elapsed_s
    return round(one / other - 1, 4)
