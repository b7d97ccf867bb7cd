"""Histories of every kind, and what their graphs show, for the tests of figures."""

import html
import re
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from renderer.figures import theme
from renderer.figures.graphs import Graph, RangeGraphs, make_graphs
from renderer.figures.lettering import measure_text
from renderer.figures.marks import APART
from renderer.findings.frames import make_frames
from tests.unit.renderer.histories import MAX, TOKYO, history


def graphs_by_range(
    readings: pl.DataFrame, zone: ZoneInfo = TOKYO
) -> dict[str, RangeGraphs]:
    """Make the graphs of all ranges of a history, by the names of the ranges."""
    return {each.name: each for each in make_graphs(make_frames(readings, zone))}


def graphs_by_name(readings: pl.DataFrame, zone: ZoneInfo = TOKYO) -> dict[str, Graph]:
    """Make all graphs of a history, by their own names."""
    made = graphs_by_range(readings, zone).values()
    graphs = (graph for each in made for graph in (each.increments, each.total))
    return {graph.name: graph for graph in graphs}


def trace(graph: Graph) -> dict[str, Any]:
    """Give the line or the bars of a graph."""
    first = graph.figure["data"][0]
    assert isinstance(first, dict)
    return first


def dots(graph: Graph) -> dict[str, Any]:
    """Give the readings that stand alone, of a graph of the total."""
    _, second = graph.figure["data"]
    assert isinstance(second, dict)
    assert second["mode"] == "markers"
    return second


def line_above(graph: Graph, name: str) -> dict[str, Any]:
    """Give a line above the bars: a mean, or an earlier time."""
    found = [each for each in graph.figure["data"] if each.get("name") == name]
    _, line = found
    assert isinstance(line, dict)
    return line


def shapes(graph: Graph, kind: str) -> list[tuple[str, str]]:
    """Give the extent of each band (`rect`) or reset (`line`)."""
    found = graph.figure["layout"]["shapes"]
    return [(shape["x0"], shape["x1"]) for shape in found if shape["type"] == kind]


def crosses(graph: Graph) -> list[str]:
    """Give the times at which a reading is marked as set aside."""
    found = graph.figure["layout"]["shapes"]
    drawn = [shape for shape in found if shape["type"] == "path"]
    # The wide strokes of all come first.
    behind, front = drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]
    assert {shape["line"]["color"] for shape in behind} <= {theme.PAPER}
    assert {shape["line"]["color"] for shape in front} <= {theme.ASIDE}
    times = [shape["xanchor"] for shape in front]
    assert times == [shape["xanchor"] for shape in behind]
    return times


def texts(figure: dict[str, Any]) -> list[str]:
    """Give what is written in a figure besides its axes, as it is read."""
    notes = figure["layout"]["annotations"]
    return [html.unescape(re.sub("</?b>", "", note["text"])) for note in notes]


def assert_texts_fit(figure: dict[str, Any], width: int) -> None:
    """Check that no line of text is wider than the picture."""
    notes = figure["layout"]["annotations"]
    for text, note in zip(texts(figure), notes, strict=True):
        assert measure_text(text) * note["font"]["size"] < width


TITLE = "にゃんぱすーボタン"
# So many resets have room on a graph, and as many crosses.
MOST_MARKS = -(-theme.PLOT_WIDTH // APART)
EVENTFUL = [*range(30), None, None, *range(40, 60), *range(5, 45)]
LONG = [n if n % 1000 > 90 else None for n in range(12_000)] + [*range(500)]
HISTORIES = {
    "one": history([5]),
    "two": history([5, 6]),
    "still": history([0] * 50),
    "eventful": history(EVENTFUL),
    "huge": history([n * (MAX // 299) for n in range(300)]),
    "long": history(LONG),
    "dips and leaps": history(
        [*range(40), 0, 0, 42, *range(50, 90), 10**9, 10**9, *range(90, 150), 3, 151]
    ),
    "daily": history(n // 24 if n % 24 == 5 else None for n in range(6 + 24 * 20)),
}
all_histories = pytest.mark.parametrize("name", HISTORIES)


@cache
def graphs_of(name: str) -> dict[str, Graph]:
    """Give the graphs of one of these histories, made once for all who look at them."""
    return graphs_by_name(HISTORIES[name])
