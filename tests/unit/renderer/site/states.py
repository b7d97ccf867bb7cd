"""The states that a history can be in, each with its site, which many tests look at."""

from collections.abc import Callable
from functools import cache

import polars as pl
import pytest

from tests.unit.renderer.histories import MAX, history, name_tabs
from tests.unit.renderer.pages import files_of

STATES: dict[str, Callable[[], pl.DataFrame]] = {
    "one reading": lambda: history([5]),
    "two readings": lambda: history([5, 6]),
    "a day": lambda: history(range(25)),
    "a count that stands still": lambda: history([0] * 50),
    "the last hour unknown": lambda: history([0, 1, None, 9]),
    "a fresh reset": lambda: history([*range(50), 0]),
    "only gaps": lambda: history([1, *[None] * 500, 2, *[None] * 500, 3]),
    "a gap of a month": lambda: history([*range(900), *[None] * 750, *range(900, 999)]),
    "gaps and resets": lambda: history(
        [*(each for n in range(50, 0, -1) for each in (9 * n, 9 * n + 4, None)), 1]
    ),
    "readings set aside": lambda: history([5, 9, None, 0] * 50 + [10]),
    "huge counts": lambda: history([MAX - 60, *range(MAX - 50, MAX + 1)]),
    "three years": lambda: history(range(24 * 1000)),
}
# The ranges that have a tab; the others would show the same as the whole history.
TABS = {
    "one reading": name_tabs(0),
    "two readings": name_tabs(1),
    "a day": name_tabs(24),
    "a count that stands still": name_tabs(49),
    "the last hour unknown": name_tabs(3),
    "a fresh reset": name_tabs(50),
    "only gaps": name_tabs(1002),
    "a gap of a month": name_tabs(1748),
    "gaps and resets": name_tabs(150),
    "readings set aside": name_tabs(200),
    "huge counts": name_tabs(60),
    "three years": name_tabs(24 * 1000 - 1),
}
every_state = pytest.mark.parametrize("state", STATES)


@cache
def site_of(state: str) -> dict[str, bytes]:
    """Give the site of a state, made once."""
    return files_of(STATES[state]())
