"""The heatmaps: real increments and their means, and nothing where nobody knows."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.buckets import sum_buckets
from renderer.findings.calendar import CALENDAR_WEEKS, shade_calendar
from renderer.findings.clocks import find_midnight
from renderer.findings.increments import derive_increments
from renderer.findings.shading import LEVELS, Cell, choose_level, find_top
from renderer.findings.week import WEEKS, shade_week
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
)

NOTHING = Cell(None, None, None, complete=False)
MONDAY = at("2026-01-05")


def week_of(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> list[list[Cell]]:
    """Give the hours of the week."""
    return shade_week(derive_increments(readings), zone)


def calendar_of(
    readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE
) -> list[list[Cell | None]]:
    """Give the weeks of the calendar."""
    return shade_calendar(sum_buckets(derive_increments(readings), "1d", zone))


def values(cells: list[list[Cell]]) -> list[list[float | None]]:
    """Give what the cells say."""
    return [[cell.value for cell in row] for row in cells]


# The week ----------------------------------------------------------------------


def test_a_cell_is_the_mean_of_its_hour_over_the_weeks() -> None:
    """Monday at nine rose by 4, then by 8, else by 1 an hour."""
    steps = [1] * (14 * 24)
    steps[9], steps[7 * 24 + 9] = 4, 8
    counts = [sum(steps[:n]) for n in range(len(steps) + 1)]
    cells = week_of(history(counts, MONDAY))
    assert [len(row) for row in cells] == [24] * 7
    assert cells[0][9] == Cell(6.0, 6, None, complete=True)
    assert cells[0][8] == cells[6][23] == Cell(1.0, 6, None, complete=True)


def test_hours_and_days_are_those_of_the_zone() -> None:
    """Sunday at 15:00 in UTC is Monday's first hour in Tokyo."""
    counts = [0, *[70] * (7 * 24)]
    cells = week_of(history(counts, at("2026-01-05", TOKYO)), TOKYO)
    assert cells[0][0].value == 70
    assert sum(cell.value or 0 for row in cells for cell in row) == 70


def test_an_hour_that_is_missing_once_is_the_mean_of_the_others() -> None:
    """But says that it is not complete."""
    counts: list[int | None] = list(range(14 * 24 + 1))
    counts[10] = None
    cells = week_of(history(counts, MONDAY))
    assert cells[0][9] == cells[0][10] == Cell(1.0, 6, None, complete=False)
    assert cells[0][11].complete


def test_an_increment_of_several_hours_is_in_no_cell() -> None:
    """Nobody knows how much came in which."""
    counts = [*range(10), None, None, 900, *range(901, 913)]
    cells = week_of(history(counts, MONDAY))
    assert cells[0][:14] == [
        *[Cell(1.0, 6, None, complete=True)] * 9,
        *[NOTHING] * 3,
        *[Cell(1.0, 6, None, complete=True)] * 2,
    ]


def test_a_reset_is_in_no_cell() -> None:
    """What came in its hour is unknown."""
    cells = week_of(history([*range(50, 55), *range(20)], MONDAY))
    assert [cell.value for cell in cells[0]][3:6] == [1.0, None, 1.0]


def test_the_weeks_end_at_the_last_midnight() -> None:
    """So they change once a day; today's hours are not yet in them."""
    cells = week_of(history([*range(25), 500], MONDAY))
    assert values(cells) == [[1.0] * 24, *[[None] * 24] * 6]


def test_only_the_last_twelve_weeks_are_in_the_means() -> None:
    """What was before them is long ago."""
    hours = WEEKS * 168
    cells = week_of(history([0, *range(10**6, 10**6 + hours + 1)], MONDAY - HOUR))
    assert values(cells) == [[1.0] * 24] * 7
    assert all(cell.complete for row in cells for cell in row)


@pytest.mark.parametrize("counts", [[5], [5, 6], [5, 6, None, 9]])
def test_a_history_within_a_day_has_an_empty_week(counts: list[int | None]) -> None:
    """There was no midnight yet."""
    assert week_of(history(counts, MONDAY + HOUR)) == [[NOTHING] * 24] * 7


