"""The two graphs of each range: its increments as bars, and the total as a line; pure.

No figure carries words. What there is to say about a graph are its facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import make_count_axis, make_time_axis, measure_labels
from renderer.figures.comparisons import (
    compare_known,
    find_earlier_values,
    make_comparison_traces,
)
from renderer.figures.facts import Facts, find_facts
from renderer.figures.figure import Annotation, Figure, Shape, Trace
from renderer.figures.flags import gather_flags, make_flags, select_notes
from renderer.figures.increments_graph import (
    find_means,
    make_bar_trace,
    sum_bars,
)
from renderer.figures.lines_above import list_edges, make_line_above
from renderer.figures.marks import (
    make_crosses,
    make_dash,
    make_gap_bands,
    make_reset_lines,
    select_gaps,
)
from renderer.figures.ranges import Range, make_ranges
from renderer.figures.table import TableRow, make_table_rows
from renderer.figures.total_graph import make_total_traces, spans_magnitudes
from renderer.figures.variants import add_variants, make_narrow_layout
from renderer.figures.years_graph import (
    compare_years,
    is_year,
    make_years_figure,
    sum_years,
)
from renderer.findings.frames import Frames
from renderer.findings.increments import find_resets


@dataclass(frozen=True)
class Graph:
    """A figure, its name (`7d-increments`), and what there is to say about it."""

    name: str
    figure: Figure
    facts: Facts


@dataclass(frozen=True)
class RangeGraphs:
    """The two graphs of a range, and the rows of the table of their values.

    `start` and `end` (UTC) are the bounds of the range, `every` the length of its bars.
    `repeats` tells whether it shows the same as the whole history, as long as that is
    shorter.
    """

    name: str
    every: str
    start: datetime
    end: datetime
    increments: Graph
    total: Graph
    rows: list[TableRow]
    repeats: bool = False

    def repeat_as(self, name: str) -> RangeGraphs:
        """Return the same graphs as those of another range."""
        return replace(
            self,
            name=name,
            increments=replace(self.increments, name=f"{name}-increments"),
            total=replace(self.total, name=f"{name}-total"),
            repeats=True,
        )


@dataclass(frozen=True)
class Shared:
    """What the two graphs of a range share."""

    range_: Range
    zone: ZoneInfo
    shapes: list[Shape]
    flags: list[Annotation]
    facts: Facts


def make_graphs(frames: Frames) -> list[RangeGraphs]:
    """Return the graphs of each range; the last is that of the whole history."""
    hours = frames.readings["scheduled_at"]
    *ranges, whole = make_ranges(hours[0], hours[-1], frames.zone)
    last = make_range_graphs(frames, whole)
    return [
        *(
            last.repeat_as(range_.name)
            if range_.shows_same(whole)
            else make_range_graphs(frames, range_)
            for range_ in ranges
        ),
        last,
    ]


def select_shown(graphs: list[RangeGraphs]) -> list[RangeGraphs]:
    """Return those ranges of which none shows the same as another."""
    return [each for each in graphs if not each.repeats]


def make_range_graphs(frames: Frames, range_: Range) -> RangeGraphs:
    """Return the graphs of one range."""
    increments = range_.select_rows(frames.increments, "start", "end")
    readings = range_.select_rows(frames.kept, "scheduled_at", "scheduled_at")
    shared = find_shared(frames, range_, increments, readings["count"])
    bars = sum_bars(frames, range_, increments)
    return RangeGraphs(
        name=range_.name,
        every=range_.every,
        start=range_.start,
        end=range_.end,
        increments=make_increments_graph(frames, shared, bars),
        total=(
            make_years_graph(frames, shared)
            if is_year(range_)
            else make_total_graph(shared, readings)
        ),
        rows=make_table_rows(bars, readings),
    )


def find_shared(
    frames: Frames, range_: Range, increments: pl.DataFrame, counts: pl.Series
) -> Shared:
    """Return the marks and the facts that both graphs of a range have.

    `increments` and `counts` are those within the range.
    """
    gaps, resets = select_gaps(frames.gaps, range_), find_resets(increments)
    read = range_.select_rows(frames.readings, "scheduled_at", "scheduled_at")
    aside = read.filter("set_aside")
    bands = make_gap_bands(gaps, range_, frames.zone)
    facts = find_facts(range_, increments, counts, gaps, resets)
    facts["bands"], facts["set_aside"] = bool(bands), aside.height
    lines = make_reset_lines(resets, range_, frames.zone)
    crosses = make_crosses(aside, range_, frames.zone)
    notes = select_notes(frames.notes, range_)
    facts["notes"] = len(notes)
    noted, flags = make_flags(gather_flags(notes, range_), frames.zone)
    shapes = bands + lines + noted + crosses
    return Shared(range_, frames.zone, shapes, flags, facts)


def make_increments_graph(frames: Frames, shared: Shared, bars: pl.DataFrame) -> Graph:
    """Return the graph of increments, with means and earlier times above the bars."""
    earlier = find_earlier_values(frames, shared.range_, bars)
    means = find_means(frames, shared.range_, bars)
    against, since = compare_known(frames, shared.range_, bars, earlier)
    edges = list_edges(bars, shared.zone)
    traces = [
        make_bar_trace(bars, shared.zone),
        *make_comparison_traces(shared.range_, edges, earlier),
    ]
    if means.count():
        traces += make_line_above("mean", edges, means.to_list(), theme.MEAN)
    facts = shared.facts | {
        "partial": bars.filter(~pl.col("complete"))["increment"].count() > 0,
        "record": bool(bars["record"].any()),
        "mean": means.count() > 0,
        "against": against,
        "since": since,
    }
    return make_graph(shared, "increments", traces, facts)


def make_total_graph(shared: Shared, readings: pl.DataFrame) -> Graph:
    """Return the graph of the count over time."""
    traces = make_total_traces(readings, shared.zone)
    facts = shared.facts | {"log": spans_magnitudes(readings["count"])}
    return make_graph(shared, "total", traces, facts)


def make_years_graph(frames: Frames, shared: Shared) -> Graph:
    """Return the graph of what each year has added since its first day.

    What is marked in other graphs is of one year, and has no place among all.
    """
    range_ = shared.range_
    sums = sum_years(frames, range_)
    figure = make_years_figure(sums, range_.hours)
    increment, change = compare_years(frames, range_)
    facts = shared.facts | {
        "kind": "total",
        "known": shows_values(figure["data"][0]),
        "increment": increment,
        "years": sums["year"].unique().sort(descending=True).to_list(),
        "change": change,
        "bands": False,
        "resets": 0,
        "set_aside": 0,
        "notes": 0,
    }
    return Graph(f"{range_.name}-total", figure, facts)


def make_graph(shared: Shared, kind: str, traces: list[Trace], facts: Facts) -> Graph:
    """Return a graph of these traces, the first of which are the range's own values."""
    range_, times = shared.range_, traces[0]["x"]
    counts = [count for trace in traces for count in trace["y"]]
    known = shows_values(traces[0])
    yaxis = make_count_axis(counts, from_zero=kind == "increments")
    left, narrow_left = (
        measure_labels(yaxis, counts, size)
        for size in (theme.FONT_SIZE, theme.NARROW_FONT_SIZE)
    )
    layout = {
        **theme.make_layout(left),
        "xaxis": make_time_axis(range_, shared.zone, times),
        "yaxis": yaxis,
        "shapes": shared.shapes,
        "annotations": shared.flags + ([] if known else [make_dash()]),
    }
    figure = {"data": traces, "layout": layout}
    return Graph(
        f"{range_.name}-{kind}",
        add_variants(figure, make_narrow_layout(range_.hours, narrow_left)),
        {**facts, "kind": kind, "known": known},
    )


def shows_values(trace: Trace) -> bool:
    """Tell whether any value of a trace is known."""
    return any(value is not None for value in trace["y"])
