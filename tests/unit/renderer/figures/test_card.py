"""The card: a count that can be read in the preview of a link."""

import plotly.graph_objects
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures.card import CARD_HEIGHT, CARD_WIDTH, make_card
from renderer.figures.figure import measure_picture
from renderer.findings.frames import make_frames
from tests.unit.renderer.figures.plotting import (
    DAY,
    HISTORIES,
    TITLE,
    all_histories,
    assert_texts_fit,
    texts,
)
from tests.unit.renderer.histories import MAX, TOKYO, any_history, history


@all_histories
def test_it_is_a_figure_that_plotly_takes_of_the_size_that_links_show(
    name: str,
) -> None:
    """1200 x 630 pixels, whatever the state of the history."""
    figure = make_card(TITLE, make_frames(HISTORIES[name], TOKYO), DAY)
    plotly.graph_objects.Figure(figure)
    assert measure_picture(figure) == (1200, 630)


def test_the_card_has_the_newest_count_its_time_and_the_last_day() -> None:
    """The time of the zone, with its offset; the last 24 hours if they are known."""
    frames = make_frames(history([7, 1_234_567], late_s=63), TOKYO)
    count, seen = "1,234,567", "2026-01-01 10:01  UTC+09:00"
    assert texts(make_card(TITLE, frames, DAY)) == [TITLE, count, seen, "+1,234 / 24 h"]
    for unknown in (None, {"increment": 5, "elapsed_s": 3600}):
        assert texts(make_card(TITLE, frames, unknown)) == [TITLE, count, seen]


@pytest.mark.parametrize("hours", [1, 24 * 3, 24 * 90])
def test_the_bars_of_the_card_end_at_its_right_edge(hours: int) -> None:
    """Thirty days, or in the beginning forty-eight hours."""
    figure = make_card(TITLE, make_frames(history(range(hours + 1)), TOKYO), DAY)
    (bars,) = figure["data"]
    room = 30 if hours > 24 * 3 else 48 if hours < 24 else 30
    assert bars["x"][-1] == room - 1
    assert figure["layout"]["xaxis"]["range"] == [-0.5, room - 0.5]
    assert len(bars["x"]) == len(bars["y"]) <= room


def test_the_longest_count_fits_the_card() -> None:
    """In one line, as large as that allows."""
    figure = make_card(TITLE, make_frames(history([MAX]), TOKYO), None)
    number = figure["layout"]["annotations"][1]
    assert number["text"] == f"<b>{MAX:,}</b>"
    assert 80 < number["font"]["size"] < 100
    assert CARD_HEIGHT == 630


@settings(max_examples=20, deadline=None)
@given(any_history(), st.text(max_size=80))
def test_no_line_is_wider_than_the_card(readings: pl.DataFrame, title: str) -> None:
    """Neither for a count of eighteen digits nor for a title of any length."""
    figure = make_card(title, make_frames(readings, TOKYO), DAY)
    plotly.graph_objects.Figure(figure)
    assert_texts_fit(figure, CARD_WIDTH)
