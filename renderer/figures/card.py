"""graphs/card.png: the count, as a preview of links to the page; pure.

It is seen away from its page, so it carries title and time. It has 1200 x 630 pixels,
the size at which links are previewed.
"""

from __future__ import annotations

from renderer.figures import theme
from renderer.figures.figure import Figure, Trace
from renderer.figures.lettering import (
    align_right,
    fit_font_size,
    make_bold,
    make_headline,
    make_text,
)
from renderer.findings.increments import IS_SCHEDULED_HOUR
from renderer.findings.whole_days import WholeDays

CARD_WIDTH, CARD_HEIGHT = 1200, 630
CARD_EDGE, CARD_NUMBER = 80, 204
CARD_PAPER, CARD_BAR, CARD_PALE = "#2f2157", "#7a5fc7", "#574391"
CARD_TITLE, CARD_FAINT = "#e6ddff", "#b8a6ea"
# The bars are so many days; until there are SOME_DAYS of them, so many hours.
CARD_DAYS, CARD_HOURS, SOME_DAYS = 30, 48, 4


def make_card(title: str, whole: WholeDays) -> Figure:
    """Return the count, very large, above bars of the last weeks' increments.

    It is the count at the end of the last whole day: those who show links keep what
    they have fetched for days, and it costs a picture.
    """
    last = whole.kept.row(-1, named=True)
    seen = last["observed_at"].astimezone(whole.zone).isoformat(" ", "minutes")
    number, width = f"{last['count']:,}", CARD_WIDTH - 2 * CARD_EDGE
    size = fit_font_size(number, CARD_NUMBER, width)
    # A digit has a little air at its side, so it begins further left.
    left = CARD_EDGE - size // 32
    texts = [
        make_headline(title, CARD_EDGE, 98, 46, width, CARD_TITLE),
        make_text(make_bold(number), left, 252, size, theme.PAPER),
        make_text(f"{seen[:16]}  UTC{seen[16:]}", CARD_EDGE, 398, 30, CARD_FAINT),
    ]
    if (day := whole.last_day) and day.is_comparable():
        rise = make_bold(f"+{day.increment:,}") + " / 24 h"
        right = CARD_WIDTH - CARD_EDGE
        texts.append(align_right(make_text(rise, right, 396, 34, CARD_TITLE)))
    hidden = {"visible": False, "fixedrange": True}
    bars, room = make_card_bars(whole)
    layout = {
        **theme.make_layout(),
        "width": CARD_WIDTH,
        "height": CARD_HEIGHT,
        "annotations": texts,
        "paper_bgcolor": CARD_PAPER,
        "plot_bgcolor": CARD_PAPER,
        "margin": dict.fromkeys("lrtb", 0),
        "xaxis": {**hidden, "range": [-0.5, room - 0.5]},
        "yaxis": {**hidden, "domain": [0, 0.29], "rangemode": "tozero"},
        "bargap": 0.12,
    }
    return {"data": [bars], "layout": layout}


def make_card_bars(whole: WholeDays) -> tuple[Trace, int]:
    """Return the increments of the last days as bars, and for how many there is room.

    In the beginning, when there are few days, they are those of the last hours.
    """
    if whole.daily.height >= SOME_DAYS:
        shown, room = whole.daily.tail(CARD_DAYS), CARD_DAYS
    else:
        shown, room = whole.increments.tail(CARD_HOURS), CARD_HOURS
        shown = shown.with_columns(complete=IS_SCHEDULED_HOUR)
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
