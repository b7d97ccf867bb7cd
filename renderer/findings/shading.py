"""How dark a cell of a heatmap is, among all of its cells; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

# Level 0 is for zero, 6 is the darkest.
LEVELS = 6


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


class Step(NamedTuple):
    """A line of a heatmap's legend: the values of a level.

    They are those from `bound` on, or all `below` it, up to those of the next step.
    """

    level: int
    bound: float
    below: bool


def find_bounds(values: Sequence[float]) -> list[float]:
    """Return from which value on each level begins, none if no value is above zero.

    Each has a sixth of the values above zero, so that all colours are used, whatever
    the values are; equal values have one level, the highest that is theirs.

    >>> find_bounds([0, *range(10, 130, 10)])
    [10, 30, 50, 70, 90, 110]
    """
    above = sorted(value for value in values if value > 0)
    return [above[len(above) * n // LEVELS] for n in range(LEVELS)] if above else []


def choose_level(value: float | None, bounds: Sequence[float]) -> int | None:
    """Return how dark a value is: 0 for zero, else from 1 up to 6.

    What is unknown has no level. Without bounds nothing is known to compare with.

    >>> bounds = [10, 30, 50, 70, 90, 110]
    >>> [choose_level(value, bounds) for value in (None, 0, 1, 29, 30, 900)]
    [None, 0, 1, 1, 2, 6]
    """
    if value is None:
        return None
    if value <= 0:
        return 0
    return max(1, bisect_right(bounds, value)) if bounds else LEVELS


def list_steps(bounds: Sequence[float]) -> list[Step]:
    """Return the legend of levels above zero; a level that no value has is left out.

    >>> [step[:2] for step in list_steps([1, 2, 2, 2, 3, 4])]
    [(1, 2), (4, 2), (5, 3), (6, 4)]
    """
    if not bounds:
        return []
    steps = [
        Step(level, bound, below=False)
        for level, bound in enumerate(bounds, 1)
        if level > 1 and bound not in bounds[level:]
    ]
    return [Step(1, steps[0].bound, below=True), *steps]
