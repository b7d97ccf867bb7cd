"""The graphs as plotly's JSON: what they show, which facts they give, and how much."""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import plotly
import plotly.graph_objects
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.figures import theme
from renderer.figures.axes import DAY_MS, HOUR_MS, make_count_axis, measure_labels
from renderer.figures.graphs import Graph, RangeGraphs, make_graphs, make_range_graphs
from renderer.figures.increments_graph import OVERLAP
from renderer.figures.marks import APART
from renderer.figures.ranges import RANGES, Range
from renderer.figures.table import TableRow
from renderer.findings.frames import make_frames
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
)

ROOT = Path(__file__).resolve().parents[4]


def ranges(readings: pl.DataFrame, zone: ZoneInfo = TOKYO) -> dict[str, RangeGraphs]:
    """Make the graphs of all ranges of a history, by the names of the ranges."""
    return {each.name: each for each in make_graphs(make_frames(readings, zone))}


def draw(readings: pl.DataFrame, zone: ZoneInfo = TOKYO) -> dict[str, Graph]:
    """Draw all graphs of a history, by their names."""
    drawn = ranges(readings, zone).values()
    graphs = (graph for each in drawn for graph in (each.increments, each.total))
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


def previous(graph: Graph) -> dict[str, Any]:
    """Give the steps of the period before."""
    (found,) = [each for each in graph.figure["data"] if each.get("name") == "previous"]
    assert isinstance(found, dict)
    return found


def shapes(graph: Graph, kind: str) -> list[tuple[str, str]]:
    """Give the extent of each band (`rect`) or drop (`line`)."""
    found = graph.figure["layout"]["shapes"]
    return [(shape["x0"], shape["x1"]) for shape in found if shape["type"] == kind]


def words(graph: Graph) -> list[str]:
    """Give what is written on a graph besides its axes."""
    return [note["text"] for note in graph.figure["layout"]["annotations"]]


def every(value: float | list[float], number: int) -> list[float]:
    """Give one value for each bar, as plotly does if there is one for all."""
    return value if isinstance(value, list) else [value] * number


