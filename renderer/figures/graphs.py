"""Turn the ranges of a history into plotly figures, as plain dictionaries.

A figure is plotly's JSON, which plotly.js draws: here for the picture, and in the
visitor's browser where the graph becomes interactive. Building it through plotly.py's
classes would cost more time than drawing it, so the tests hold it against them
instead. plotly.js knows no time zones: times are given in the display zone, without
an offset. No figure carries words; what there is to say are its facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import make_count_axis, make_time_axis, measure_room
from renderer.figures.facts import Facts, Scene, set_scene
from renderer.figures.increments_graph import draw_bars, make_bars
from renderer.figures.marks import (
    format_local,
    make_empty_note,
)
from renderer.figures.previous_period import draw_previous
from renderer.figures.ranges import Range, count_hours
from renderer.figures.table import Row, make_rows
from renderer.figures.total_graph import draw_total_traces
from renderer.figures.variants import add_variants, make_narrow_layout
from renderer.findings.frames import Frames

Figure = dict[str, Any]
Trace = dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """A figure, its name (`7d-increments`), and what it shows."""

    name: str
    figure: Figure
    facts: Facts


@dataclass(frozen=True)
class RangeGraphs:
    """A range (its bounds in UTC, its buckets' length), its two graphs, its table."""

    name: str
    every: str
    start: datetime
    end: datetime
    increments: Graph
    total: Graph
    rows: list[Row]


def draw_ranges(frames: Frames, windows: list[Range]) -> list[RangeGraphs]:
    """Draw the increments and the total of each range."""
    return [draw_range(frames, window) for window in windows]


def draw_range(frames: Frames, window: Range) -> RangeGraphs:
    """Draw one range."""
    increments = window.rows_within(frames.increments, "start", "end")
    readings = window.rows_within(frames.readings, "scheduled_at", "scheduled_at")
    scene = set_scene(frames, window, increments, readings["count"])
    bars = make_bars(frames, window, increments)
    return RangeGraphs(
        window.name,
        window.every,
        window.start,
        window.end,
        draw_increments(scene, bars, draw_previous(frames, window, bars)),
        draw_total(scene, readings),
        make_rows(bars, readings),
    )


def draw_increments(scene: Scene, bars: pl.DataFrame, previous: Trace | None) -> Graph:
    """Draw the increment of each bucket, and that of the period before."""
    traces = [draw_bars(bars, scene.zone), *([previous] if previous else [])]
    facts = scene.facts | {
        "partial": bars.filter(~pl.col("complete"))["increment"].count() > 0,
        "record": bool(bars["record"].any()),
        "previous": previous is not None,
    }
    return compose_graph(scene, "increments", traces, facts)


def draw_total(scene: Scene, readings: pl.DataFrame) -> Graph:
    """Draw the count over time."""
    return compose_graph(
        scene, "total", draw_total_traces(readings, scene.zone), scene.facts
    )


def compose_graph(scene: Scene, kind: str, traces: list[Trace], facts: Facts) -> Graph:
    """Put traces into the frame that all graphs share; the first tells its range."""
    window, x = scene.window, traces[0]["x"]
    values = [value for trace in traces for value in trace["y"]]
    known = any(value is not None for value in traces[0]["y"])
    yaxis = make_count_axis(values, from_zero=kind == "increments")
    left, narrow_left = (
        measure_room(yaxis, values, size)
        for size in (theme.FONT_SIZE, theme.NARROW_FONT_SIZE)
    )
    layout = {
        **theme.make_layout(left),
        "xaxis": make_range_axis(scene.zone, window, x),
        "yaxis": yaxis,
        "shapes": scene.shapes,
        "annotations": [] if known else [make_empty_note()],
    }
    figure = {"data": traces, "layout": layout}
    return Graph(
        f"{window.name}-{kind}",
        add_variants(figure, make_narrow_layout(count_hours(window), narrow_left)),
        {**facts, "kind": kind, "known": known},
    )


def make_range_axis(zone: ZoneInfo, window: Range, x: list[str]) -> dict[str, Any]:
    """Return the time axis of a window, with room for the bar that it cuts."""
    # A single reading has no extent; an hour to each side makes an axis of it.
    margin = timedelta(hours=window.start == window.end)
    start, end = format_local(
        pl.Series([window.start - margin, window.end + margin]), zone
    )
    return make_time_axis(min([start, *x[:1]]), end, count_hours(window))
