"""What the heatmaps say in words: the busiest hour, the best day, the months."""

from datetime import date, timedelta

from renderer.findings.calendar import find_best_day, group_months, shade_calendar
from renderer.findings.frames import make_frames
from renderer.findings.shading import Cell
from renderer.findings.week import find_busiest_hour
from tests.unit.renderer.histories import UTC_ZONE, history

UNKNOWN = Cell(None, None, None, False)


def mean(value: float) -> Cell:
    """Give the cell of an hour of the week."""
    return Cell(value, 1, None, True)


def on(day: int, value: int, *, complete: bool = True) -> Cell:
    """Give the cell of a day of January."""
    return Cell(value, 1, date(2026, 1, day), complete)


def test_the_busiest_hour_of_the_week_is_the_first_of_equals() -> None:
    """Monday is 0; of what is unknown or never rose nothing is said."""
    week = [[UNKNOWN] * 24 for _ in range(7)]
    assert find_busiest_hour(week) is None
    week[1][4] = mean(0)
    assert find_busiest_hour(week) is None
    week[2][7], week[2][9], week[6][1] = mean(2.5), mean(2.5), mean(1)
    assert find_busiest_hour(week) == (2, 7, 2.5)


def test_the_best_day_is_complete_and_the_first_of_equals() -> None:
    """A part of a day is no record, and a day without a rise is none either."""
    assert find_best_day([]) is None
    assert find_best_day(
        [[None, on(1, 0), Cell(None, None, date(2026, 1, 2), False)]]
    ) is (None)
    week = [on(5, 3), on(6, 9, complete=False), on(7, 4), on(8, 4)]
    assert find_best_day([[None, *week]]) == week[2]


def test_the_months_cover_the_weeks_of_the_calendar() -> None:
    """A week belongs to the month of its first day; a short month has no name."""
    frames = make_frames(history(range(24 * 70)), UTC_ZONE)
    weeks = shade_calendar(frames.daily)
    months = group_months(weeks)
    assert sum(number for _, number, _ in months) == len(weeks)
    # From 1 January to 11 March.
    assert months == [
        ("2026-01", 5, True),
        ("2026-02", 4, True),
        ("2026-03", 2, True),
    ]
    first = date(2026, 1, 26)
    days: list[list[Cell | None]] = [
        [Cell(1, 1, first + timedelta(weeks=n), True)] for n in range(2)
    ]
    assert group_months(days) == [("2026-01", 1, False), ("2026-02", 1, False)]
