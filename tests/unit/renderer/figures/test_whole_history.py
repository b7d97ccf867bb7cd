"""The picture of the whole history: whose count it is, and when it was what."""

from typing import Any

import plotly
import plotly.graph_objects
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures.figure import measure_picture
from renderer.figures.graphs import make_range_graphs
from renderer.figures.ranges import make_ranges
from renderer.figures.whole_history import make_whole_history
from renderer.findings.frames import make_frames
from tests.unit.renderer.figures.plotting import (
    HISTORIES,
    TITLE,
    all_histories,
    assert_texts_fit,
    graphs_by_range,
    texts,
)
from tests.unit.renderer.histories import TOKYO, any_history, history


def embed(readings: pl.DataFrame, title: str = TITLE) -> dict[str, Any]:
    """Make the figure of a history, of which only the last range is needed."""
    hours = readings["scheduled_at"]
    whole = make_ranges(hours[0], hours[-1], TOKYO)[-1]
    graphs = make_range_graphs(make_frames(readings, TOKYO), whole)
    return make_whole_history(title, TOKYO, graphs)


@all_histories
def test_it_is_a_figure_that_plotly_takes_of_the_size_that_links_show(
    name: str,
) -> None:
    """1200 x 630 pixels, whatever the state of the history."""
    figure = embed(HISTORIES[name])
    plotly.graph_objects.Figure(figure)
    assert measure_picture(figure) == (1200, 630)


def test_the_embedded_graph_has_title_dates_and_count() -> None:
    """Of the range that it shows, so that it only changes when that does."""
    readings = history(range(24 * 20))
    whole = graphs_by_range(readings)["all"].total
    figure = embed(readings)
    assert figure["data"] == whole.figure["data"]
    assert texts(figure) == [TITLE, "2026-01-01 – 2026-01-21", "471"]
    assert whole.facts["to_count"] == 471
    assert texts(embed(history([5]))) == [TITLE, "2026-01-01", "5"]


@settings(max_examples=20, deadline=None)
@given(any_history(), st.text(max_size=80))
def test_no_line_is_wider_than_the_picture(readings: pl.DataFrame, title: str) -> None:
    """Neither for a count of eighteen digits nor for a title of any length."""
    figure = embed(readings, title)
    plotly.graph_objects.Figure(figure)
    assert_texts_fit(figure, 800)
