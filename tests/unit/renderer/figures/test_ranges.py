"""The ranges: one list, and what each of them shows of a history."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures.ranges import (
    DEFAULT_RANGE,
    MAX_BARS,
    RANGES,
    Range,
    choose_bar_length,
    make_ranges,
)
from renderer.findings.buckets import sum_buckets
from renderer.findings.increments import derive_increments
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    TOKYO,
    ZONES,
    at,
    history,
    history_at,
)


def ranges(first: datetime, last: datetime, zone: ZoneInfo) -> dict[str, Range]:
    """Give the ranges by name."""
    return {each.name: each for each in make_ranges(first, last, zone)}


def test_the_whole_history_is_the_last_range_and_no_other_is_without_days() -> None:
    """The pictures for other sites are made of the last."""
    assert [name for name, days in RANGES.items() if days is None] == ["all"], (
        "Give each range in renderer/figures/ranges.py its days: only `all` has None."
    )
    assert list(RANGES)[-1] == "all", (
        "List new ranges before `all` in renderer/figures/ranges.py."
    )


def test_the_default_range_is_one_of_the_list() -> None:
    """Or a visit would begin with no graph at all."""
    assert DEFAULT_RANGE in RANGES, (
        "Let DEFAULT_RANGE in renderer/figures/ranges.py name a range of the list."
    )


def test_no_range_goes_that_was_once_published() -> None:
    """Somebody may have embedded its pictures."""
    assert set(RANGES) >= {"24h", "7d", "30d", "1y", "all"}


def test_one_reading_has_every_range_and_none_has_an_extent() -> None:
    """The pictures exist from the first hour on."""
    found = ranges(FIRST, FIRST, TOKYO)
    assert list(found) == list(RANGES)
    assert {(w.start, w.end, w.every) for w in found.values()} == {(FIRST, FIRST, "1h")}


def test_a_young_history_is_shown_by_the_hour_up_to_its_last_reading() -> None:
    """Nobody should have to wait for midnight to see something."""
    last = FIRST + timedelta(days=8)
    found = ranges(FIRST, last, TOKYO)
    assert {(range_.end, range_.every) for range_ in found.values()} == {(last, "1h")}
    assert found["24h"].start == last - timedelta(days=1)
    assert found["7d"].start == last - timedelta(days=7)
    assert {found[name].start for name in ("30d", "1y", "all")} == {FIRST}


def test_an_older_history_is_shown_by_the_day_up_to_the_last_midnight() -> None:
    """Only the two short ranges change with every hour."""
    last = at("2028-02-03T15:00", TOKYO)
    midnight = at("2028-02-03", TOKYO)
    found = ranges(FIRST, last, TOKYO)
    expected = {
        "24h": (last - timedelta(days=1), last, "1h"),
        "7d": (last - timedelta(days=7), last, "1h"),
        "30d": (midnight - timedelta(days=30), midnight, "1d"),
        "1y": (midnight - timedelta(days=365), midnight, "1d"),
        "all": (FIRST, midnight, "1w"),
    }
    for name, bounds in expected.items():
        assert (found[name].start, found[name].end, found[name].every) == bounds


def test_days_back_are_days_of_the_zone() -> None:
    """Thirty days before a midnight is a midnight, though the clocks changed."""
    zone = ZoneInfo("America/New_York")
    found = ranges(FIRST, at("2026-03-20T09:00", zone), zone)["30d"]
    assert (found.start, found.end) == (at("2026-02-18", zone), at("2026-03-20", zone))
    assert (found.end - found.start) / HOUR == 30 * 24 - 1


def test_the_last_midnight_is_where_the_day_begins_though_it_comes_twice() -> None:
    """On the Azores the clocks go back from one to midnight."""
    zone = ZoneInfo("Atlantic/Azores")
    twice = at("2026-10-25", zone) + HOUR
    assert twice.astimezone(zone).hour == 0
    assert ranges(FIRST, twice, zone)["30d"].end == at("2026-10-25", zone)


@pytest.mark.parametrize(
    ("hours", "every"),
    [
        (24, "1d"),
        (400 * 24, "1d"),
        (400 * 24 + 1, "1w"),
        (400 * 168 + 1, "1mo"),
        (400 * 730 + 1, "1q"),
        (400 * 2190 + 1, "1y"),
        (4000 * 8766, "1y"),
    ],
)
def test_bars_are_as_fine_as_can_be_told_apart(hours: int, every: str) -> None:
    """A day at least, and a year at most."""
    assert choose_bar_length(hours) == every


hours = st.integers(0, 120 * 8766)


@settings(max_examples=80, deadline=None)
@given(hours, hours, st.sampled_from(ZONES))
def test_every_range_lies_within_the_history(
    begin: int, length: int, zone: ZoneInfo
) -> None:
    """With whole days where it is shown by the day, and not too many bars."""
    first = datetime(1950, 1, 1, tzinfo=FIRST.tzinfo) + begin * HOUR
    last = first + length * HOUR
    for range_ in make_ranges(first, last, zone):
        assert first <= range_.start <= range_.end <= last
        if range_.every == "1h":
            assert range_.end == last
            assert (range_.end - range_.start) / HOUR <= 8 * 24
            continue
        assert last - range_.end < timedelta(hours=26)
        for bound in {range_.start, range_.end} - {first}:
            shown = bound.astimezone(zone)
            before = (bound - HOUR).astimezone(zone)
            assert shown.date() > before.date()
        ends = history_at([(range_.start, 0), (range_.end, 1)])
        bars = sum_buckets(derive_increments(ends), range_.every, zone)
        assert len(bars) <= MAX_BARS + 2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 366 * 24), st.sampled_from(ZONES))
def test_the_long_ranges_stay_as_they_are_for_a_day(hour: int, zone: ZoneInfo) -> None:
    """So that their pictures need not be drawn again."""
    last = FIRST + timedelta(days=400) + hour * HOUR
    now, then = ranges(FIRST, last, zone), ranges(FIRST, last + HOUR, zone)
    if last.astimezone(zone).date() == (last + HOUR).astimezone(zone).date():
        for name in ("30d", "1y", "all"):
            assert now[name] == then[name]
    assert now["24h"] != then["24h"]


def test_a_range_takes_only_what_lies_wholly_within() -> None:
    """An increment that reaches in from outside is none of its own."""
    increments = derive_increments(history(range(6)))
    range_ = Range("24h", FIRST + HOUR, FIRST + 3 * HOUR, "1h")
    rows: list[dict[str, Any]] = range_.select_rows(
        increments, "start", "end"
    ).to_dicts()
    assert [(row["start"], row["end"]) for row in rows] == [
        (FIRST + HOUR, FIRST + 2 * HOUR),
        (FIRST + 2 * HOUR, FIRST + 3 * HOUR),
    ]
