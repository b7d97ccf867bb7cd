"""The period before a range, behind the bars of the range."""

from zoneinfo import ZoneInfo

import pytest

from tests.unit.renderer.figures.plotting import graphs_by_name, previous, trace
from tests.unit.renderer.histories import UTC_ZONE, at, history


def test_the_day_before_lies_behind_the_last_one_hour_by_hour() -> None:
    """In steps over the same times; an hour that was not complete is left open."""
    counts: list[int | None] = [n * n for n in range(49)]
    counts[10] = None
    graph = graphs_by_name(history(counts), UTC_ZONE)["24h-increments"]
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
    graph = graphs_by_name(readings, zone)["30d-increments"]
    before = dict(zip(previous(graph)["x"], previous(graph)["y"], strict=True))
    assert trace(graph)["x"][-1] == "2026-04-22 00:00"
    hours = 24 * 31  # From February 20 to March 23.
    assert before["2026-04-22 00:00"] == (hours + 24) ** 2 - hours**2


@pytest.mark.parametrize(
    ("name", "hours"), [("24h", 24), ("7d", 168), ("30d", 24 * 30), ("all", 24 * 90)]
)
def test_a_range_without_a_past_has_none(name: str, hours: int) -> None:
    """Where the history is too short, and in that of all times."""
    graph = graphs_by_name(history(range(hours + 1)), UTC_ZONE)[f"{name}-increments"]
    assert not graph.facts["previous"]
    assert len(graph.figure["data"]) == 1
