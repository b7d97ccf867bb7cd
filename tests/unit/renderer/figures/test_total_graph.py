"""The graph of the total: its line and dots, and the points that it can show."""

import time
from datetime import datetime
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renderer.figures.total_graph import reduce_points
from tests.unit.renderer.figures.plotting import (
    dots,
    graphs_by_name,
    graphs_of,
    trace,
)
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    UTC_ZONE,
    any_history,
    history,
    history_at,
)

Point = tuple[datetime, int]


def test_the_total_is_the_count_over_time_in_the_display_zone() -> None:
    """From the first reading of the range to the last, with a line."""
    graph = graphs_by_name(history([5, 7, 1234567]))["all-total"]
    line = trace(graph)
    assert line["type"] == "scatter"
    assert line["mode"] == "lines"
    assert line["x"] == ["2026-01-01 09:00", "2026-01-01 10:00", "2026-01-01 11:00"]
    assert line["y"] == [5, 7, 1234567]
    assert line["connectgaps"] is False


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
    graph = graphs_by_name(history(counts), UTC_ZONE)["all-total"]
    assert trace(graph)["mode"] == "lines"
    assert dots(graph)["y"] == alone
    assert dots(graph)["marker"]["size"] == size


def test_every_reading_of_a_daily_history_is_seen() -> None:
    """An old history may have been taken once a day: no two have a line."""
    assert len(dots(graphs_of("daily")["all-total"])["y"]) == 20


def points_of(frame: pl.DataFrame) -> list[Point]:
    """Give the points of a reduced history, without the blanks between them."""
    return [(x, y) for x, y in frame.rows() if y is not None]


def columns_of(points: list[Point], width: int) -> dict[int, list[Point]]:
    """Sort points into columns of equal time, the last instant into the last one."""
    first, last = points[0][0], points[-1][0]
    column = max((last - first) / width, HOUR)
    columns: dict[int, list[Point]] = {}
    for x, y in points:
        columns.setdefault(min(int((x - first) / column), width - 1), []).append((x, y))
    return columns


# The sixth of these readings begins the second column exactly.
ON_AN_EDGE = history_at(
    (FIRST + n * HOUR, 0) for n in (*range(4), *range(564, 569), 1129, 1130)
)


@settings(max_examples=80, deadline=None)
@given(any_history(max_size=150), st.integers(1, 12))
@example(ON_AN_EDGE, 2)
def test_each_column_keeps_its_first_last_lowest_and_highest_point(
    readings: pl.DataFrame, width: int
) -> None:
    """And no other point, where there are more than can be shown; all of them else."""
    points = list(zip(readings["scheduled_at"], readings["count"], strict=True))
    kept = points_of(reduce_points(readings, width))
    if len(points) <= 4 * width:
        assert kept == points
        return
    assert set(kept) <= set(points)
    for everything in columns_of(points, width).values():
        some = [point for point in kept if point in everything]
        assert len(some) <= 4
        assert (some[0], some[-1]) == (everything[0], everything[-1])
        counts = [y for _, y in everything]
        assert {min(counts), max(counts)} <= {y for _, y in some}


@settings(max_examples=80, deadline=None)
@given(any_history(max_size=150), st.integers(1, 12))
def test_the_line_is_broken_where_a_gap_or_a_reset_lies_and_nowhere_else(
    readings: pl.DataFrame, width: int
) -> None:
    """By one row without a count; time never runs backwards."""
    rows = reduce_points(readings, width).rows()
    assert [x for x, _ in rows] == sorted(x for x, _ in rows)
    assert rows[0][1] is not None
    assert rows[-1][1] is not None
    points = list(zip(readings["scheduled_at"], readings["count"], strict=True))
    column = max((points[-1][0] - points[0][0]) / width, HOUR)
    kept = points_of(reduce_points(readings, width))
    index = {x: number for number, (x, _) in enumerate(points)}
    expected: list[tuple[datetime, int | None]] = [kept[0]]
    for (x, _), following in pairwise(kept):
        between = points[index[x] : index[following[0]] + 1]
        if any(b[0] - a[0] > column or b[1] < a[1] for a, b in pairwise(between)):
            expected.append((x, None))
        expected.append(following)
    assert rows == expected


def test_a_gap_in_a_short_range_is_left_open() -> None:
    """A single missing hour is seen where an hour is a column or more."""
    readings = history([1, 2, None, 4])
    assert reduce_points(readings, 1000).rows() == [
        (FIRST, 1),
        (FIRST + HOUR, 2),
        (FIRST + HOUR, None),
        (FIRST + 3 * HOUR, 4),
    ]


@pytest.mark.parametrize("counts", [[], [7]])
def test_no_reading_or_one_stays_as_it_is(counts: list[int]) -> None:
    """There is nothing to leave out."""
    assert reduce_points(history(counts), 1000)["y"].to_list() == counts


@pytest.mark.parametrize("flap", [0, 5], ids=["rising", "flapping"])
def test_a_hundred_thousand_readings_become_what_the_width_can_show(flap: int) -> None:
    """Also from a source that flaps between two counts: each fall is a reset."""
    readings = history(n // 2 + flap * (n % 2) for n in range(100_000))
    start = time.monotonic()
    frame = reduce_points(readings, 1000)
    assert time.monotonic() - start < 5
    assert 900 < len(points_of(frame)) <= 4000
    assert len(frame) <= 8000
    assert frame["y"].null_count() == 0 or flap