def test_an_hour_that_the_clocks_skip_or_repeat_is_counted_as_it_was() -> None:
    """New York's Sunday at 2:00 came once less, its Sunday at 1:00 once more."""
    zone = ZoneInfo("America/New_York")
    forth = week_of(history(range(24 * 8), at("2026-03-02", zone)), zone)
    assert [cell.value for cell in forth[6]][:4] == [1, 1, None, 1]
    steps = [0] * 200
    first = at("2026-10-31", zone)
    steps[25], steps[26] = 4, 8
    counts = [sum(steps[:n]) for n in range(len(steps) + 1)]
    assert week_of(history(counts, first), zone)[6][1].value == 6


@settings(max_examples=100, deadline=None)
@given(any_history(max_size=200), st.sampled_from(ZONES))
def test_a_week_never_invents(readings: pl.DataFrame, zone: ZoneInfo) -> None:
    """A cell is the mean of just those real increments, and all of them."""
    until = find_midnight(readings["scheduled_at"][-1], zone)
    since = (until.astimezone(zone) - timedelta(weeks=WEEKS)).astimezone(until.tzinfo)
    real: dict[tuple[int, int], list[int]] = {}
    rows = readings.select("scheduled_at", "count").iter_rows()
    for (start, before), (end, after) in pairwise(rows):
        if since <= start and end <= until and end - start == HOUR and after >= before:
            wall = start.astimezone(zone)
            real.setdefault((wall.weekday(), wall.hour), []).append(after - before)
    for day, row in enumerate(week_of(readings, zone)):
        for hour, cell in enumerate(row):
            found = real.get((day, hour))
            assert cell.value == (sum(found) / len(found) if found else None)
            assert (cell.level is None) == (cell.value is None)
            assert not (cell.complete and cell.value is None)


# The calendar ------------------------------------------------------------------


def test_the_calendar_has_whole_weeks_from_monday_to_sunday() -> None:
    """Thursday to the Tuesday after: none before, none after."""
    counts = range(24 * 5 + 6)
    first, second = calendar_of(history(counts))
    assert FIRST.date() == date(2026, 1, 1)
    assert first == [
        None,
        None,
        None,
        *[Cell(24, 6, date(2026, 1, n), complete=True) for n in (1, 2, 3, 4)],
    ]
    assert second == [
        Cell(24, 6, date(2026, 1, 5), complete=True),
        Cell(5, 1, date(2026, 1, 6), complete=False),
        *[None] * 5,
    ]


def test_an_unknown_day_is_a_cell_without_a_value() -> None:
    """It was within the history."""
    [week] = calendar_of(history([*range(25), *[None] * 40, 100], MONDAY))
    assert week[:3] == [
        Cell(24, 6, MONDAY.date(), complete=True),
        Cell(None, None, MONDAY.date() + timedelta(days=1), complete=False),
        Cell(None, None, MONDAY.date() + timedelta(days=2), complete=False),
    ]


def test_the_levels_are_measured_by_the_complete_days() -> None:
    """However much is known of another; that one is as dark as can be."""
    counts: list[int | None] = [*range(25), *range(1024, 25_000, 1000)]
    counts[30] = None
    counts[-1] = 0
    [week] = calendar_of(history(counts, MONDAY))
    assert [cell and (cell.level, cell.complete) for cell in week][:2] == [
        (6, True),
        (6, False),
    ]


def test_the_levels_of_a_calendar_begin_with_its_quiet_days() -> None:
    """Days of 60 to 120: the palest is that of the quiet ones, not that of zero."""
    pace = [
        n for day in range(60, 121) for n in [day // 24] * 23 + [day - day // 24 * 23]
    ]
    counts = [sum(pace[:n]) for n in range(len(pace) + 1)]
    days = [cell for week in calendar_of(history(counts, MONDAY)) for cell in week]
    levels = [cell.level for cell in days if cell and cell.level is not None]
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3, 4, 5, 6}
    assert levels.count(1) < 15


def test_days_that_hardly_differ_look_alike() -> None:
    """From 96 to 100 they are all of the darkest two."""
    pace = [4] * 24 * 30 + [4] * 23 + [8] + [4] * 24 * 30
    counts = [sum(pace[:n]) for n in range(len(pace) + 1)]
    days = [cell for week in calendar_of(history(counts, MONDAY)) for cell in week]
    assert {cell.level for cell in days if cell} <= {5, 6}


def test_a_single_reading_has_no_calendar() -> None:
    """And two of one hour have one day."""
    assert calendar_of(history([5])) == []
    [week] = calendar_of(history([5, 6], MONDAY))
    assert week == [Cell(1, 6, MONDAY.date(), complete=False), *[None] * 6]


