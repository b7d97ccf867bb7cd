"""What the heatmaps say in words, and the months above the calendar; pure."""

from __future__ import annotations

from itertools import groupby

from renderer.findings.shading import Cell

Weekly = list[list[Cell]]
Weeks = list[list[Cell | None]]
# Over fewer weeks than these, a month's name would not fit.
NAMED_WEEKS = 2


def busiest(weekly: Weekly) -> tuple[int, int, float] | None:
    """Return weekday, hour and mean of the busiest hour of the week, if any rose."""
    cells = [
        (cell.value, -day, -hour)
        for day, hours in enumerate(weekly)
        for hour, cell in enumerate(hours)
        if cell.value
    ]
    if not cells:
        return None
    value, day, hour = max(cells)
    return -day, -hour, value


def best_day(calendar: Weeks) -> Cell | None:
    """Return the best complete day that the calendar shows, the first of equals."""
    days = [day for week in calendar for day in week if day and day.complete]
    return max(
        (day for day in days if day.value),
        key=lambda day: day.value or 0,
        default=None,
    )


def months_of(calendar: Weeks) -> list[tuple[str, int, bool]]:
    """Return the months of the weeks: each as 2026-11, its weeks, if it has a name.

    A week belongs to the month of the first of its days that the history has.
    """
    months = (
        next((f"{cell.day:%Y-%m}" for cell in week if cell), "") for week in calendar
    )
    runs = [(month, len(list(weeks))) for month, weeks in groupby(months)]
    return [(month, weeks, weeks >= NAMED_WEEKS) for month, weeks in runs]
