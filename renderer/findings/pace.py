"""How fast the count rises, over the time that really passed; all pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.buckets import sum_within
from renderer.findings.clocks import HOUR, find_midnight

INSTANT = pl.Datetime("us", "UTC")
WEEK = timedelta(days=7)
# Of two spans that are compared, so much must be known: one that knows only its
# nights would say something about the time of day, not about the week.
ENOUGH = 0.9


@dataclass(frozen=True)
class Span:
    """A time between two scheduled hours, UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Rise:
    """What is known of a span: the increment, the time it took, the hours known."""

    increment: int
    elapsed_s: int
    hours: int

    def known(self) -> dict[str, Any]:
        """Return the increment, its time and the pace."""
        return {
            "increment": self.increment,
            "elapsed_s": self.elapsed_s,
            "per_hour": round(self.increment * 3600 / self.elapsed_s, 3),
        }


def measure_paces(
    increments: pl.DataFrame, last: datetime, zone: ZoneInfo
) -> dict[str, dict[str, Any] | None]:
    """Return the paces up to the last reading, each with that of a week before."""
    midnight = find_midnight(last, zone)
    spans = {
        "last_hour": make_span(last, 1),
        "today": Span(midnight, last),
        "last_24_hours": make_span(last, 24),
        "last_7_days": make_span(last, 168),
    }
    befores = {
        name: Span(span.since - WEEK, span.until - WEEK) for name, span in spans.items()
    }
    # The same stretch of that day by its clocks, which may have changed since.
    befores["today"] = Span(
        shift_week_back(midnight, zone), shift_week_back(last, zone)
    )
    rises = measure_rises(increments, [*spans.values(), *befores.values()])
    now, then = rises[: len(spans)], rises[len(spans) :]
    return {
        name: compare_with_week_before(span, rise, befores[name], before)
        if rise
        else None
        for (name, span), rise, before in zip(spans.items(), now, then, strict=True)
    }


def compare_with_week_before(
    span: Span, rise: Rise, span_before: Span, before: Rise | None
) -> dict[str, Any]:
    """Return what is known of a span, beside a week before if that is known."""
    return {
        "since": span.since,
        "until": span.until,
        **rise.known(),
        "week_before": before and before.known(),
        "change": before and compare_paces(span, rise, span_before, before),
    }


def make_span(last: datetime, hours: int) -> Span:
    """Return the hours that end at the last one."""
    return Span(last - hours * HOUR, last)


def shift_week_back(time: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clocks of a zone showed the same a week before."""
    return (time.astimezone(zone) - WEEK).astimezone(UTC)


def measure_rises(increments: pl.DataFrame, spans: Iterable[Span]) -> list[Rise | None]:
    """Return the rise within each span, None where nothing is known of it.

    Only pairs of readings within the span count, and no resets.
    """
    spans = list(spans)
    since = pl.Series([span.since for span in spans], dtype=INSTANT)
    until = pl.Series([span.until for span in spans], dtype=INSTANT)
    if increments.is_empty():
        return [None for _ in spans]
    # A pair takes an hour or more, so that no more of them can lie that late.
    hours = (increments.item(-1, "end") - min(since)) // HOUR
    recent = increments.tail(max(hours, 0))
    sums = sum_within(recent, since, until, "increment", "elapsed_s", "hours")
    rises = (Rise(*row) for row in sums.iter_rows())
    return [rise if rise.elapsed_s > 0 else None for rise in rises]


def compare_paces(
    span: Span, rise: Rise, span_before: Span, before: Rise
) -> float | None:
    """Return by what part the pace is above the one before, None if unknown."""
    enough = all(
        one.hours >= ENOUGH * (whole.until - whole.since) / HOUR
        for one, whole in ((rise, span), (before, span_before))
    )
    if not enough or before.increment == 0:
        return None
    one, other = rise.increment * before.elapsed_s, before.increment * rise.elapsed_s
    return round(one / other - 1, 4)
