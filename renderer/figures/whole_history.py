"""graph.png: the whole history, for other sites to embed; pure.

It is seen away from its page, so it carries title, dates and count. It has 1200 x 630
pixels, the size at which links are previewed.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from renderer.figures import theme
from renderer.figures.figure import Figure
from renderer.figures.flags import remove_flags
from renderer.figures.graphs import RangeGraphs
from renderer.figures.lettering import (
    align_right,
    fit_font_size,
    make_bold,
    make_headline,
    make_text,
    measure_text,
)

# As dense as the wide pictures of the page, with room above the plot for the header.
EMBED_WIDTH, EMBED_HEIGHT, EMBED_SCALE, EMBED_TOP = 800, 420, 1.5, 104


def make_whole_history(title: str, zone: ZoneInfo, whole: RangeGraphs) -> Figure:
    """Return the total of the range `all` with its title, dates and count above it."""
    figure, edge = whole.total.figure, 20
    # Where it is seen, nothing says what the numbers of the notes stand for.
    plain = remove_flags(figure["layout"])
    start, end = (
        f"{time.astimezone(zone):%Y-%m-%d}" for time in (whole.start, whole.end)
    )
    dates = start if start == end else f"{start} – {end}"
    count = whole.total.facts["to_count"]
    number = "" if count is None else f"{count:,}"
    size = fit_font_size(number, 40, EMBED_WIDTH // 2)
    room = EMBED_WIDTH - 3 * edge - round(measure_text(number) * size)
    header = [
        make_headline(title, edge, 36, 22, room, theme.INK),
        make_text(dates, edge, 68, 14, theme.FAINT),
        align_right(
            make_text(make_bold(number), EMBED_WIDTH - edge, 50, size, theme.LINE)
        ),
    ]
    margin = {**plain["margin"], "t": EMBED_TOP}
    for each in header:
        # From the corner of the picture, not from that of the plot.
        each["xshift"] -= margin["l"]
        each["yshift"] += EMBED_TOP
    layout = {
        **plain,
        "width": EMBED_WIDTH,
        "height": EMBED_HEIGHT,
        "margin": margin,
        "annotations": [*plain["annotations"], *header],
        "meta": {"scale": EMBED_SCALE},
    }
    return {"data": figure["data"], "layout": layout}
