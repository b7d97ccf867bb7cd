"""Turn the ranges of a history into plotly figures, as plain dictionaries.

A figure is plotly's JSON, which plotly.js draws. Building it through plotly.py's
classes would cost more time than drawing it, so the tests hold it against them
instead. plotly.js knows no time zones: times are given in the display zone,
without an offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer import theme
from renderer.aggregate import buckets_of
from renderer.marks import local, marks
from renderer.theme import number
from renderer.windows import Window, reduced

RANGES = {
    "24h": "直近24時間",
    "7d": "直近7日間",
    "30d": "直近30日間",
    "1y": "直近1年間",
    "all": "全期間",
}
BUCKETS = {
    "1h": "1時間ごと",
    "1d": "1日ごと",
    "1w": "1週間ごと",
    "1mo": "1か月ごと",
    "1q": "3か月ごと",
    "1y": "1年ごと",
}
AIRY_BARS = 200
NOTHING = "まだデータがありません"
UNKNOWN = "この間隔では増加数がわかりません"


@dataclass(frozen=True)
class Picture:
    """A figure, its object's key, and what it shows in words."""

    key: str
    figure: dict[str, Any]
    alt: str


@dataclass(frozen=True)
class Scene:
    """What the pictures of one run are drawn from."""

    title: str
    zone: ZoneInfo
    readings: pl.DataFrame
    increments: pl.DataFrame


def pictures_of(scene: Scene, windows: list[Window]) -> Iterator[Picture]:
    """Draw the increments and the total of each range."""
    for window in windows:
        yield increments_picture(scene, window)
        yield total_picture(scene, window)


def total_picture(scene: Scene, window: Window) -> Picture:
    """Draw the count over time."""
    within = pl.col("scheduled_at").is_between(window.start, window.end)
    points = reduced(scene.readings.filter(within), theme.PLOT_WIDTH)
    known = points["y"].drop_nulls()
    finding = f"{number(known[0])} → {number(known[-1])}" if len(known) else NOTHING
    # A reading between two gaps has no neighbour that a line could lead to.
    there = points["y"].is_not_null()
    alone = (
        there & ~there.shift(1, fill_value=False) & ~there.shift(-1, fill_value=False)
    )
    lines = {
        "type": "scatter",
        "mode": "lines",
        "x": local(points["x"], scene.zone),
        "y": points["y"].to_list(),
        "line": {"color": theme.LINE, "width": 3},
        "connectgaps": False,
    }
    # In a trace of their own: as markers of the line, every point would have one.
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": local(points["x"].filter(alone), scene.zone),
        "y": points["y"].filter(alone).to_list(),
        "marker": {"color": theme.LINE, "size": 12 if len(known) == 1 else 6},
        # A dot on the edge of the range is seen whole.
        "cliponaxis": False,
    }
    return picture(scene, window, "total", [lines, dots], finding)


def increments_picture(scene: Scene, window: Window) -> Picture:
    """Draw the increment of each bucket, in a paler colour if it is incomplete."""
    within = window.of(scene.increments, "start", "end")
    buckets = buckets_of(within, window.every, scene.zone)
    total = int(within["increment"].sum())
    finding = f"合計 +{number(total)}" if within["increment"].count() else NOTHING
    # Air between bars turns into a moiré pattern where they are a few pixels wide.
    air = 0.04 if len(buckets) <= AIRY_BARS else 0
    widths_ms = [
        d / timedelta(milliseconds=1) for d in buckets["until"] - buckets["bucket"]
    ]
    bars = {
        "type": "bar",
        "x": local(buckets["bucket"], scene.zone),
        "y": buckets["increment"].to_list(),
        "offset": [width * air for width in widths_ms],
        "width": [width * (1 - 2 * air) for width in widths_ms],
        "marker": {
            "color": [
                theme.BAR if complete else theme.PARTIAL_BAR
                for complete in buckets["complete"]
            ]
        },
    }
    return picture(scene, window, "increments", [bars], finding)


def picture(
    scene: Scene, window: Window, kind: str, traces: list[dict[str, Any]], finding: str
) -> Picture:
    """Put traces into the frame that all pictures share; the first tells its range."""
    x, y = traces[0]["x"], traces[0]["y"]
    every = BUCKETS[window.every]
    what = "累計" if kind == "total" else f"増加数（{every}）"
    title = f"{scene.title}　{RANGES[window.name]}の{what}"
    bounds = pl.Series([window.start, window.end])
    start, end = local(bounds, scene.zone, "%Y/%m/%d %H:%M")
    subtitle = f"{start} ～ {end}　{finding}"
    shapes, words = marks(scene.increments, window, scene.zone)
    if theme.PARTIAL_BAR in traces[0].get("marker", {}).get("color", []):
        words.append("淡い棒は一部のみ")
    notes = [theme.legend("　".join(words))] if words else []
    if all(value is None for value in y):
        notes.append(theme.empty(NOTHING if finding == NOTHING else UNKNOWN))
    layout = {
        **theme.layout(title, subtitle),
        "xaxis": x_axis(scene.zone, window, x),
        "yaxis": theme.count_axis(y, from_zero=kind == "increments"),
        "shapes": shapes,
        "annotations": notes,
    }
    key = f"graphs/{window.name}-{kind}.png"
    alt = f"{title}。{subtitle}。{''.join(f'{word}。' for word in words)}"
    return Picture(key, {"data": traces, "layout": layout}, alt)


def x_axis(zone: ZoneInfo, window: Window, x: list[str]) -> dict[str, Any]:
    """Return the time axis of a window, with room for the bar that it cuts."""
    # A single reading has no extent; an hour to each side makes an axis of it.
    margin = timedelta(hours=window.start == window.end)
    start, end = local(pl.Series([window.start - margin, window.end + margin]), zone)
    return theme.time_axis(min([start, *x[:1]]), end, (window.end - window.start).days)
