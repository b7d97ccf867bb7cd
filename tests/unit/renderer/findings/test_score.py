"""The score of estimates: reckoned by hand, and by a slow look at every history."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from renderer.findings.frames import Frames, make_frames
from renderer.findings.milestones import LISTED, summarise_milestones
from renderer.findings.score import (
    DISTANCES,
    Estimate,
    Reached,
    judge_estimate,
    list_reached,
    replay_estimates,
    score_distance,
    score_estimates,
)
from tests.unit.renderer.histories import FIRST, HOUR, UTC_ZONE, any_history, history

DAY = timedelta(days=1)
NOTHING = {"told": 0, "within": 0, "median_error_days": None, "reliable": None}


def frames_of(steps: Iterable[int], first: int) -> Frames:
    """Give the tables of a count that rises by these steps, an hour each."""
    counts = [first]
    for step in steps:
        counts.append(counts[-1] + step)
    return make_frames(history(counts), UTC_ZONE)


def score(frames: Frames) -> dict[int, dict[str, Any]]:
    """Give the score by the distance."""
    return {each.pop("days"): each for each in score_estimates(frames)}


def test_a_steady_count_is_told_to_the_hour() -> None:
    """Ten an hour: 1,000,000 comes at hour 1000, as was told 1, 7 and 30 days ago."""
    found = score(frames_of([10] * 1000, 990_000))
    good = {"told": 1, "within": 1, "median_error_days": 0.0, "reliable": None}
    assert found == {1: good, 7: good, 30: good}


def test_a_count_that_speeds_up_comes_before_what_was_told() -> None:
    """One an hour for a week, then ten an hour for two days, until 1000 are passed.

    A day before, 240 were missing. The pace of 24 hours was 10 an hour: 24 hours. That
    of a week was (144 + 240) / 168: 105 hours. So was that of four weeks, of which
    only 192 hours were known: (168 + 240) / 192, 113 hours (rounded up to a second).
    """
    frames = frames_of([1] * 168 + [10] * 48, 1000 - 168 - 480)
    [reached] = [each for each in list_reached(frames) if each.count == 1000]
    [told] = replay_estimates(frames, [reached], 1)
    seen = FIRST + 192 * HOUR + timedelta(seconds=3)
    assert reached == Reached(
        1000, seen + 23 * HOUR, seen + 24 * HOUR, FIRST + 216 * HOUR
    )
    assert told.earliest == seen + 24 * HOUR
    assert told.latest == seen + timedelta(seconds=-(-240 * 192 * 3600 // 408))
    assert told.is_right()
    # The middle of 24 and 112.94 hours is 68.47, of which 44.47 are too many.
    assert told.find_error() == pytest.approx(44.47 / 24, abs=0.001)
    # A week before it was one an hour, and 1000 - 352 - 48 were missing.
    [told] = replay_estimates(frames, [reached], 7)
    assert told.earliest == told.latest == seen - 144 * HOUR + 600 * HOUR
    assert not told.is_right()
    assert told.find_error() == (600 - 168) / 24
    assert replay_estimates(frames, [reached], 30) == []


def reached(at: datetime) -> Reached:
    """Give a milestone that was reached within the hour before a time."""
    return Reached(100, at - HOUR, at, at)


def test_a_range_is_right_if_it_touches_the_hour_of_the_milestone() -> None:
    """Nobody knows the minute; before the hour and after it is wrong."""
    hour = reached(FIRST)
    second = timedelta(seconds=1)
    for earliest, latest, right in (
        (FIRST - 9 * HOUR, FIRST - HOUR, True),
        (FIRST - 9 * HOUR, FIRST - HOUR - second, False),
        (FIRST, FIRST + 9 * HOUR, True),
        (FIRST + second, FIRST + 9 * HOUR, False),
        (FIRST - 9 * HOUR, None, True),
        (FIRST + second, None, False),
    ):
        assert Estimate(hour, earliest, latest).is_right() == right


def test_an_error_is_measured_from_the_middle_to_the_hour() -> None:
    """Either way; a range without an end has no middle."""
    for earliest, latest, days in (
        (FIRST - 3 * DAY, FIRST - DAY - HOUR, 2.0),
        (FIRST + DAY, FIRST + 3 * DAY, 2.0),
        (FIRST - DAY, FIRST + DAY, 0.0),
        (FIRST - DAY, None, None),
    ):
        found = Estimate(reached(FIRST), earliest, latest).find_error()
        assert found == (None if days is None else pytest.approx(days, abs=0.03))


def estimates(*offs: float | None) -> list[Estimate]:
    """Give estimates that are off by so many days; None is without an end."""
    return [
        Estimate(reached(FIRST), FIRST - DAY, None)
        if off is None
        else Estimate(reached(FIRST), FIRST + off * DAY, FIRST + off * DAY)
        for off in offs
    ]


@pytest.mark.parametrize(
    ("offs", "told", "within", "error", "reliable"),
    [
        ((), 0, 0, None, None),
        ((None, None), 2, 2, None, None),
        ((None, None, None), 3, 3, None, True),
        ((0, 9), 2, 1, 4.5, None),
        ((0, 0, 9), 3, 2, 0.0, True),
        ((0, 0, 9, 9), 4, 2, 4.5, False),
        ((0, 0, 7, 7), 4, 2, 3.5, True),
        ((0, 1, 1), 3, 1, 1.0, False),
        ((None, None, 0, 9, 9), 5, 3, 9.0, False),
    ],
)
def test_it_is_bad_if_most_were_wrong_or_far_off(
    offs: Sequence[float | None],
    told: int,
    within: int,
    error: float | None,
    reliable: bool | None,
) -> None:
    """At a distance of 7 days, of which half are 3.5; two do not tell."""
    assert score_distance(7, estimates(*offs)) == {
        "days": 7,
        "told": told,
        "within": within,
        "median_error_days": error,
        "reliable": reliable,
    }


@pytest.mark.parametrize(
    "counts",
    [
        [5],
        [1, 2],
        # All are passed within a day of the first reading.
        [0, 10**9],
        # Nobody saw when.
        [5, *[None] * 25, 10**9],
        # Nothing was in sight before.
        [5] * 999 + [10**9],
    ],
)
def test_where_there_is_no_estimate_nothing_is_said_of_any(
    counts: list[int | None],
) -> None:
    """Neither good nor bad."""
    found = score(make_frames(history(counts), UTC_ZONE))
    assert found == dict.fromkeys(DISTANCES, NOTHING)


@pytest.mark.parametrize(("missing", "seen"), [(23, [100, 110]), (24, [110])])
def test_of_one_that_was_passed_in_a_gap_of_more_than_a_day_nobody_knows_when(
    missing: int, seen: list[int]
) -> None:
    """It says nothing of the estimates."""
    counts = [*range(90, 96), *[None] * missing, *range(105, 112)]
    frames = make_frames(history(counts), UTC_ZONE)
    assert frames.milestones["count"].to_list() == [100, 110]
    assert [each.count for each in list_reached(frames)] == seen


def test_only_the_newest_count() -> None:
    """Twenty, of hundreds."""
    frames = frames_of([10] * 2000, 0)
    assert frames.milestones.height > 100
    assert [each["told"] for each in score(frames).values()] == [LISTED] * 3


@settings(max_examples=25, deadline=None)
@given(any_history(max_size=40))
def test_any_history_is_replayed_as_the_page_told_it_then(
    readings: pl.DataFrame,
) -> None:
    """What the summary says of the readings until then, of the next one at least."""
    frames = make_frames(readings, UTC_ZONE)
    reached = list_reached(frames)
    for days in DISTANCES:
        told = {
            each.reached.count: each for each in replay_estimates(frames, reached, days)
        }
        for each in reached:
            until = pl.col("scheduled_at") <= each.hour - days * DAY
            kept, known = (
                frames.kept.filter(until),
                frames.increments.filter(pl.col("end") <= each.hour - days * DAY),
            )
            if kept.is_empty():
                assert each.count not in told
                continue
            then = summarise_milestones(frames.milestones, kept, known)["next"]
            if then["count"] == each.count and then["earliest"]:
                found = told[each.count]
                assert (found.earliest, found.latest) == (
                    then["earliest"],
                    then["latest"],
                )


@pytest.mark.parametrize(
    ("days", "reliable"),
    [(0.5, True), (1, True), (2, False), (7, False), (8, None), (400, None)],
)
def test_an_estimate_is_judged_by_the_score_at_its_distance(
    days: float, reliable: bool | None
) -> None:
    """Of the distances that reach so far the shortest, or else the longest."""
    told: list[dict[str, Any]] = [
        {"days": 1, "reliable": True},
        {"days": 7, "reliable": False},
        {"days": 30, "reliable": None},
    ]
    at = FIRST + days * DAY
    for next_ in (
        {"earliest": FIRST, "latest": at},
        {"earliest": at, "latest": None},
    ):
        assert judge_estimate(FIRST, next_, told) is reliable
    assert judge_estimate(FIRST, {"earliest": None, "latest": None}, told) is None
