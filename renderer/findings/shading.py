"""The heatmaps: when in the week, and on which days, the count rises; all pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

LEVELS = 6
# The top twentieth share the darkest level, or one feast would pale all the rest, and
# the lowest twentieth of the days the palest.
TOP, LOW = 0.95, 0.05


@dataclass(frozen=True)
class Cell:
    """One cell: an increment or a mean of some, and how dark it is.

    `value` and `level` (0 for zero, else 1 to 6) are None where nothing is known.
    `complete` says that nothing is missing of what the cell stands for, which is
    the `day` in a calendar.
    """

    value: float | int | None
    level: int | None
    day: date | None
    complete: bool


def find_top(values: list[Any]) -> float:
    """Return the value from which on a cell is darkest, 0 if there is none."""
    # With many zeros the rank may be one of them.
    return find_quantile(values, TOP) or max(values, default=0)


def find_quantile(values: list[Any], part: float) -> float:
    """Return the nearest-rank quantile, 0 if there are no values."""
    return sorted(values)[ceil(len(values) * part) - 1] if values else 0


def choose_level(value: float | None, top: float, low: float = 0) -> int | None:
    """Return how dark a value is: in proportion from `low` up to `top`."""
    if value is None:
        return None
    if value <= 0:
        return 0
    if value >= top:
        return LEVELS
    return max(1, ceil((value - low) * LEVELS / (top - low)))
