"""What the bars of a range are compared with, above them."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest

from renderer.figures import theme
from renderer.figures.comparisons import THIN_WIDTH
from renderer.figures.lines_above import LINE_WIDTH
from tests.unit.renderer.figures.plotting import graphs_by_name, line_above, trace
from tests.unit.renderer.histories import HOUR, UTC_ZONE, at, history

DAY = 24


def test_the_day_before_lies_above_the_last_one_hour_by_hour() -> None:
    """In steps over the same times; an hour that was not complete is left open."""
    counts: list[int | None] = [n * n for n in range(49)]
    counts[10] = None
    graph = graphs_by_name(history(counts), UTC_ZONE)["24h-increments"]
    steps = line_above(graph, "previous")
    assert [*graph.facts["against"]] == ["previous"]
    assert steps["line"] == {
        "color": theme.PREVIOUS,
        "width": LINE_WIDTH,
        "shape": "hv",
    }
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


def test_days_are_compared_with_the_week_that_ends_on_the_date_before() -> None:
    """Thirty dates before, though the clocks changed in between."""
    zone = ZoneInfo("Europe/Berlin")
    first = at("2026-02-16", zone)
    readings = history((n * n for n in range(24 * 66)), first)
    graph = graphs_by_name(readings, zone)["30d-increments"]
    steps = line_above(graph, "previous")
    before = dict(zip(steps["x"], steps["y"], strict=True))
    assert trace(graph)["x"][-1] == "2026-04-22 00:00"
    # From 17 March to the end of 23 March.
    since, until = DAY * 29, DAY * 36
    assert before["2026-04-22 00:00"] == round((until**2 - since**2) / 7)


@pytest.mark.parametrize(
    ("name", "every", "width"),
    [("24h", 1, LINE_WIDTH), ("7d", 1, THIN_WIDTH), ("30d", 24, LINE_WIDTH)],
)
def test_a_year_ago_is_there_to_be_chosen_and_not_in_the_picture(
    name: str, every: int, width: float
) -> None:
    """52 weeks before, so that weekdays meet: as thin as what it stands in for."""
    # It rises by one more in each week, at the same pace all week long.
    rises = (n // 168 for n in range(24 * 441))
    counts = pl.Series([0, *rises]).cum_sum().to_list()
    graph = graphs_by_name(history(counts), UTC_ZONE)[f"{name}-increments"]
    assert [*graph.facts["against"]] == ["previous", "year"]
    year, previous = line_above(graph, "year"), line_above(graph, "previous")
    assert year["visible"] is False
    assert "visible" not in previous
    assert (
        year["line"]
        == previous["line"]
        == {"color": theme.PREVIOUS, "width": width, "shape": "hv"}
    )
    now = trace(graph)["y"][-1]
    if every == 1:
        assert year["y"][-1] == now - 52
    else:
        mean = line_above(graph, "mean")["y"][-1]
        assert year["y"][-1] == mean - 52 * 24


def test_a_year_is_compared_with_the_one_before_and_nothing_else() -> None:
    """A year ago is the period before."""
    graphs = graphs_by_name(history(range(24 * 760)), UTC_ZONE)
    assert [*graphs["1y-increments"].facts["against"]] == ["previous"]
    assert [*graphs["all-increments"].facts["against"]] == []


def test_what_is_compared_with_stands_out_above_any_bar() -> None:
    """Later than the bars, so above them, with paper at both sides of each line."""
    graph = graphs_by_name(history(range(24 * 80)), UTC_ZONE)["30d-increments"]
    bars, *lines = graph.figure["data"]
    assert bars["type"] == "bar"
    assert [line["name"] for line in lines] == ["previous"] * 2 + ["mean"] * 2
    for halo, line in (lines[:2], lines[2:]):
        assert halo["line"]["color"] == theme.PAPER
        assert halo["line"]["width"] > line["line"]["width"] + 2
        assert (halo["x"], halo["y"]) == (line["x"], line["y"])


@pytest.mark.parametrize(
    ("name", "hours"), [("24h", 24), ("7d", 168), ("30d", 24 * 30), ("all", 24 * 90)]
)
def test_a_range_without_a_past_has_none(name: str, hours: int) -> None:
    """Where the history is too short, and in that of all times."""
    graph = graphs_by_name(history(range(hours + 1)), UTC_ZONE)[f"{name}-increments"]
    assert graph.facts["against"] == {}
    names = {each.get("name") for each in graph.figure["data"]}
    assert names <= {None, "mean"}


def test_both_are_compared_in_numbers_where_both_are_known() -> None:
    """By their paces, of which nine tenths must be known."""
    counts: list[int | None] = [*range(24), *range(24, 24 + 3 * 25, 3)]
    graph = graphs_by_name(history(counts), UTC_ZONE)["24h-increments"]
    assert graph.facts["against"] == {"previous": 2.0}
    counts[4:7] = [None] * 3
    graph = graphs_by_name(history(counts), UTC_ZONE)["24h-increments"]
    assert graph.facts["against"] == {"previous": 2.0}
    assert graph.facts["since"] == {}
    counts = [*range(16), *[None] * 11, *range(33, 99, 3)]
    graph = graphs_by_name(history(counts), UTC_ZONE)["24h-increments"]
    assert graph.facts["against"] == {"previous": None}
    assert graph.facts["since"] == {}


def test_where_the_past_is_shorter_than_the_range_the_part_with_one_is_compared() -> (
    None
):
    """From the first bar with a line on: hours, and days with their week."""
    hours = [*range(24), *range(24, 24 + 3 * 25, 3)]
    hours[0:7] = [None] * 7
    graph = graphs_by_name(history(hours), UTC_ZONE)["24h-increments"]
    assert graph.facts["against"] == {"previous": 2.0}
    assert graph.facts["since"] == {"previous": at("2026-01-02T07:00")}
    slow, fast = range(24 * 365), range(24 * 365, 24 * 365 + 48 * 35, 2)
    graph = graphs_by_name(history([*slow, *fast, 10**4]), UTC_ZONE)["1y-increments"]
    assert graph.facts["since"] == {"previous": at("2027-01-07")}
    change = graph.facts["against"]["previous"]
    assert change == pytest.approx(1, abs=0.01)
    line = line_above(graph, "previous")
    assert [y is None for y in line["y"]].index(False) == (
        line["x"].index("2027-01-07 00:00")
    )


def test_dates_are_compared_with_dates_where_the_clocks_change() -> None:
    """An hour more or less does not move the days apart."""
    zone = ZoneInfo("Europe/Berlin")
    # 100 a day by the clocks there, at noon, whatever the length of the day.
    noons = [at(f"2026-03-{day:02}T12:00", zone) for day in range(1, 32)]
    noons += [at(f"2026-04-{day:02}T12:00", zone) for day in range(1, 31)]
    hours = range(24 * 61)
    first = at("2026-03-01", zone)
    counts = [100 * sum(noon <= first + n * HOUR for noon in noons) for n in hours]
    graph = graphs_by_name(history(counts, first), zone)["30d-increments"]
    change = graph.facts["against"]["previous"]
    assert change is not None
    # 720 hours against 719.
    assert change == pytest.approx(1 / 719, abs=0.02)
