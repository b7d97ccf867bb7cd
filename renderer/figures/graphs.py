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
from renderer.figures.axes import count_axis, room_for, time_axis
from renderer.figures.facts import Facts, Scene, scene_of
from renderer.figures.increments_graph import bar_trace, bars_of
from renderer.figures.marks import (
    empty,
    local,
)
from renderer.figures.previous_period import previous_trace
from renderer.figures.ranges import Window, hours_of
from renderer.figures.table import Row, rows_of
from renderer.figures.total_graph import total_traces
from renderer.figures.variants import narrow_layout, with_looks
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
class Range:
    """A range (its bounds in UTC, its buckets' length), its two graphs, its table."""

    name: str
    every: str
    start: datetime
    end: datetime
    increments: Graph
    total: Graph
    rows: list[Row]


def ranges_of(frames: Frames, windows: list[Window]) -> list[Range]:
    """Draw the increments and the total of each range."""
    return [range_of(frames, window) for window in windows]


def range_of(frames: Frames, window: Window) -> Range:
    """Draw one range."""
    increments = window.of(frames.increments, "start", "end")
    readings = window.of(frames.readings, "scheduled_at", "scheduled_at")
    scene = scene_of(frames, window, increments, readings["count"])
    bars = bars_of(frames, window, increments)
    return Range(
        window.name,
        window.every,
        window.start,
        window.end,
        increments_graph(scene, bars, previous_trace(frames, window, bars)),
        total_graph(scene, readings),
        rows_of(bars, readings),
    )


def increments_graph(scene: Scene, bars: pl.DataFrame, previous: Trace | None) -> Graph:
    """Draw the increment of each bucket, and that of the period before."""
    traces = [bar_trace(bars, scene.zone), *([previous] if previous else [])]
    facts = scene.facts | {
        "partial": bars.filter(~pl.col("complete"))["increment"].count() > 0,
        "record": bool(bars["record"].any()),
        "previous": previous is not None,
    }
    return graph(scene, "increments", traces, facts)


def total_graph(scene: Scene, readings: pl.DataFrame) -> Graph:
    """Draw the count over time."""
    return graph(scene, "total", total_traces(readings, scene.zone), scene.facts)


def graph(scene: Scene, kind: str, traces: list[Trace], facts: Facts) -> Graph:
    """Put traces into the frame that all graphs share; the first tells its range."""
    window, x = scene.window, traces[0]["x"]
    values = [value for trace in traces for value in trace["y"]]
    known = any(value is not None for value in traces[0]["y"])
    yaxis = count_axis(values, from_zero=kind == "increments")
    left, narrow_left = (
        room_for(yaxis, values, size)
        for size in (theme.FONT_SIZE, theme.NARROW_FONT_SIZE)
    )
    layout = {
        **theme.layout(left),
        "xaxis": x_axis(scene.zone, window, x),
        "yaxis": yaxis,
        "shapes": scene.shapes,
        "annotations": [] if known else [empty()],
    }
    figure = {"data": traces, "layout": layout}
    return Graph(
        f"{window.name}-{kind}",
        with_looks(figure, narrow_layout(hours_of(window), narrow_left)),
        {**facts, "kind": kind, "known": known},
    )


def x_axis(zone: ZoneInfo, window: Window, x: list[str]) -> dict[str, Any]:
    """Return the time axis of a window, with room for the bar that it cuts."""
    # A single reading has no extent; an hour to each side makes an axis of it.
    margin = timedelta(hours=window.start == window.end)
    start, end = local(pl.Series([window.start - margin, window.end + margin]), zone)
    return time_axis(min([start, *x[:1]]), end, hours_of(window))
