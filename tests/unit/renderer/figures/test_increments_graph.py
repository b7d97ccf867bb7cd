"""The bars of the increments: their widths, and their colours."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from renderer.figures import theme
from renderer.figures.axes import DAY_MS, HOUR_MS
from renderer.figures.increments_graph import OVERLAP
from tests.unit.renderer.figures.plotting import (
    graphs_by_name,
    graphs_of,
    shapes,
    trace,
)
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    TOKYO,
    UTC_ZONE,
    at,
    history,
    read_late,
)


def test_increments_are_bars_that_fill_the_time_they_are_about() -> None:
    """With a little air, and one beside the other."""
    bars = trace(graphs_by_name(history([5, 7, 7, 20]), UTC_ZONE)["24h-increments"])
    assert bars["type"] == "bar"
    assert bars["x"] == ["2026-01-01 00:00", "2026-01-01 01:00", "2026-01-01 02:00"]
    assert bars["y"] == [2, 0, 13]
    assert 0 < bars["offset"] < HOUR_MS * 0.1
    assert bars["offset"] + bars["width"] == pytest.approx(HOUR_MS - bars["offset"])
    assert bars["marker"]["color"] == [theme.BAR] * 3


def test_an_hour_between_whose_readings_was_none_says_when_they_were_made() -> None:
    """That which is longer, and the next one; a record is neither."""
    counts = [*range(8), 100, 101, 110]
    readings = read_late(history(counts), FIRST + 8 * HOUR, timedelta(minutes=55))
    bars = trace(graphs_by_name(readings, TOKYO)["24h-increments"])
    assert bars["customdata"] == [
        *[None] * 7,
        ["2026-01-01 16:00", "2026-01-01 17:55"],
        ["2026-01-01 17:55", "2026-01-01 18:00"],
        None,
    ]
    assert bars["marker"]["color"].index(theme.RECORD) == 9
    plain = trace(graphs_by_name(history(counts), TOKYO)["24h-increments"])
    assert "customdata" not in plain
    days = read_late(history(range(24 * 9)), FIRST + 50 * HOUR, timedelta(minutes=50))
    assert "customdata" not in trace(graphs_by_name(days, TOKYO)["all-increments"])


def test_bars_of_days_that_the_clocks_change_have_their_own_widths() -> None:
    """A day of 23 hours is narrower than its neighbours."""
    zone = ZoneInfo("Europe/Berlin")
    readings = history(range(24 * 12), at("2026-03-24", zone))
    bars = trace(graphs_by_name(readings, zone)["all-increments"])
    widths = dict(zip(bars["x"], bars["width"], strict=True))
    assert widths["2026-03-29 00:00"] == pytest.approx(
        widths["2026-03-28 00:00"] * 23 / 24
    )


def test_an_incomplete_day_is_paler_and_the_facts_say_so() -> None:
    """It is too low for a reason that lies in the readings."""
    first = at("2026-01-01T12:00", TOKYO)
    graph = graphs_by_name(history(range(24 * 30), first))["30d-increments"]
    colours = trace(graph)["marker"]["color"]
    assert colours == [theme.PARTIAL_BAR, *[theme.BAR] * 29]
    assert trace(graph)["y"] == [12, *[24] * 29]
    assert graph.facts["partial"]
    assert not graphs_of("two")["24h-increments"].facts["partial"]


def test_an_unknown_increment_has_no_bar() -> None:
    """It is not drawn as zero, and an empty bucket is not told as a pale bar."""
    graph = graphs_by_name(history([1, 2, None, 9, 0]), UTC_ZONE)["24h-increments"]
    assert trace(graph)["y"] == [1, None, None, None]
    assert shapes(graph, "rect") == [("2026-01-01 01:00", "2026-01-01 03:00")]
    assert shapes(graph, "line") == [("2026-01-01 04:00", "2026-01-01 04:00")]
    assert not graph.facts["partial"]


def test_many_bars_have_no_seams_between_them() -> None:
    """Between bars of a few pixels air shimmers, and so does their mere touch."""
    bars = trace(graphs_by_name(history(range(24 * 380)))["all-increments"])
    assert len(bars["x"]) > 200
    assert bars["offset"] == pytest.approx(-OVERLAP * DAY_MS)
    assert bars["width"] == pytest.approx((1 + 2 * OVERLAP) * DAY_MS)


def test_the_best_complete_hour_and_day_have_a_colour_of_their_own() -> None:
    """Where they are seen; of equals the first, and no pale bar is a record."""
    steps = [1] * 24 * 40
    steps[24 * 38 + 3] = steps[24 * 38 + 5] = 50
    counts = [sum(steps[:n]) for n in range(len(steps) + 1)]
    found = graphs_by_name(history(counts), UTC_ZONE)
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
    graph = graphs_by_name(history(counts))["all-increments"]
    assert not graph.facts["record"]
    assert set(trace(graph)["marker"]["color"]) == {theme.BAR}