@pytest.mark.parametrize(
    ("days", "weeks"), [(7, 1), (8, 2), (53 * 7, 53), (53 * 7 + 1, 53), (800, 53)]
)
def test_the_calendar_is_of_at_most_53_weeks(days: int, weeks: int) -> None:
    """The newest; the oldest comes first."""
    found = calendar_of(history(range(24 * days + 1), MONDAY))
    assert len(found) == weeks
    last = MONDAY.date() + timedelta(days=days - 1)
    shown = [cell.day for week in found for cell in week if cell and cell.day]
    assert shown[-1] == last
    assert shown == [last - timedelta(days=n) for n in range(len(shown))][::-1]


def test_a_day_that_never_was_is_no_cell() -> None:
    """Samoa went from Thursday to Saturday, the 31st of December 2011."""
    zone = ZoneInfo("Pacific/Apia")
    [week] = calendar_of(history(range(49), at("2011-12-29", zone)), zone)
    assert [cell and cell.day for cell in week] == [
        *[None] * 3,
        date(2011, 12, 29),
        None,
        date(2011, 12, 31),
        None,
    ]


@settings(max_examples=100, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_a_calendar_shows_each_of_the_newest_days_once(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """At its weekday, with the increment of its bucket."""
    daily = sum_buckets(derive_increments(readings), "1d", zone)
    weeks = shade_calendar(daily)
    for week in weeks:
        assert len(week) == 7
        assert all(
            cell is None or (cell.day and cell.day.weekday() == n)
            for n, cell in enumerate(week)
        )
    cells = [cell for week in weeks for cell in week if cell]
    days = daily.select(pl.col("bucket").dt.date(), "increment", "complete").rows()[
        -len(cells) or daily.height :
    ]
    assert [(cell.day, cell.value, cell.complete) for cell in cells] == days
    assert len(weeks) <= CALENDAR_WEEKS
    if len(weeks) < CALENDAR_WEEKS:
        assert len(cells) == daily.height


def test_the_weeks_begin_at_midnight_where_the_last_one_was_skipped() -> None:
    """In Santiago 6 September 2026 began at one; 12 weeks before, a day at midnight."""
    santiago = ZoneInfo("America/Santiago")
    start, first = at("2026-06-10", santiago), at("2026-06-14", santiago)
    until = at("2026-09-06T05:00", santiago)
    steps = [1] * ((until - start) // HOUR)
    steps[(first - start) // HOUR] = 100
    counts = [sum(steps[:n]) for n in range(len(steps) + 1)]
    sunday = week_of(history(counts, start), santiago)[6]
    assert sunday[0].value == (100 + 11) / 12


# The levels --------------------------------------------------------------------


def test_a_level_is_in_proportion_to_the_value() -> None:
    """Zero has one of its own, and so the smallest step above it has another."""
    assert [choose_level(value, 60) for value in (0, 1, 10, 11, 50, 51, 60, 900)] == [
        *(0, 1, 1, 2, 5, 6, 6, 6),
    ]
    assert choose_level(None, 60) is None


def test_the_top_twentieth_share_the_darkest_level() -> None:
    """One feast does not pale a hundred other days; of few, the top is the highest."""
    assert find_top([*range(1, 101), 10**6]) == 96
    assert find_top([3, 1, 2]) == 3
    assert find_top([0] * 99 + [7]) == 7
    assert find_top([]) == find_top([0, 0]) == 0


def test_where_no_complete_day_is_known_others_are_at_the_top() -> None:
    """Nothing is divided by zero."""
    assert (choose_level(5, 0), choose_level(0, 0)) == (LEVELS, 0)


# A mean is of at most some dozen whole numbers.
numbers = st.one_of(st.integers(0, 30 * MAX), st.floats(0.01, 1e20))


@given(st.lists(numbers, min_size=1), numbers, numbers)
def test_a_larger_value_is_never_paler(
    all_of_them: list[float], one: float, other: float
) -> None:
    """And every known value has a level."""
    top = find_top(all_of_them)
    bottom = min(min(all_of_them), top / 2)
    low, high = (choose_level(value, top, bottom) for value in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= LEVELS
    assert (low == 0) == (min(one, other) == 0)
