"""The graphs of all ranges: figures that plotly takes, small and without words."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import plotly
import plotly.graph_objects
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures import theme
from renderer.figures.graphs import make_graphs, make_range_graphs, select_shown
from renderer.figures.increments_graph import OVERLAP
from renderer.figures.ranges import RANGES, Range
from renderer.findings.frames import make_frames
from tests.unit.renderer.figures.plotting import (
    HISTORIES,
    MOST_MARKS,
    all_histories,
    graphs_by_name,
    graphs_of,
    texts,
    trace,
)
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    UTC_ZONE,
    ZONES,
    any_history,
    history,
    name_tabs,
)

ROOT = Path(__file__).resolve().parents[4]


def every(value: float | list[float], number: int) -> list[float]:
    """Give one value for each bar, as plotly does if there is one for all."""
    return value if isinstance(value, list) else [value] * number


@all_histories
def test_plotly_knows_every_property_and_takes_every_value(name: str) -> None:
    """Its Python classes refuse what plotly.js would silently ignore."""
    for graph in graphs_of(name).values():
        plotly.graph_objects.Figure(graph.figure)


def test_plotly_does_refuse_what_it_does_not_know() -> None:
    """Or the test above would hold nothing."""
    figure = graphs_by_name(HISTORIES["two"])["all-total"].figure
    figure["layout"]["xaxis"]["nticksies"] = 9
    with pytest.raises(ValueError, match="nticksies"):
        plotly.graph_objects.Figure(figure)


def test_the_classes_are_of_the_plotly_js_that_draws() -> None:
    """The bundle inside plotly.py has the version that the browser's lock pins."""
    package = json.loads((ROOT / "docker" / "browser" / "package.json").read_text())
    pinned = package["dependencies"]["plotly.js-basic-dist-min"]
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with bundle.open() as file:
        assert f"plotly.js v{pinned}\n" in file.read(200)


@all_histories
def test_a_figure_is_strict_json_and_the_same_every_time(name: str) -> None:
    """However the frame came to be: in one piece, or appended to hour by hour."""
    readings = HISTORIES[name]
    in_pieces = pl.concat([readings[:1], readings[1:3], readings[3:]], rechunk=False)
    once, twice = (
        {
            key: json.dumps(graph.figure, allow_nan=False, ensure_ascii=False)
            for key, graph in graphs_by_name(frame).items()
        }
        for frame in (readings, in_pieces)
    )
    assert once == twice


def test_every_range_has_its_two_pictures() -> None:
    """Under the addresses that are promised."""
    assert sorted(graphs_of("one")) == sorted(
        f"{name}-{kind}" for name in RANGES for kind in ("total", "increments")
    )


