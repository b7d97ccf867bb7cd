"""How dark a cell of a heatmap is, among all of its cells; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

# Level 0 is for zero, 6 is the darkest.
LEVELS = 6
# The highest twentieth of the values share the darkest level, or one feast would pale
# all others; the lowest twentieth of the days share the palest.
TOP, LOW = 0.95, 0.05


@dataclass(frozen=True)
class Cell:
    """One cell of a heatmap: an increment, or the mean of several, and its level.

    `value` and `level` (0 for zero, else 1 to 6) are None where nothing is known.
    `day` is the day that a cell of the calendar stands for, None in the week.
    `complete` tells whether all is known that the cell stands for.
    """

    value: float | int | None
    level: int | None
    day: date | None
    complete: bool


def find_top(values: Sequence[float]) -> float:
    """Return the value from which on a cell is darkest, 0 if there are no values.

    It is the 95th percentile, or the highest value where that is 0.

    >>> find_top([*range(1, 101)])
    95
    """
    return find_quantile(values, TOP) or max(values, default=0)


def find_quantile(values: Sequence[float], part: float) -> float:
    """Return the quantile of values by the nearest rank, 0 if there are none.

    That is always one of them: https://en.wikipedia.org/wiki/Percentile

    >>> find_quantile([50, 40, 35, 20, 15], 0.4)
    20
    """
    return sorted(values)[ceil(len(values) * part) - 1] if values else 0


def choose_level(value: float | None, top: float, low: float = 0) -> int | None:
    """Return how dark a value is: 0 for zero, else from 1 up to 6, in proportion.

    All up to a sixth of the way from `low` to `top` have level 1, all from `top` on
    level 6. What is unknown has no level.

    >>> [choose_level(value, top=60) for value in (None, 0, 1, 30, 31, 60, 900)]
    [None, 0, 1, 3, 4, 6, 6]
    """
    if value is None:
        return None
    if value <= 0:
        return 0
    if value >= top:
        return LEVELS
    return max(1, ceil((value - low) * LEVELS / (top - low)))
