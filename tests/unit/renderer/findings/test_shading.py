"""The shades of a heatmap: how dark a cell is among others."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from renderer.findings.shading import (
    LEVELS,
    choose_level,
    find_bounds,
    list_steps,
)
from tests.unit.renderer.histories import MAX


def levels_of(values: Sequence[float]) -> list[int | None]:
    """Give the level of each value among all of them."""
    bounds = find_bounds(values)
    return [choose_level(value, bounds) for value in values]


def test_each_level_has_as_many_values() -> None:
    """However they are spread: one feast does not pale a hundred other days."""
    for values in ([*range(1, 61)], [n**4 for n in range(1, 61)]):
        levels = levels_of(values)
        assert [levels.count(level) for level in range(1, LEVELS + 1)] == [10] * 6
        assert levels == sorted(levels, key=lambda level: level or 0)


def test_zero_has_a_level_of_its_own_and_what_is_unknown_has_none() -> None:
    """So the smallest step above zero can be told from none."""
    assert levels_of([0, 0, 0, 1, 2, 3, 4, 5, 6]) == [0, 0, 0, 1, 2, 3, 4, 5, 6]
    assert choose_level(None, [1] * 6) is None
    assert find_bounds([]) == find_bounds([0, 0]) == []
    assert list_steps([]) == []


def test_a_flat_history_is_of_one_colour_and_its_legend_says_so() -> None:
    """What is equal looks alike; what is known in part may be less."""
    assert levels_of([24] * 50) == [6] * 50
    bounds = find_bounds([24] * 50)
    assert choose_level(5, bounds) == 1
    assert list_steps(bounds) == [(1, 24, True), (6, 24, False)]


def test_where_no_complete_day_is_known_others_are_the_darkest() -> None:
    """There is nothing to compare them with."""
    assert (choose_level(5, []), choose_level(0, [])) == (LEVELS, 0)


# A mean is of at most some dozen whole numbers.
numbers = st.one_of(st.integers(0, 30 * MAX), st.floats(0.01, 1e20))


@given(st.lists(numbers), numbers, numbers)
def test_a_larger_value_is_never_paler(
    all_of_them: list[float], one: float, other: float
) -> None:
    """And every known value has a level."""
    bounds = find_bounds(all_of_them)
    low, high = (choose_level(value, bounds) for value in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= LEVELS
    assert (low == 0) == (min(one, other) == 0)


@given(st.lists(numbers), numbers)
def test_the_legend_says_of_each_value_the_level_that_it_has(
    all_of_them: list[float], value: float
) -> None:
    """By its bounds, which rise from line to line."""
    bounds = find_bounds(all_of_them)
    steps = list_steps(bounds)
    for one, other in pairwise(steps):
        assert one.level < other.level
        assert one.bound < other.bound or one.below
    if not steps or not value:
        return
    told = [step.level for step in steps if step.below or value >= step.bound]
    assert choose_level(value, bounds) == told[-1]
