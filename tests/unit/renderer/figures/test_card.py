"""The card: a count that can be read in the preview of a link."""

import plotly.graph_objects
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures.card import CARD_HEIGHT, CARD_WIDTH, make_card
from renderer.figures.figure import measure_picture
from renderer.findings.frames import make_frames
from renderer.findings.whole_days import WholeDays, find_whole_days
from tests.unit.renderer.figures.plotting import (
    HISTORIES,
    TITLE,
    all_histories,
    assert_texts_fit,
    texts,
)
from tests.unit.renderer.histories import (
    MAX,
    TOKYO,
    any_history,
    at,
    history,
)


def whole_days(readings: pl.DataFrame) -> WholeDays:
    """Give what is told of whole days in Tokyo."""
    return find_whole_days(make_frames(readings, TOKYO))


@all_histories
def test_it_is_a_figure_that_plotly_takes_of_the_size_that_links_show(
    name: str,
) -> None:
    """1200 x 630 pixels, whatever the state of the history."""
    figure = make_card(TITLE, whole_days(HISTORIES[name]))
    plotly.graph_objects.Figure(figure)
    assert measure_picture(figure) == (1200, 630)


def test_the_card_has_the_count_its_time_and_the_last_day() -> None:
    """The time of the zone, with its offset."""
    card = make_card(TITLE, whole_days(history(range(24 * 3 + 1), late_s=63)))
    assert texts(card) == [TITLE, "72", "2026-01-04 09:01  UTC+09:00", "+24 / 24 h"]


def test_the_card_changes_at_midnight() -> None:
    """It is of the last whole day, once there are some; an error of a source is not."""
    first = at("2026-01-01", TOKYO)
    counts = [*range(24 * 9), 5, *range(24 * 9 + 1, 24 * 10)]
    at_nine = make_card(TITLE, whole_days(history(counts[: 24 * 9 + 3], first)))
    assert texts(at_nine)[1:3] == ["215", "2026-01-09 23:00  UTC+09:00"]
    assert at_nine == make_card(TITLE, whole_days(history(counts, first)))
    later = make_card(TITLE, whole_days(history([*counts, 240, 241], first)))
    assert texts(later)[1:3] == ["240", "2026-01-11 00:00  UTC+09:00"]


@pytest.mark.parametrize("missing", [2, 3])
def test_the_last_day_is_told_if_nine_tenths_of_it_are_known(missing: int) -> None:
    """Else the increment would be that of some hours."""
    counts = [*range(24), *[None] * missing, *range(24 + missing, 49)]
    shown = texts(make_card(TITLE, whole_days(history(counts))))
    assert shown[3:] == ([f"+{24 - missing} / 24 h"] if missing == 2 else [])


@pytest.mark.parametrize("hours", [1, 24 * 3, 24 * 90])
def test_the_bars_of_the_card_end_at_its_right_edge(hours: int) -> None:
    """Thirty days, or in the beginning forty-eight hours."""
    figure = make_card(TITLE, whole_days(history(range(hours + 1))))
    (bars,) = figure["data"]
    room = 30 if hours > 24 * 3 else 48 if hours < 24 else 30
    assert bars["x"][-1] == room - 1
    assert figure["layout"]["xaxis"]["range"] == [-0.5, room - 0.5]
    assert len(bars["x"]) == len(bars["y"]) <= room


def test_the_longest_count_fits_the_card() -> None:
    """In one line, as large as that allows."""
    figure = make_card(TITLE, whole_days(history([MAX])))
    number = figure["layout"]["annotations"][1]
    assert number["text"] == f"<b>{MAX:,}</b>"
    assert 80 < number["font"]["size"] < 100
    assert CARD_HEIGHT == 630


@settings(max_examples=20, deadline=None)
@given(any_history(), st.text(max_size=80))
def test_no_line_is_wider_than_the_card(readings: pl.DataFrame, title: str) -> None:
    """Neither for a count of eighteen digits nor for a title of any length."""
    figure = make_card(title, whole_days(readings))
    plotly.graph_objects.Figure(figure)
    assert_texts_fit(figure, CARD_WIDTH)
