"""Lines of text within a picture, made to fit; pure."""

from __future__ import annotations

import unicodedata
from typing import Any

Note = dict[str, Any]
# Widths of Open Sans Bold, of the font's size, or a little more than that.
WIDTHS = {**dict.fromkeys("0123456789", 0.572), ",": 0.286}
WIDE, OTHER = 1.0, 0.66


def write_headline(
    title: str, x: int, y: int, size: int, width: int, colour: str
) -> Note:
    """Return a title in one line, smaller or cut if it is long."""
    line = " ".join(
        "".join(each for each in word if each.isprintable()) for word in title.split()
    )
    size, smallest = fit_size(line, size, width), size * 3 // 5
    if size < smallest:
        size = smallest
        while line and measure_text(f"{line}…") * size > width:
            line = line[:-1]
        line = f"{line.rstrip()}…"
    return write_note(make_bold(line), x, y, size, colour)


def write_note(markup: str, x: int, y: int, size: int, colour: str) -> Note:
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


def align_right(line: Note) -> Note:
    """Return a line of text that ends where it would have begun."""
    return {**line, "xanchor": "right"}


def make_bold(text: str) -> str:
    """Return text in bold; plotly's little HTML shows it as it is."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<b>{text}</b>" if text else ""


def fit_size(text: str, size: int, width: int) -> int:
    """Return the size of the font, at most `size`, at which a text fits a width."""
    return min(size, int(width / max(measure_text(text), 0.1)))


def measure_text(text: str) -> float:
    """Return about how wide a bold text is, of the font's size."""
    wide = "FWA"
    return sum(
        WIDTHS.get(each, WIDE if unicodedata.east_asian_width(each) in wide else OTHER)
        for each in text
    )