# So many resets have room on a graph.
MOST_DROPS = -(-theme.PLOT_WIDTH // APART)
EVENTFUL = [*range(30), None, None, *range(40, 60), *range(5, 45)]
LONG = [n if n % 1000 > 90 else None for n in range(12_000)] + [*range(500)]
HISTORIES = {
    "one": history([5]),
    "two": history([5, 6]),
    "still": history([0] * 50),
    "eventful": history(EVENTFUL),
    "huge": history([n * (MAX // 299) for n in range(300)]),
    "long": history(LONG),
    "daily": history(n // 24 if n % 24 == 5 else None for n in range(6 + 24 * 20)),
}
all_histories = pytest.mark.parametrize("name", HISTORIES)


# What plotly takes -------------------------------------------------------------


@all_histories
def test_plotly_knows_every_property_and_takes_every_value(name: str) -> None:
    """Its Python classes refuse what plotly.js would silently ignore."""
    for graph in draw(HISTORIES[name]).values():
        plotly.graph_objects.Figure(graph.figure)


def test_plotly_does_refuse_what_it_does_not_know() -> None:
    """Or the test above would hold nothing."""
    figure = draw(HISTORIES["two"])["all-total"].figure
    figure["layout"]["xaxis"]["nticksies"] = 9
    with pytest.raises(ValueError, match="nticksies"):
        plotly.graph_objects.Figure(figure)


def test_the_classes_are_of_the_plotly_js_that_draws() -> None:
    """The bundle inside plotly.py has the version that the browser's lock pins."""
    package = json.loads((ROOT / "docker" / "browser" / "package.json").read_text())
    pinned = package["dependencies"]["plotly.js-cartesian-dist-min"]
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
            for key, graph in draw(frame).items()
        }
        for frame in (readings, in_pieces)
    )
    assert once == twice


def test_every_range_has_its_two_pictures() -> None:
    """Under the addresses that are promised."""
    assert sorted(draw(HISTORIES["one"])) == sorted(
        f"{name}-{kind}" for name in RANGES for kind in ("total", "increments")
    )


# How much ----------------------------------------------------------------------


@pytest.mark.parametrize("flap", [0, 5], ids=["rising", "flapping"])
def test_a_hundred_thousand_readings_make_small_figures(flap: int) -> None:
    """What the browser gets does not grow with the history, nor with its resets."""
    readings = history(n // 2 + flap * (n % 2) for n in range(100_000))
    for graph in draw(readings).values():
        assert len(trace(graph)["x"]) <= 8 * theme.PLOT_WIDTH
        assert len(graph.figure["layout"]["shapes"]) <= MOST_DROPS
        assert len(json.dumps(graph.figure)) < 500_000
        plotly.graph_objects.Figure(graph.figure)


def test_of_resets_close_together_one_is_drawn_and_all_are_told() -> None:
    """A source that flaps must not hide the line behind its resets."""
    readings = history([n // 2 + 9 * (n % 2) for n in range(24 * 600)])
    graph = draw(readings)["all-total"]
    hours = 599 * 24 + 15  # Up to the last midnight of Tokyo, which is 15:00 UTC.
    assert graph.facts["resets"] == hours // 2
    drawn = [datetime.fromisoformat(start) for start, _ in shapes(graph, "line")]
    assert len(drawn) == MOST_DROPS
    step = timedelta(hours=hours) * APART / theme.PLOT_WIDTH
    for one, other in pairwise(drawn):
        assert abs(other - one - step) <= timedelta(hours=2)


# The total ---------------------------------------------------------------------


def test_the_total_is_the_count_over_time_in_the_display_zone() -> None:
    """From the first reading of the range to the last, with a line."""
    graph = draw(history([5, 7, 1234567]))["all-total"]
    line = trace(graph)
    assert line["type"] == "scatter"
    assert line["mode"] == "lines"
    assert line["x"] == ["2026-01-01 09:00", "2026-01-01 10:00", "2026-01-01 11:00"]
    assert line["y"] == [5, 7, 1234567]
    assert line["connectgaps"] is False


def test_a_gap_is_left_open_and_lies_under_a_band() -> None:
    """From the last reading before it to the first one after it."""
    graph = draw(history([1, 2, None, None, 9]), UTC_ZONE)["24h-total"]
    assert trace(graph)["y"] == [1, 2, None, 9]
    assert shapes(graph, "rect") == [("2026-01-01 01:00", "2026-01-01 04:00")]
    assert (graph.facts["bands"], graph.facts["hours_missing"]) == (True, 2)


def test_a_band_ends_where_the_range_does() -> None:
    """And of a gap that reaches out of it only the hours within are counted."""
    readings = history([1, *[None] * 20, 9, 10, *[None] * 20, 11])
    range_ = Range("24h", FIRST + 12 * HOUR, FIRST + 30 * HOUR, "1h")
    graph = make_range_graphs(make_frames(readings, UTC_ZONE), range_).increments
    assert shapes(graph, "rect") == [
        ("2026-01-01 12:00", "2026-01-01 21:00"),
        ("2026-01-01 22:00", "2026-01-02 06:00"),
    ]
    # 12:00 to 20:00 and 23:00 to 06:00, all included.
    assert graph.facts["hours_missing"] == 17


def test_a_gap_too_narrow_to_be_seen_is_told_without_a_band() -> None:
    """The facts do not promise what is not there."""
    counts: list[int | None] = list(range(24 * 500))
    counts[5000] = None
    graph = draw(history(counts))["all-total"]
    assert shapes(graph, "rect") == []
    assert (graph.facts["bands"], graph.facts["hours_missing"]) == (False, 1)
    assert None not in trace(graph)["y"]


def test_a_reset_breaks_the_line_and_has_a_dashed_one_of_its_own() -> None:
    """At the first reading after it."""
    graph = draw(history([8, 9, 3, 4]), UTC_ZONE)["7d-total"]
    assert trace(graph)["y"] == [8, 9, None, 3, 4]
    assert shapes(graph, "line") == [("2026-01-01 02:00", "2026-01-01 02:00")]
    assert graph.facts["resets"] == 1


@pytest.mark.parametrize(
    ("counts", "alone", "size"),
    [
        ([5], [5], 10),
        ([5, 6], [], 7),
        ([5, None, None, 6], [5, 6], 7),
        ([5, 6, None, 7, None, 8, 9], [7], 10),
        ([n if n % 2 else None for n in range(160)], list(range(1, 160, 2)), 5),
    ],
)
def test_a_reading_without_neighbours_is_a_dot(
    counts: list[int | None], alone: list[int], size: int
) -> None:
    """A line through one point would be nothing at all; a few dots are large."""
    graph = draw(history(counts), UTC_ZONE)["all-total"]
    assert trace(graph)["mode"] == "lines"
    assert dots(graph)["y"] == alone
    assert dots(graph)["marker"]["size"] == size


def test_every_reading_of_a_daily_history_is_seen() -> None:
    """An old history may have been taken once a day: no two have a line."""
    assert len(dots(draw(HISTORIES["daily"])["all-total"])["y"]) == 20


# The increments ----------------------------------------------------------------


def test_increments_are_bars_that_fill_the_time_they_are_about() -> None:
    """With a little air, and one beside the other."""
    bars = trace(draw(history([5, 7, 7, 20]), UTC_ZONE)["24h-increments"])
    assert bars["type"] == "bar"
    assert bars["x"] == ["2026-01-01 00:00", "2026-01-01 01:00", "2026-01-01 02:00"]
    assert bars["y"] == [2, 0, 13]
    assert 0 < bars["offset"] < HOUR_MS * 0.1
    assert bars["offset"] + bars["width"] == pytest.approx(HOUR_MS - bars["offset"])
    assert bars["marker"]["color"] == [theme.BAR] * 3


def test_bars_of_days_that_the_clocks_change_have_their_own_widths() -> None:
    """A day of 23 hours is narrower than its neighbours."""
    zone = ZoneInfo("Europe/Berlin")
    readings = history(range(24 * 12), at("2026-03-24", zone))
    bars = trace(draw(readings, zone)["all-increments"])
    widths = dict(zip(bars["x"], bars["width"], strict=True))
    assert widths["2026-03-29 00:00"] == pytest.approx(
        widths["2026-03-28 00:00"] * 23 / 24
    )


def test_an_incomplete_day_is_paler_and_the_facts_say_so() -> None:
    """It is too low for a reason that lies in the readings."""
    first = at("2026-01-01T12:00", TOKYO)
    graph = draw(history(range(24 * 30), first))["30d-increments"]
    colours = trace(graph)["marker"]["color"]
    assert colours == [theme.PARTIAL_BAR, *[theme.BAR] * 29]
    assert trace(graph)["y"] == [12, *[24] * 29]
    assert graph.facts["partial"]
    assert not draw(HISTORIES["two"])["24h-increments"].facts["partial"]


def test_an_unknown_increment_has_no_bar() -> None:
    """It is not drawn as zero, and an empty bucket is not told as a pale bar."""
    graph = draw(history([1, 2, None, 9, 3]), UTC_ZONE)["24h-increments"]
    assert trace(graph)["y"] == [1, None, None, None]
    assert shapes(graph, "rect") == [("2026-01-01 01:00", "2026-01-01 03:00")]
    assert shapes(graph, "line") == [("2026-01-01 04:00", "2026-01-01 04:00")]
    assert not graph.facts["partial"]


def test_many_bars_have_no_seams_between_them() -> None:
    """Between bars of a few pixels air shimmers, and so does their mere touch."""
    bars = trace(draw(history(range(24 * 380)))["all-increments"])
    assert len(bars["x"]) > 200
    assert bars["offset"] == pytest.approx(-OVERLAP * DAY_MS)
    assert bars["width"] == pytest.approx((1 + 2 * OVERLAP) * DAY_MS)


def test_the_best_complete_hour_and_day_have_a_colour_of_their_own() -> None:
    """Where they are seen; of equals the first, and no pale bar is a record."""
    steps = [1] * 24 * 40
    steps[24 * 38 + 3] = steps[24 * 38 + 5] = 50
    counts = [sum(steps[:n]) for n in range(len(steps) + 1)]
    found = draw(history(counts), UTC_ZONE)
    for name, record in (
        ("7d-increments", "2026-02-08 03:00"),
        ("30d-increments", "2026-02-08 00:00"),
    ):
        bars = trace(found[name])
        marked = [
            x
            for x, colour in zip(bars["x"], bars["marker"]["color"], strict=True)
            if colour == theme.RECORD
        ]
        assert marked == [record]
        assert found[name].facts["record"]
    assert not found["24h-increments"].facts["record"]
    assert theme.RECORD not in trace(found["24h-increments"])["marker"]["color"]


@pytest.mark.parametrize("counts", [[0, 1, 5, 6], range(50), [3] * 50])
def test_the_best_of_few_or_of_equals_is_no_record(counts: list[int]) -> None:
    """Nobody would call it one."""
    graph = draw(history(counts))["all-increments"]
    assert not graph.facts["record"]
    assert set(trace(graph)["marker"]["color"]) == {theme.BAR}


# The period before -------------------------------------------------------------


def test_the_day_before_lies_behind_the_last_one_hour_by_hour() -> None:
    """In steps over the same times; an hour that was not complete is left open."""
    counts: list[int | None] = [n * n for n in range(49)]
    counts[10] = None
    graph = draw(history(counts), UTC_ZONE)["24h-increments"]
    steps = previous(graph)
    assert graph.facts["previous"]
    assert steps["line"]["shape"] == "hv"
    bars = trace(graph)
    shown = list(zip(steps["x"], steps["y"], strict=True))
    by_start = dict(shown)
    assert [by_start[x] for x in bars["x"]] == [
        None if hour in (9, 10) else 2 * hour + 1 for hour in range(24)
    ]
    # A step reaches to the end of its hour, also the one before the opening.
    assert shown[8:11] == [
        ("2026-01-02 08:00", 17),
        ("2026-01-02 09:00", 17),
        ("2026-01-02 09:00", None),
    ]
    assert shown[-1] == ("2026-01-03 00:00", 47)


def test_days_are_compared_with_the_days_of_that_date() -> None:
    """Thirty dates before, though the clocks changed in between."""
    zone = ZoneInfo("Europe/Berlin")
    first = at("2026-02-20", zone)
    readings = history((n * n for n in range(24 * 62)), first)
    graph = draw(readings, zone)["30d-increments"]
    before = dict(zip(previous(graph)["x"], previous(graph)["y"], strict=True))
    assert trace(graph)["x"][-1] == "2026-04-22 00:00"
    hours = 24 * 31  # From February 20 to March 23.
    assert before["2026-04-22 00:00"] == (hours + 24) ** 2 - hours**2


@pytest.mark.parametrize(
    ("name", "hours"), [("24h", 24), ("7d", 168), ("30d", 24 * 30), ("all", 24 * 90)]
)
def test_a_range_without_a_past_has_none(name: str, hours: int) -> None:
    """Where the history is too short, and in that of all times."""
    graph = draw(history(range(hours + 1)), UTC_ZONE)[f"{name}-increments"]
    assert not graph.facts["previous"]
    assert len(graph.figure["data"]) == 1


# The data table ----------------------------------------------------------------


def test_the_rows_are_the_bars_newest_first_with_the_count_that_was_reached() -> None:
    """A reading belongs to the bucket that it closes."""
    drawn = ranges(history([5, 7, None, 8, 8]), UTC_ZONE)["24h"]
    assert drawn.rows == [
        TableRow(at("2026-01-01T03:00"), 0, 1, 1, True, 8),
        TableRow(at("2026-01-01T02:00"), None, 0, 1, False, 8),
        TableRow(at("2026-01-01T01:00"), None, 0, 1, False, None),
        TableRow(at("2026-01-01T00:00"), 2, 1, 1, True, 7),
    ]


@settings(max_examples=30, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_rows_and_bars_say_the_same(readings: pl.DataFrame, zone: ZoneInfo) -> None:
    """In the zone; counts are of readings within the range."""
    for drawn in ranges(readings, zone).values():
        rows, bars = drawn.rows[::-1], trace(drawn.increments)
        assert [row.increment for row in rows] == bars["y"]
        assert [f"{row.bucket:%Y-%m-%d %H:%M}" for row in rows] == bars["x"]
        counts = [row.count for row in rows if row.count is not None]
        if counts:
            assert counts[-1] == drawn.total.facts["to_count"]


# Facts and promises ------------------------------------------------------------


def test_the_facts_are_those_of_the_readings_within() -> None:
    """The increment is of all pairs, whether or not a bucket could take them."""
    found = draw(history([1, 2, None, 1234, 5]), UTC_ZONE)
    assert found["24h-total"].facts == {
        "kind": "total",
        "known": True,
        "increment": 1233,
        "from_count": 1,
        "to_count": 5,
        "hours_missing": 1,
        "bands": True,
        "resets": 1,
        "partial": False,
        "record": False,
        "previous": False,
    }
    assert found["24h-increments"].facts["kind"] == "increments"


def test_a_single_reading_is_a_dot_and_no_increment() -> None:
    """The graph shows that there is nothing to show yet, without a word."""
    found = draw(history([5]), UTC_ZONE)
    total, increments = found["all-total"], found["all-increments"]
    assert trace(total)["y"] == [5]
    assert total.facts["from_count"] == total.facts["to_count"] == 5
    assert words(total) == []
    assert total.figure["layout"]["xaxis"]["range"] == [
        "2025-12-31 23:00",
        "2026-01-01 01:00",
    ]
    assert trace(increments)["y"] == []
    assert words(increments) == ["—"]
    assert not increments.facts["known"]
    assert increments.facts["increment"] is None


def test_increments_that_no_bucket_can_take_are_told_apart_from_none() -> None:
    """Read once a day, a counter has a total but no hour that is known."""
    graph = draw(history([1, *[None] * 23, 9]), UTC_ZONE)["24h-increments"]
    assert set(trace(graph)["y"]) == {None}
    assert words(graph) == ["—"]
    assert (graph.facts["known"], graph.facts["increment"]) == (False, 8)


def test_a_range_without_a_reading_shows_nothing() -> None:
    """Its graphs are empty, not missing."""
    range_ = Range("30d", FIRST + HOUR, FIRST + 5 * HOUR, "1d")
    frames = make_frames(history([1, *[None] * 8, 9]), UTC_ZONE)
    drawn = make_range_graphs(frames, range_)
    for graph in (drawn.total, drawn.increments):
        assert words(graph) == ["—"]
        assert not graph.facts["known"]
        assert graph.facts["to_count"] is None
        assert graph.facts["hours_missing"] == 5
        plotly.graph_objects.Figure(graph.figure)


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_a_graph_of_any_history_keeps_its_promises(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """Bars keep to their buckets; as many values as instants; axes hold everything."""
    for name, graph in draw(readings, zone).items():
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


# The theme ---------------------------------------------------------------------


@all_histories
def test_no_figure_carries_a_word(name: str) -> None:
    """So one picture serves every language."""
    for graph in draw(HISTORIES[name]).values():
        assert set(words(graph)) <= {"—"}
        assert "title" not in graph.figure["layout"]
        assert json.dumps(graph.figure, ensure_ascii=False).replace("—", "").isascii()


def test_a_picture_has_its_size_its_font_and_thousands_separated() -> None:
    """Sizes are those on the page."""
    for graph in draw(HISTORIES["eventful"]).values():
        layout = graph.figure["layout"]
        assert (layout["width"], layout["height"]) == (960, 400)
        assert "IPAexGothic" in layout["font"]["family"]
        assert layout["separators"] == ".,"
        assert layout["yaxis"]["tickformat"] == ",d"


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
        for name, graph in draw(HISTORIES["long"]).items()
    }
    assert axes["7d-total"]["dtick"] == DAY_MS
    assert "dtick" not in axes["24h-total"]
    assert "dtick" not in axes["30d-total"]
    few = draw(HISTORIES["two"])["all-total"].figure["layout"]["xaxis"]
    assert few["dtick"] == HOUR_MS
