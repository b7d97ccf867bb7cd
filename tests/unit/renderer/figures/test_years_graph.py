"""A line a year: what each has added since its first day."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.figures import theme
from renderer.figures.variants import darken_hex, make_narrow_figure
from renderer.figures.years_graph import APART, BESIDE, LAST, MOST_YEARS, spread_out
from tests.unit.renderer.figures.plotting import graphs_by_name, shapes, texts
from tests.unit.renderer.figures.test_variants import contrast
from tests.unit.renderer.histories import HOUR, UTC_ZONE, at, history, history_at

DAY = 24


def lines_of(figure: dict[str, Any]) -> dict[int, dict[str, int | None]]:
    """Give for each year what it had added by the end of each day."""
    return {
        each["meta"]: dict(zip(each["x"], each["y"], strict=True))
        for each in figure["data"]
    }


def test_each_year_begins_at_nothing_and_this_year_comes_first() -> None:
    """All over the days of this year; a leap day of another has no place in it."""
    readings = history(range(0, 2 * DAY * 1000, 2), at("2024-01-01"))
    graph = graphs_by_name(readings, UTC_ZONE)["1y-total"]
    plotly.graph_objects.Figure(graph.figure)
    years = lines_of(graph.figure)
    assert [*years] == graph.facts["years"] == [2026, 2025, 2024]
    assert years[2024]["2026-01-01"] == years[2026]["2026-01-01"] == 48
    assert years[2024]["2026-03-01"] == 61 * 48
    assert not [day for days in years.values() for day in days if "02-29" in day]
    assert years[2025]["2026-12-31"] == 365 * 48
    # The last day of a thousand is over; the hours after it are not shown yet.
    assert [*years[2026].items()][-1] == ("2026-09-25", 268 * 48)
    assert graph.figure["layout"]["xaxis"]["range"] == ["2026-01-01", "2026-12-31"]
    facts = graph.facts
    assert facts["increment"] == 268 * 48
    assert facts["change"] == 0
    assert not facts["log"]


def test_a_year_of_which_no_day_is_known_shows_none_and_is_told_in_words() -> None:
    """Readings weeks apart say what the year has added, and nothing of any day."""
    hours = (0, 1, 1693, 3995, 8261, 8763)
    counts: list[int | None] = [None] * (hours[-1] + 1)
    for number, hour in enumerate(hours):
        counts[hour] = 100 * number
    readings = history(counts, at("2026-03-07T21:00"))
    graph = graphs_by_name(readings, UTC_ZONE)["1y-total"]
    assert not any(lines_of(graph.figure)[2027].values())
    assert not graph.facts["known"]
    assert graph.facts["increment"] == 100
    # A day of the year before is known.
    assert "—" not in texts(graph.figure)


def test_years_of_which_nothing_is_known_are_a_dash() -> None:
    """As in every other graph."""
    counts = [0, *[None] * 4000, 5, *[None] * 4800, 9]
    figure = graphs_by_name(history(counts, at("2026-03-07")), UTC_ZONE)["1y-total"]
    for each in (figure.figure, make_narrow_figure(figure.figure)):
        assert "—" in texts(each)


def test_a_leap_day_is_shown_where_the_newest_year_has_one() -> None:
    """Elsewhere the days after it tell as much."""
    readings = history(range(DAY * 1300), at("2025-01-01"))
    years = lines_of(graphs_by_name(readings, UTC_ZONE)["1y-total"].figure)
    assert [*years] == [2028, 2027, 2026, 2025]
    assert years[2028]["2028-02-29"] == 60 * DAY
    assert years[2028]["2028-03-01"] == 61 * DAY
    assert years[2027]["2028-03-01"] == 60 * DAY
    assert "2028-02-29" not in years[2027]


def test_the_days_are_those_of_the_zone() -> None:
    """Midnight in Tokyo is not that of UTC."""
    zone = ZoneInfo("Asia/Tokyo")
    readings = history(range(DAY * 500), at("2025-01-01", zone))
    years = lines_of(graphs_by_name(readings, zone)["1y-total"].figure)
    assert years[2025]["2026-12-31"] == 365 * DAY
    assert years[2026]["2026-01-01"] == DAY


def test_a_gap_opens_a_line_and_what_came_in_it_counts_once_it_is_over() -> None:
    """But over the turn of the year, where nobody knows which one it belongs to."""
    counts: list[int | None] = [*range(DAY * 500)]
    # Three days and some hours, from 11 January on.
    counts[10 * DAY + 5 : 13 * DAY + 5] = [None] * 3 * DAY
    # From 31 December on.
    counts[365 * DAY - 3 : 365 * DAY + 3] = [None] * 6
    readings = history(counts, at("2025-01-01"))
    years = lines_of(graphs_by_name(readings, UTC_ZONE)["1y-total"].figure)
    days = [years[2025][f"2026-01-{day}"] for day in range(10, 16)]
    assert days == [240, 244, None, None, 336, 360]
    assert years[2025]["2026-12-31"] == 365 * DAY - 4
    assert years[2026]["2026-01-01"] == DAY - 3


def test_a_reset_adds_nothing_and_no_line_falls() -> None:
    """What it hid is not known; its mark would be on the days of another year."""
    counts = [*range(DAY * 300), *range(DAY * 200)]
    graph = graphs_by_name(history(counts, at("2025-01-01")), UTC_ZONE)["1y-total"]
    line = [y for y in lines_of(graph.figure)[2025].values() if y is not None]
    assert line == sorted(line)
    assert line[-1] == 365 * DAY - 1
    assert shapes(graph, "line") == shapes(graph, "rect") == []
    assert graph.facts["resets"] == graph.facts["set_aside"] == 0


def test_this_year_is_compared_with_the_last_one_up_to_the_same_day() -> None:
    """Where that is known; the first year of a history is not."""
    first, slow = at("2024-01-01"), range(DAY * 731)
    fast = (slow[-1] + 3 * n for n in range(1, DAY * 100))
    readings = history([*slow, *fast], first)
    graph = graphs_by_name(readings, UTC_ZONE)["1y-total"]
    assert graph.facts["change"] == pytest.approx(2, abs=0.01)
    young = history(range(DAY * 400), at("2025-06-01"))
    assert graphs_by_name(young, UTC_ZONE)["1y-total"].facts["change"] is None


def test_only_the_newest_years_have_a_line() -> None:
    """More could not be told apart."""
    hours = [
        at(f"{year}-{month:02}-01") for year in range(1990, 2027) for month in (1, 7)
    ]
    near = [at("2026-07-01") + n * HOUR for n in range(1, DAY * 40)]
    readings = history_at((hour, n) for n, hour in enumerate([*hours, *near]))
    graph = graphs_by_name(readings, UTC_ZONE)["1y-total"]
    assert graph.facts["years"] == [*range(2026, 2026 - MOST_YEARS, -1)]
    # Nothing is known of most: that is no line, and still a valid figure.
    plotly.graph_objects.Figure(graph.figure)


def test_this_year_is_strong_and_the_others_fade() -> None:
    """In light and in dark; each can be seen at all."""
    readings = history(range(DAY * 365 * 5), at("2022-01-01"))
    figure = graphs_by_name(readings, UTC_ZONE)["1y-total"].figure
    strokes = [trace["line"] for trace in figure["data"]]
    assert strokes[0]["color"] == theme.LINE
    assert strokes[1]["color"] == LAST
    widths = [stroke["width"] for stroke in strokes]
    assert widths == sorted(widths, reverse=True)
    for dark in (False, True):
        colours = [stroke["color"] for stroke in strokes] + [theme.PAPER]
        *lines, paper = map(darken_hex, colours) if dark else colours
        seen = [contrast(line, paper) for line in lines]
        assert seen == sorted(seen, reverse=True)
        assert seen[1] > 3
        assert seen[-1] > 1.4
    # The newest is drawn last.
    now, *earlier = figure["data"]
    assert {"zorder", "name"}.isdisjoint(now)
    assert [trace["zorder"] for trace in earlier] == [-1, -2, -3, -4]
    assert [trace["name"] for trace in earlier] == ["2025", "2024", "2023", "2022"]


@pytest.mark.parametrize("last", ["2026-02-01", "2026-11-27", "2026-12-20"])
def test_each_line_has_its_year_at_its_end_and_no_label_lies_on_another(
    last: str,
) -> None:
    """Also where the lines end at the same height, wide and narrow."""
    first = at("2019-01-01")
    hours = (at(last) - first) // HOUR
    readings = history(range(hours), first)
    wide = graphs_by_name(readings, UTC_ZONE)["1y-total"].figure
    for figure in (wide, make_narrow_figure(wide)):
        layout = figure["layout"]
        height = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
        notes = layout["annotations"]
        assert [note["text"] for note in notes] == [
            "2026",
            *map(str, range(2025, 2018, -1)),
        ]
        rise = height / layout["yaxis"]["range"][1]
        at_right = [note for note in notes if note["x"] == "2026-12-31"]
        beside = layout["width"] - layout["margin"]["l"] - layout["margin"]["r"]
        ends = (at(last) - at("2026-01-02")) / timedelta(days=365) * beside
        # Bold digits are little more than half as wide as they are high.
        fits = ends + BESIDE + 4 * 0.57 * layout["font"]["size"] <= beside
        assert (notes[0] in at_right) == (not fits)
        places = sorted(note["y"] * rise + note["yshift"] for note in at_right)
        for one, other in pairwise(places):
            assert other - one >= APART - 1
        assert places[0] >= -0.5
        assert places[-1] <= height + 0.5


@given(st.lists(st.floats(0, 300), min_size=1, max_size=10))
def test_labels_stay_in_order_apart_and_within_reach(places: list[float]) -> None:
    """Whatever their number, as long as they have room at all."""
    moved = spread_out(places, 300)
    order = sorted(range(len(places)), key=lambda n: places[n])
    stacked = [moved[n] for n in order]
    assert all(b - a >= APART - 0.001 for a, b in pairwise(stacked))
    assert stacked[0] >= 0
    assert stacked[-1] <= 300.001


def test_shorter_histories_and_other_ranges_have_the_count_itself() -> None:
    """Years are compared in the range of a year, from the second year on."""
    graphs = graphs_by_name(history(range(DAY * 800)), UTC_ZONE)
    years = [name for name, graph in graphs.items() if graph.facts["years"]]
    assert years == ["1y-total"]
    young = graphs_by_name(history(range(DAY * 300)), UTC_ZONE)
    assert not [name for name, graph in young.items() if graph.facts["years"]]
    assert datetime.fromisoformat(graphs["all-total"].figure["data"][0]["x"][0])


def test_no_other_line_passes_through_this_year_s_label() -> None:
    """It stands above or below its end then, as near as can be."""
    # This year is a little ahead of the last, whose line is where the label would be.
    counts = [0]
    for hour in range(365 * DAY + 320 * DAY):
        counts.append(counts[-1] + (100 if hour < 365 * DAY else 104))
    readings = history(counts, at("2025-01-01"))
    figure = graphs_by_name(readings, UTC_ZONE)["1y-total"].figure
    for drawn in (figure, make_narrow_figure(figure)):
        layout = drawn["layout"]
        [label] = [each for each in layout["annotations"] if each["text"] == "2026"]
        assert label["yshift"] != 0
        margin = layout["margin"]
        height = layout["height"] - margin["t"] - margin["b"]
        scale = height / layout["yaxis"]["range"][1]
        place = label["y"] * scale + label["yshift"]
        end = datetime.fromisoformat(label["x"])
        passing = [
            y * scale
            for x, y in zip(drawn["data"][1]["x"], drawn["data"][1]["y"], strict=True)
            if end <= datetime.fromisoformat(x) <= end + timedelta(days=15)
        ]
        assert all(abs(place - y) >= APART / 2 - 1 for y in passing)
