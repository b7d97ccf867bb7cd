"""The marks of gaps and resets: where they are, and which are too many or too small."""

from datetime import datetime, timedelta
from itertools import pairwise

from renderer.figures import theme
from renderer.figures.graphs import make_range_graphs
from renderer.figures.marks import APART
from renderer.figures.ranges import Range
from renderer.findings.frames import make_frames
from tests.unit.renderer.figures.plotting import (
    MOST_MARKS,
    crosses,
    graphs_by_name,
    shapes,
    trace,
)
from tests.unit.renderer.histories import FIRST, HOUR, UTC_ZONE, history


def test_a_gap_is_left_open_and_lies_under_a_band() -> None:
    """From the last reading before it to the first one after it."""
    graph = graphs_by_name(history([1, 2, None, None, 9]), UTC_ZONE)["24h-total"]
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
    graph = graphs_by_name(history(counts))["all-total"]
    assert shapes(graph, "rect") == []
    assert (graph.facts["bands"], graph.facts["hours_missing"]) == (False, 1)
    assert None not in trace(graph)["y"]


def test_a_reset_breaks_the_line_and_has_a_dashed_one_of_its_own() -> None:
    """At the first reading after it."""
    graph = graphs_by_name(history([8, 9, 3, 4]), UTC_ZONE)["7d-total"]
    assert trace(graph)["y"] == [8, 9, None, 3, 4]
    assert shapes(graph, "line") == [("2026-01-01 02:00", "2026-01-01 02:00")]
    assert graph.facts["resets"] == 1


def test_a_reading_set_aside_is_a_cross_at_the_bottom() -> None:
    """A dip and a leap are where they were read, and stretch no axis."""
    graphs = graphs_by_name(history([5, 7, 0, 8, 10**9, 9, 11]), UTC_ZONE)
    total, bars = graphs["7d-total"], graphs["7d-increments"]
    for graph in (total, bars):
        assert crosses(graph) == ["2026-01-01 02:00", "2026-01-01 04:00"]
        assert (graph.facts["set_aside"], graph.facts["resets"]) == (2, 0)
        assert (graph.facts["bands"], graph.facts["hours_missing"]) == (False, 0)
    cross, *_ = total.figure["layout"]["shapes"]
    assert (cross["yref"], cross["yanchor"]) == ("paper", 0)
    assert trace(total)["y"] == [5, 7, None, 8, None, 9, 11]
    assert trace(bars)["y"] == [2, None, None, None, None, 2]
    assert bars.facts["increment"] == 2 + 1 + 1 + 2


def test_of_crosses_close_together_one_is_drawn_and_all_are_told() -> None:
    """A source that flaps must not hide the graph behind them."""
    readings = history([n // 2 + 9 * (n % 2) for n in range(24 * 600)])
    graph = graphs_by_name(readings)["all-total"]
    assert graph.facts["set_aside"] == (599 * 24 + 15) // 2
    assert graph.facts["resets"] == 0
    assert len(crosses(graph)) == MOST_MARKS


def test_of_resets_close_together_one_is_drawn_and_all_are_told() -> None:
    """A source that falls each other hour must not hide the line behind its resets."""
    readings = history([100_000 - n // 2 * 9 + n for n in range(24 * 600)])
    graph = graphs_by_name(readings)["all-total"]
    hours = 599 * 24 + 15  # Up to the last midnight of Tokyo, which is 15:00 UTC.
    assert graph.facts["resets"] == hours // 2
    made = [datetime.fromisoformat(start) for start, _ in shapes(graph, "line")]
    assert len(made) == MOST_MARKS
    step = timedelta(hours=hours) * APART / theme.PLOT_WIDTH
    for one, other in pairwise(made):
        assert abs(other - one - step) <= timedelta(hours=2)