@pytest.mark.no_cover  # counting its many steps takes longer than they do
@pytest.mark.parametrize(
    "counts",
    [
        range(100_000),
        [n // 2 + 5 * (n % 2) for n in range(100_000)],
        [n % 24 for n in range(100_000)],
    ],
    ids=["rising", "flapping", "anew each day"],
)
def test_a_hundred_thousand_readings_make_small_figures(counts: list[int]) -> None:
    """What the browser gets grows neither with the history nor with its marks."""
    readings = history(counts)
    for graph in graphs_by_name(readings).values():
        assert len(trace(graph)["x"]) <= 8 * theme.PLOT_WIDTH
        assert len(graph.figure["layout"]["shapes"]) <= 2 * MOST_MARKS
        assert len(json.dumps(graph.figure)) < 500_000
        plotly.graph_objects.Figure(graph.figure)


def test_a_single_reading_is_a_dot_and_no_increment() -> None:
    """The graph shows that there is nothing to show yet, without a word."""
    found = graphs_by_name(history([5]), UTC_ZONE)
    total, increments = found["all-total"], found["all-increments"]
    assert trace(total)["y"] == [5]
    assert total.facts["from_count"] == total.facts["to_count"] == 5
    assert texts(total.figure) == []
    assert total.figure["layout"]["xaxis"]["range"] == [
        "2025-12-31 23:00",
        "2026-01-01 01:00",
    ]
    assert trace(increments)["y"] == []
    assert texts(increments.figure) == ["—"]
    assert not increments.facts["known"]
    assert increments.facts["increment"] is None


def test_a_range_without_a_reading_shows_nothing() -> None:
    """Its graphs are empty, not missing."""
    range_ = Range("30d", FIRST + HOUR, FIRST + 5 * HOUR, "1d")
    frames = make_frames(history([1, *[None] * 8, 9]), UTC_ZONE)
    made = make_range_graphs(frames, range_)
    for graph in (made.total, made.increments):
        assert texts(graph.figure) == ["—"]
        assert not graph.facts["known"]
        assert graph.facts["to_count"] is None
        assert graph.facts["hours_missing"] == 5
        plotly.graph_objects.Figure(graph.figure)


@settings(max_examples=20, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_a_graph_of_any_history_keeps_its_promises(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """Bars keep to their buckets; as many values as instants; axes hold everything."""
    for name, graph in graphs_by_name(readings, zone).items():
        shown = trace(graph)
        assert len(shown["x"]) == len(shown["y"])
        start, end = graph.figure["layout"]["xaxis"]["range"]
        assert start < end
        assert all(start <= x <= end for x in shown["x"])
        known = [y for y in shown["y"] if y is not None]
        assert graph.facts["known"] == bool(known)
        assert all(isinstance(y, int) and y >= 0 for y in known)
        axis = graph.figure["layout"]["yaxis"]
        if "range" in axis:
            low, high = axis["range"]
            assert all(low <= y <= high for y in known)
        if name.endswith("increments"):
            colours = {theme.BAR, theme.PARTIAL_BAR, theme.RECORD}
            assert set(shown["marker"]["color"]) <= colours
            number = len(shown["x"])
            for offset, width in zip(
                every(shown["offset"], number),
                every(shown["width"], number),
                strict=True,
            ):
                assert offset >= -OVERLAP * (width + 2 * offset) * 1.001
                assert width > 0


@all_histories
def test_no_figure_carries_a_word(name: str) -> None:
    """So one picture serves every language."""
    for graph in graphs_of(name).values():
        years = {str(year) for year in graph.facts["years"]}
        assert set(texts(graph.figure)) <= {"—"} | years
        assert "title" not in graph.figure["layout"]
        assert json.dumps(graph.figure, ensure_ascii=False).replace("—", "").isascii()


def test_a_range_as_long_as_the_history_repeats_it() -> None:
    """All have their graphs under their names; of the same ones the last is shown."""
    month = make_graphs(make_frames(history(range(24 * 40)), UTC_ZONE))
    assert [each.name for each in month] == list(RANGES)
    assert [each.name for each in select_shown(month)] == name_tabs(24 * 40)
    year, whole = (each for each in month if each.name in ("1y", "all"))
    assert year.repeats
    for one, other in ((year.increments, whole.increments), (year.total, whole.total)):
        assert one.figure == other.figure
        assert one.name == other.name.replace("all", "1y")
    first = make_graphs(make_frames(history([5]), UTC_ZONE))
    assert [each.name for each in select_shown(first)] == ["all"]
    day = make_graphs(make_frames(history(range(26)), UTC_ZONE))
    assert [each.name for each in select_shown(day)] == ["24h", "all"]


@pytest.mark.parametrize(
    ("counts", "log"),
    [
        ([5], False),
        ([0, 0], False),
        ([0, 9], False),
        ([100, 999], False),
        ([100, 1000], True),
        ([0, 1, None, 10], True),
        ([MAX // 10 + 1, MAX], False),
        ([MAX // 10, MAX], True),
        # After a reset a part of the graph would else lie on the axis.
        ([1000, 1001, 20, 21], True),
    ],
)
def test_a_logarithmic_scale_is_for_counts_of_which_one_is_ten_times_another(
    counts: list[int | None], log: bool
) -> None:
    """Elsewhere it would look like the other one; zero has no place on it."""
    graphs = graphs_by_name(history(counts))
    assert graphs["all-total"].facts["log"] is log
    assert graphs["all-increments"].facts["log"] is False
