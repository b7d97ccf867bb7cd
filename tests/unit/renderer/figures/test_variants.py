"""Narrow and dark follow from two tables in the figure, in Python as in JavaScript."""

import json
from typing import Any

import plotly.graph_objects
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.figures import theme
from renderer.figures.axes import DAY_MS
from renderer.figures.theme import RGB
from renderer.figures.variants import (
    COLOUR,
    darken_hex,
    darken_rgb,
    make_narrow_figure,
    make_narrow_layout,
)
from tests.unit.renderer.figures.plotting import (
    all_histories,
    graphs_of,
)


@all_histories
def test_a_narrow_figure_is_one_that_plotly_takes(name: str) -> None:
    """It has the same traces in another layout."""
    for graph in graphs_of(name).values():
        figure = make_narrow_figure(graph.figure)
        plotly.graph_objects.Figure(figure)
        layout = figure["layout"]
        assert (layout["width"], layout["height"]) == (400, 320)
        assert layout["meta"]["scale"] == 2
        assert figure["data"] is graph.figure["data"]
        # Two levels deep: what the table does not name is as before.
        assert layout["font"]["family"] == theme.FONT
        assert layout["xaxis"]["range"] == graph.figure["layout"]["xaxis"]["range"]


def test_a_narrow_figure_leaves_the_wide_one_as_it_was() -> None:
    """Both are drawn, and the wide one is published."""
    figure = graphs_of("eventful")["7d-total"].figure
    before = json.dumps(figure)
    make_narrow_figure(figure)
    assert json.dumps(figure) == before


def test_narrow_pictures_have_fewer_ticks_where_there_is_no_room() -> None:
    """A tick a day has room for a week of them."""
    week = make_narrow_figure(graphs_of("long")["7d-total"].figure)
    assert week["layout"]["xaxis"]["dtick"] == DAY_MS
    days = graphs_of("eventful")["all-total"].figure["layout"]
    assert days["xaxis"]["dtick"] == DAY_MS
    longer = make_narrow_layout(200, 0)["xaxis"]
    assert longer == {"nticks": 5, "dtick": None}


def colours_of(value: Any) -> set[str]:
    """Find every colour in a figure the slow way, but for those of the tables."""
    text = json.dumps({**value, "layout": {**value["layout"], "meta": {}}})
    return set(COLOUR.findall(text))


@all_histories
def test_every_colour_of_a_figure_has_its_dark_one(name: str) -> None:
    """What the table lacks would stay light."""
    for graph in graphs_of(name).values():
        table = graph.figure["layout"]["meta"]["dark"]
        assert set(table) == colours_of(graph.figure)
        assert table == {colour: darken_hex(colour) for colour in table}


def luminance(colour: str) -> float:
    """Give the relative luminance that WCAG 2 takes contrast from."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("colour", "least"),
    [
        (theme.FAINT, 4.5),  # Text.
        (theme.LINE, 3),
        (theme.BAR, 3),
        (theme.RECORD, 3),
        (theme.PREVIOUS, 3),
        (theme.MEAN, 3),
        (theme.RESET, 3),
        (theme.ASIDE, 3),
        (theme.NOTE, 4.5),  # The number on a flag.
        (theme.PARTIAL_BAR, 1.4),
        (theme.BAND, 1.2),
    ],
)
def test_what_is_drawn_stands_out_in_light_and_in_dark(
    colour: str, least: float
) -> None:
    """By what WCAG 2 asks of text and of graphics; pale is meant to be pale."""
    assert contrast(colour, theme.PAPER) >= least
    assert contrast(darken_hex(colour), darken_hex(theme.PAPER)) >= least


def test_white_becomes_the_dark_paper_and_black_white() -> None:
    """Grey is turned over between them."""
    assert darken_hex(theme.PAPER) == theme.DARK_PAPER
    assert darken_hex("#000000") == "#ffffff"
    assert darken_hex("#5b3f9b") == "#cbb1ff"


levels = st.integers(60, 200)
rgb = st.tuples(levels, levels, levels)


@given(rgb, rgb, st.floats(0, 1))
def test_a_blend_becomes_the_blend_of_what_was_blended(
    one: RGB, other: RGB, part: float
) -> None:
    """So the edges that antialiasing makes stay right."""
    blend = tuple(round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    dark_one, dark_other = darken_rgb(one), darken_rgb(other)
    # Where a dark colour would be brighter than bright, it is not affine any more.
    if {0, 255} & {*dark_one, *dark_other}:
        return
    expected = [a + (b - a) * part for a, b in zip(dark_one, dark_other, strict=True)]
    red, green, blue = blend
    assert darken_rgb((red, green, blue)) == pytest.approx(expected, abs=2.5)
