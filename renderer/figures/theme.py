"""How every picture looks: its size, its margins, its font and its colours.

Lengths are CSS pixels. What a picture says besides numbers and ISO dates is HTML
beside it, so that one picture serves every language.
"""

from __future__ import annotations

from typing import Any

RGB = tuple[int, int, int]
# Pixels of the picture for each CSS pixel: as dense as the screens of desks are, and
# those of telephones.
WIDE_SCALE, NARROW_SCALE = 1.5, 2
WIDTH, HEIGHT = 960, 400
MARGIN = {"l": 72, "r": 24, "t": 16, "b": 48}
NARROW_WIDTH, NARROW_HEIGHT = 400, 320
NARROW_MARGIN = {"l": 48, "r": 20, "t": 14, "b": 44}
PLOT_WIDTH = WIDTH - MARGIN["l"] - MARGIN["r"]
FONT = "Open Sans, IPAexGothic, system-ui, sans-serif"
FONT_SIZE, NARROW_FONT_SIZE = 13, 12
INK, FAINT, GRID, PAPER = "#2b2733", "#6b6577", "#e7e4ec", "#ffffff"
LINE, BAR, PARTIAL_BAR = "#5b3f9b", "#8468c4", "#cfc5e8"
RECORD, PREVIOUS, RESET, BAND = "#cc5f00", "#0f5f6c", "#b3261e", "#e8e6ed"
MEAN = "#2b2348"
ASIDE = NOTE = INK
# What the legend of the page calls the colour of a value.
SWATCHES = {LINE: "line", BAR: "bar", PARTIAL_BAR: "partial", RECORD: "record"}
# The background of the pictures' cards on the page, for visitors who prefer dark.
DARK_PAPER = "#221e2a"


def make_layout(left: int = MARGIN["l"]) -> dict[str, Any]:
    """Return the layout that all pictures share, without axes.

    `left` is the room that the labels of the counts need; it widens the left margin
    where that is narrower.
    """
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": {**MARGIN, "l": max(left, MARGIN["l"])},
        "font": {"family": FONT, "size": FONT_SIZE, "color": FAINT},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "separators": ".,",
        "showlegend": False,
    }
