"""The week: the mean increment of each hour, and nothing where nobody knows."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.clocks import find_day_start, find_midnight
from renderer.findings.increments import derive_increments
from renderer.findings.shading import Cell
from renderer.findings.week import MEAN_WEEKS, Week, find_busiest_hour, shade_week
from tests.unit.renderer.histories import (
    HOUR,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
)

NOTHING = Cell(None, None, None, complete=False)
MONDAY = at("2026-01-05")


def week_of(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> Week:
    """Give the hours of the week."""
    return shade_week(derive_increments(readings), zone)


def values(cells: Week) -> list[list[float | None]]:
    """Give what the cells say."""
    return [[cell.value for cell in row] for row in cells]


def mean(value: float) -> Cell:
    """Give the cell of an hour of the week."""
    return Cell(value, 1, None, True)


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
    hours = MEAN_WEEKS * 168
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


@settings(max_examples=50, deadline=None)
@given(any_history(max_size=200), st.sampled_from(ZONES))
def test_a_week_never_invents(readings: pl.DataFrame, zone: ZoneInfo) -> None:
    """A cell is the mean of just those real increments, and all of them."""
    until = find_midnight(readings["scheduled_at"][-1], zone)
    first = until.astimezone(zone).date() - timedelta(weeks=MEAN_WEEKS)
    since = find_day_start(first, zone)
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


def test_the_busiest_hour_of_the_week_is_the_first_of_equals() -> None:
    """Monday is 0; of what is unknown or never rose nothing is said."""
    week = [[NOTHING] * 24 for _ in range(7)]
    assert find_busiest_hour(week) is None
    week[1][4] = mean(0)
    assert find_busiest_hour(week) is None
    week[2][7], week[2][9], week[6][1] = mean(2.5), mean(2.5), mean(1)
    assert find_busiest_hour(week) == (2, 7, 2.5)
