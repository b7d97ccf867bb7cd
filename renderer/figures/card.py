"""graphs/card.png: the count, for those who link to the page; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from renderer.figures import theme
from renderer.figures.lettering import (
    align_right,
    fit_size,
    make_bold,
    write_headline,
    write_note,
)
from renderer.figures.whole_history import (
    Figure,
)
from renderer.findings.frames import Frames

CARD_WIDTH, CARD_HEIGHT = 1200, 630
CARD_EDGE, CARD_NUMBER = 80, 204
CARD_PAPER, CARD_BAR, CARD_PALE = "#2f2157", "#7a5fc7", "#574391"
CARD_TITLE, CARD_FAINT = "#e6ddff", "#b8a6ea"
# So many days are a picture of the pace; before there are some, so many hours.
CARD_DAYS, CARD_HOURS, SOME_DAYS = 30, 48, 4
# Of the last 24 hours so many seconds must be known to tell their increment.
ENOUGH_S = 0.9 * 86_400


def draw_card(title: str, frames: Frames, day: Mapping[str, Any] | None) -> Figure:
    """Return the newest count, very large, above the increments of the last weeks.

    `day` is the pace of the last 24 hours.
    """
    last = frames.readings.row(-1, named=True)
    seen = last["observed_at"].astimezone(frames.zone).isoformat(" ", "minutes")
    number, width = f"{last['count']:,}", CARD_WIDTH - 2 * CARD_EDGE
    # A little further left: a digit has air of its own beside it.
    size = fit_size(number, CARD_NUMBER, width)
    notes = [
        write_headline(title, CARD_EDGE, 98, 46, width, CARD_TITLE),
        write_note(make_bold(number), CARD_EDGE - size // 32, 252, size, theme.PAPER),
        write_note(f"{seen[:16]}  UTC{seen[16:]}", CARD_EDGE, 398, 30, CARD_FAINT),
    ]
    if day and day["elapsed_s"] > ENOUGH_S:
        rise = write_note(
            make_bold(f"+{day['increment']:,}"),
            CARD_WIDTH - CARD_EDGE,
            396,
            34,
            CARD_TITLE,
        )
        rise["text"] += " / 24 h"
        notes.append(align_right(rise))
    hidden = {"visible": False, "fixedrange": True}
    bars, length = draw_card_bars(frames)
    layout = {
        **theme.make_layout(),
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


def draw_card_bars(frames: Frames) -> tuple[dict[str, Any], int]:
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
