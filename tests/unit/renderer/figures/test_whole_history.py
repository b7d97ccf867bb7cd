"""The pictures that stand alone say whose count it is, and when it was what."""

import re
from typing import Any

import plotly.graph_objects
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures.card import CARD_HEIGHT, CARD_WIDTH, make_card
from renderer.figures.figure import measure_picture
from renderer.figures.lettering import make_headline, measure_text
from renderer.figures.whole_history import make_whole_history
from renderer.findings.frames import make_frames
from tests.unit.renderer.figures.test_graphs import HISTORIES, all_histories, ranges
from tests.unit.renderer.histories import MAX, TOKYO, any_history, history

TITLE = "にゃんぱすーボタン"
DAY = {"increment": 1234, "elapsed_s": 86_400}


def embed(readings: pl.DataFrame, title: str = TITLE) -> dict[str, Any]:
    """Give the embedded picture's figure."""
    return make_whole_history(title, TOKYO, ranges(readings)["all"])


def texts(figure: dict[str, Any]) -> list[str]:
    """Give what is written, without the marks of bold."""
    notes = figure["layout"]["annotations"]
    return [re.sub("</?b>", "", note["text"]) for note in notes]


@all_histories
def test_both_are_figures_that_plotly_takes_of_the_size_that_links_show(
    name: str,
) -> None:
    """1200 x 630 pixels, whatever the state of the history."""
    frames = make_frames(HISTORIES[name], TOKYO)
    for figure in (embed(HISTORIES[name]), make_card(TITLE, frames, DAY)):
        plotly.graph_objects.Figure(figure)
        assert measure_picture(figure) == (1200, 630)


def test_the_embedded_graph_has_title_dates_and_count() -> None:
    """Of the range that it shows, so that it only changes when that does."""
    readings = history(range(24 * 20))
    whole = ranges(readings)["all"].total
    figure = embed(readings)
    assert figure["data"] == whole.figure["data"]
    assert texts(figure) == [TITLE, "2026-01-01 – 2026-01-21", "471"]
    assert whole.facts["to_count"] == 471
    assert texts(embed(history([5]))) == [TITLE, "2026-01-01", "5"]


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


@settings(max_examples=40, deadline=None)
@given(any_history(), st.text(max_size=80))
def test_no_line_is_wider_than_its_picture(readings: pl.DataFrame, title: str) -> None:
    """Neither for a count of eighteen digits nor for a title of any length."""
    frames = make_frames(readings, TOKYO)
    for figure, width in (
        (embed(readings, title), 800),
        (make_card(title, frames, DAY), CARD_WIDTH),
    ):
        plotly.graph_objects.Figure(figure)
        for note in figure["layout"]["annotations"]:
            text = re.sub("<.*?>", "", note["text"]).replace("&lt;", "<")
            text = text.replace("&gt;", ">").replace("&amp;", "&")
            assert measure_text(text) * note["font"]["size"] < width


def test_the_longest_count_fits_the_card() -> None:
    """In one line, as large as that allows."""
    figure = make_card(TITLE, make_frames(history([MAX]), TOKYO), None)
    number = figure["layout"]["annotations"][1]
    assert number["text"] == f"<b>{MAX:,}</b>"
    assert 80 < number["font"]["size"] < 100
    assert CARD_HEIGHT == 630


def test_a_title_is_shown_as_it_is_written() -> None:
    """plotly would take a little HTML in it for markup."""
    for title, text in (
        ("<b>A & B</b>", "<b>&lt;b&gt;A &amp; B&lt;/b&gt;</b>"),
        ("&lt;", "<b>&amp;lt;</b>"),
        # No character that an SVG file cannot hold, and one line.
        ("a\x00b\nc\u3000\ud800d", "<b>ab c d</b>"),
        ("\x00", ""),
    ):
        assert make_headline(title, 0, 0, 20, 700, "#000000")["text"] == text


@pytest.mark.parametrize(
    ("title", "size", "end"),
    [("あ" * 30, 40, "あ"), ("あ" * 45, 26, "あ"), ("あ" * 90, 24, "あ…")],
)
def test_a_long_title_is_smaller_and_a_very_long_one_is_cut(
    title: str, size: int, end: str
) -> None:
    """But never so small that nobody could read it."""
    note = make_headline(title, 0, 0, 40, 1200, "#000000")
    assert note["font"]["size"] == size
    assert note["text"].endswith(f"{end}</b>")
