"""The axes: ticks at whole numbers, days and hours, and room for their labels."""

import pytest

from renderer.figures import theme
from renderer.figures.axes import DAY_MS, HOUR_MS, make_count_axis, measure_labels
from tests.unit.renderer.figures.plotting import graphs_of


@pytest.mark.parametrize(
    ("counts", "from_zero", "bounds"),
    [
        ([], True, [0, 1.5]),
        ([None, 0, 0], True, [0, 1.5]),
        ([1, 4], True, [0, 4.5]),
        ([7, 7], False, [6, 7.5]),
        ([0, 0], False, [0, 1.5]),
        ([7, 11], False, [6, 11.5]),
    ],
)
def test_an_axis_of_few_counts_has_a_tick_for_each(
    counts: list[int | None], from_zero: bool, bounds: list[float]
) -> None:
    """Closer ticks would have to say the same whole number twice."""
    axis = make_count_axis(counts, from_zero=from_zero)
    assert (axis["dtick"], axis["range"]) == (1, bounds)


@pytest.mark.parametrize(
    ("counts", "from_zero"), [([0, 5], True), ([7, 12], False), ([10**9], True)]
)
def test_an_axis_of_many_counts_is_left_to_plotly(
    counts: list[int | None], from_zero: bool
) -> None:
    """Bars start at zero, a total where it is."""
    axis = make_count_axis(counts, from_zero=from_zero)
    assert "range" not in axis
    assert "dtick" not in axis
    assert axis["rangemode"] == ("tozero" if from_zero else "normal")


@pytest.mark.parametrize(
    ("counts", "form", "room"),
    [
        ([0, 999], ",d", 50),
        ([1_000_000, 9_999_999_999], ",d", 109),
        ([0, 10**10], "~s", 70),
        # Only the last digits tell these apart.
        ([10**18 - 9000, 10**18 - 1], ",d", 180),
    ],
)
def test_the_labels_of_counts_have_the_room_that_they_take(
    counts: list[int | None], form: str, room: int
) -> None:
    """Long ones are told in thousands of thousands, if that tells them apart."""
    axis = make_count_axis(counts, from_zero=False)
    assert axis["tickformat"] == form
    assert measure_labels(axis, counts, theme.FONT_SIZE) == pytest.approx(room, abs=6)


def test_an_axis_of_some_days_or_hours_has_a_tick_for_each() -> None:
    """Left alone, plotly puts one at every twelve hours, or at quarters of an hour."""
    axes = {
        name: graph.figure["layout"]["xaxis"]
        for name, graph in graphs_of("long").items()
    }
    assert axes["7d-total"]["dtick"] == DAY_MS
    assert "dtick" not in axes["24h-total"]
    assert "dtick" not in axes["30d-total"]
    few = graphs_of("two")["all-total"].figure["layout"]["xaxis"]
    assert few["dtick"] == HOUR_MS
