"""How good the estimates of milestones are, replayed for those that were reached; pure.

Of each it is asked what the page would have told of it some days before: by the method
of `milestones.estimate_range`, from the readings that there were by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import polars as pl

from renderer.findings.clocks import DAY
from renderer.findings.frames import Frames
from renderer.findings.milestones import LISTED, PACE_HOURS, estimate_range
from renderer.findings.pace import make_span, measure_paces

# How many days before a milestone its estimate is looked at.
DISTANCES = (1, 7, 30)
# Of one that was passed in a longer gap nobody knows when that was.
SEEN_WITHIN = DAY
# Fewer estimates do not say how good they are.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone, and the two readings between which it was seen to be reached.

    `after` and `by` are when they were observed, `hour` is the one for which the second
    was scheduled (UTC).
    """

    count: int
    after: datetime
    by: datetime
    hour: datetime


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was told of a milestone: a range of time, without end where it has none."""

    reached: Reached
    earliest: datetime
    latest: datetime | None

    def is_right(self) -> bool:
        """Tell whether the milestone was reached within the range."""
        no_sooner = self.earliest <= self.reached.by
        return no_sooner and (self.latest is None or self.reached.after <= self.latest)

    def find_error(self) -> float | None:
        """Return how many days the middle of the range was off, None without an end.

        Nobody knows the minute: nothing between the two readings is off.
        """
        if self.latest is None:
            return None
        middle = self.earliest + (self.latest - self.earliest) / 2
        off = max(middle - self.reached.by, self.reached.after - middle)
        return max(off, timedelta(0)) / DAY


def score_estimates(frames: Frames) -> list[dict[str, Any]]:
    """Return for each distance how good the estimates of the newest milestones were.

    `days` is the distance and `told` how many of them had an estimate then. `within`
    is how many were reached in the range that was told, and `median_error_days` how
    far its middle was off, None where no range had an end. `reliable` says whether at
    least half were within and that error is at most half of the distance, None where
    too few were told.
    """
    reached = list_reached(frames)
    return [
        score_distance(days, replay_estimates(frames, reached, days))
        for days in DISTANCES
    ]


def list_reached(frames: Frames) -> list[Reached]:
    """Return the newest milestones that were seen to be reached, to the day."""
    newest = frames.milestones.tail(LISTED)
    newest = newest.filter(pl.col("by") - pl.col("after") <= SEEN_WITHIN)
    hours, observed = frames.kept["scheduled_at"], frames.kept["observed_at"]
    after, by = (
        observed.gather(hours.search_sorted(newest[name])) for name in ("after", "by")
    )
    columns = newest["count"], after, by, newest["by"]
    return [Reached(*row) for row in zip(*columns, strict=True)]


def replay_estimates(
    frames: Frames, reached: Sequence[Reached], days: int
) -> list[Estimate]:
    """Return what was told of milestones so many days before each.

    Nothing is told before the first reading, and of what is not in sight.
    """
    hours = frames.kept["scheduled_at"]
    asked = pl.Series([each.hour for each in reached], dtype=hours.dtype) - days * DAY
    readings = hours.search_sorted(asked, side="right")
    known = [pair for pair in zip(reached, readings, strict=True) if pair[1]]
    then = frames.kept[[row - 1 for _, row in known]]
    spans = [make_span(hour, n) for hour in then["scheduled_at"] for n in PACE_HOURS]
    paces = iter(measure_paces(frames.increments, spans))
    estimates = []
    for (each, _), reading in zip(known, then.iter_rows(named=True), strict=True):
        own = [next(paces) for _ in PACE_HOURS]
        remaining = each.count - reading["count"]
        earliest, latest = estimate_range(remaining, reading["observed_at"], own)
        if earliest:
            estimates.append(Estimate(each, earliest, latest))
    return estimates


def score_distance(days: int, estimates: Sequence[Estimate]) -> dict[str, Any]:
    """Return the score of estimates that were told so many days before."""
    told, within = len(estimates), sum(each.is_right() for each in estimates)
    errors = [error for each in estimates if (error := each.find_error()) is not None]
    # None is off where all were without an end.
    error = median(errors) if errors else 0.0
    good = 2 * within >= told and 2 * error <= days
    return {
        "days": days,
        "told": told,
        "within": within,
        "median_error_days": round(error, 2) if errors else None,
        "reliable": good if told >= ENOUGH else None,
    }


def judge_estimate(
    observed_at: datetime, next_: Mapping[str, Any], score: Sequence[Mapping[str, Any]]
) -> bool | None:
    """Return whether estimates as far ahead as that of the next milestone are reliable.

    None where nothing is told of it, or too little of such. Takes `next` and `score`
    of the summary's milestones.
    """
    end = next_["latest"] or next_["earliest"]
    if end is None:
        return None
    farther = [each for each in score if end - observed_at <= each["days"] * DAY]
    reliable: bool | None = [*farther, score[-1]][0]["reliable"]
    return reliable
