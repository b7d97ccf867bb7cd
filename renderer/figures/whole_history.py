"""The two pictures that stand elsewhere, alone: so these carry title, date and count.

    graph.png        the whole history, for those who embed it
    graphs/card.png  the count, for those who link to the page

Both have 1200 x 630 pixels, the size at which links are previewed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.graphs import Range
from renderer.findings.frames import Frames

Figure = dict[str, Any]
Note = dict[str, Any]
# The graph is drawn as those of the page are, half as large again.
EMBED_WIDTH, EMBED_HEIGHT, EMBED_SCALE, EMBED_TOP = 800, 420, 1.5, 104
CARD_WIDTH, CARD_HEIGHT = 1200, 630
CARD_EDGE, CARD_NUMBER = 80, 204
CARD_PAPER, CARD_BAR, CARD_PALE = "#2f2157", "#7a5fc7", "#574391"
CARD_TITLE, CARD_FAINT = "#e6ddff", "#b8a6ea"
# So many days are a picture of the pace; before there are some, so many hours.
CARD_DAYS, CARD_HOURS, SOME_DAYS = 30, 48, 4
# Of the last 24 hours so many seconds must be known to tell their increment.
ENOUGH_S = 0.9 * 86_400
# Widths of Open Sans Bold, of the font's size, or a little more than that.
WIDTHS = {**dict.fromkeys("0123456789", 0.572), ",": 0.286}
WIDE, OTHER = 1.0, 0.66


def embedded(title: str, zone: ZoneInfo, whole: Range) -> Figure:
    """Return the graph of the whole history, with its title, dates and count."""
    figure, edge = whole.total.figure, 20
    start, end = (
        f"{time.astimezone(zone):%Y-%m-%d}" for time in (whole.start, whole.end)
    )
    dates = start if start == end else f"{start} – {end}"
    count = whole.total.facts["to_count"]
    number = "" if count is None else f"{count:,}"
    size = fitting(number, 40, EMBED_WIDTH // 2)
    room = EMBED_WIDTH - 3 * edge - round(width_of(number) * size)
    header = [
        headline(title, edge, 36, 22, room, theme.INK),
        note(dates, edge, 68, 14, theme.FAINT),
        at_right(note(bold(number), EMBED_WIDTH - edge, 50, size, theme.LINE)),
    ]
    margin = {**figure["layout"]["margin"], "t": EMBED_TOP}
    for each in header:
        # From the corner of the picture, not from that of the plot.
        each["xshift"] -= margin["l"]
        each["yshift"] += EMBED_TOP
    layout = {
        **figure["layout"],
        "width": EMBED_WIDTH,
        "height": EMBED_HEIGHT,
        "margin": margin,
        "annotations": [*figure["layout"]["annotations"], *header],
        "meta": {"scale": EMBED_SCALE},
    }
    return {"data": figure["data"], "layout": layout}


def card(title: str, frames: Frames, day: Mapping[str, Any] | None) -> Figure:
    """Return the newest count, very large, above the increments of the last weeks.

    `day` is the pace of the last 24 hours.
    """
    last = frames.readings.row(-1, named=True)
    seen = last["observed_at"].astimezone(frames.zone).isoformat(" ", "minutes")
    number, width = f"{last['count']:,}", CARD_WIDTH - 2 * CARD_EDGE
    # A little further left: a digit has air of its own beside it.
    size = fitting(number, CARD_NUMBER, width)
    notes = [
        headline(title, CARD_EDGE, 98, 46, width, CARD_TITLE),
        note(bold(number), CARD_EDGE - size // 32, 252, size, theme.PAPER),
        note(f"{seen[:16]}  UTC{seen[16:]}", CARD_EDGE, 398, 30, CARD_FAINT),
    ]
    if day and day["elapsed_s"] > ENOUGH_S:
        rise = note(
            bold(f"+{day['increment']:,}"), CARD_WIDTH - CARD_EDGE, 396, 34, CARD_TITLE
        )
        rise["text"] += " / 24 h"
        notes.append(at_right(rise))
    hidden = {"visible": False, "fixedrange": True}
    bars, length = card_bars(frames)
    layout = {
        **theme.layout(),
        "width": CARD_WIDTH,
        "height": CARD_HEIGHT,
        "annotations": notes,
        "paper_bgcolor": CARD_PAPER,
        "plot_bgcolor": CARD_PAPER,
        "margin": dict.fromkeys("lrtb", 0),
        "xaxis": {**hidden, "range": [-0.5, length - 0.5]},
        "yaxis": {**hidden, "domain": [0, 0.29], "rangemode": "tozero"},
        "bargap": 0.12,
    }
    return {"data": [bars], "layout": layout}


def card_bars(frames: Frames) -> tuple[dict[str, Any], int]:
    """Return the increments of the last days as bars, and how many have room."""
    if frames.daily.height >= SOME_DAYS:
        shown, room = frames.daily.tail(CARD_DAYS), CARD_DAYS
    else:
        shown, room = frames.increments.tail(CARD_HOURS), CARD_HOURS
        shown = shown.with_columns(complete=pl.col("hours") == 1)
    bars = {
        "type": "bar",
        # The newest at the right edge.
        "x": list(range(room - shown.height, room)),
        "y": shown["increment"].to_list(),
        "marker": {
            "color": [
                CARD_BAR if complete else CARD_PALE for complete in shown["complete"]
            ]
        },
    }
    return bars, room


def headline(title: str, x: int, y: int, size: int, width: int, colour: str) -> Note:
    """Return a title in one line, smaller or cut if it is long."""
    line = " ".join(
        "".join(each for each in word if each.isprintable()) for word in title.split()
    )
    size, smallest = fitting(line, size, width), size * 3 // 5
    if size < smallest:
        size = smallest
        while line and width_of(f"{line}…") * size > width:
            line = line[:-1]
        line = f"{line.rstrip()}…"
    return note(bold(line), x, y, size, colour)


def note(markup: str, x: int, y: int, size: int, colour: str) -> Note:
    """Return a line of text that begins at `x` and has its middle at `y`."""
    return {
        "text": markup,
        "font": {"size": size, "color": colour},
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": x,
        "yshift": -y,
        "borderpad": 0,
    }


def at_right(line: Note) -> Note:
    """Return a line of text that ends where it would have begun."""
    return {**line, "xanchor": "right"}


def bold(text: str) -> str:
    """Return text in bold; plotly's little HTML shows it as it is."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<b>{text}</b>" if text else ""


def fitting(text: str, size: int, width: int) -> int:
    """Return the size of the font, at most `size`, at which a text fits a width."""
    return min(size, int(width / max(width_of(text), 0.1)))


def width_of(text: str) -> float:
    """Return about how wide a bold text is, of the font's size."""
    wide = "FWA"
    return sum(
        WIDTHS.get(each, WIDE if unicodedata.east_asian_width(each) in wide else OTHER)
        for each in text
    )
