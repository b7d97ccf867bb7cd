"""The shades of a heatmap: how dark a cell is among others."""

from hypothesis import given
from hypothesis import strategies as st

from renderer.findings.shading import LEVELS, choose_level, find_top
from tests.unit.renderer.histories import (
    MAX,
)


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
