"""Lines of text within a picture, made to fit it; pure."""

from __future__ import annotations

import unicodedata

from renderer.figures.figure import Annotation

# Widths of characters in Open Sans Bold in em, or a little more than that. What is
# wide is so in Japanese fonts.
WIDTHS = {**dict.fromkeys("0123456789", 0.572), ",": 0.286}
WIDE, OTHER = 1.0, 0.66


def make_headline(
    title: str, x: int, y: int, size: int, width: int, colour: str
) -> Annotation:
    """Return a title in one bold line that is at most `width` CSS pixels long.

    A long one has a smaller font than `size`, but at least three fifths of it; what is
    longer still is cut, and ends in an ellipsis. For `x` and `y` see `make_text`.
    """
    line = " ".join(
        "".join(each for each in word if each.isprintable()) for word in title.split()
    )
    size, smallest = fit_font_size(line, size, width), size * 3 // 5
    if size < smallest:
        size = smallest
        while line and measure_text(f"{line}…") * size > width:
            line = line[:-1]
        line = f"{line.rstrip()}…"
    return make_text(make_bold(line), x, y, size, colour)


def make_text(markup: str, x: int, y: int, size: int, colour: str) -> Annotation:
    """Return a line of text whose middle begins at `x` and `y`.

    Those are CSS pixels from the left and the upper edge of the plot.
    """
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


def align_right(line: Annotation) -> Annotation:
    """Return a line of text right-aligned: its `x` is where it ends."""
    return {**line, "xanchor": "right"}


def make_bold(text: str) -> str:
    """Return markup that shows a text as it is written, in bold.

    plotly would take a little HTML in it for markup.

    >>> make_bold("A & B")
    '<b>A &amp; B</b>'
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<b>{text}</b>" if text else ""


def fit_font_size(text: str, size: int, width: int) -> int:
    """Return the font size, at most `size`, at which a bold text fits a width.

    All are CSS pixels.

    >>> fit_font_size("1,000", size=40, width=200), fit_font_size("1,000", 40, 50)
    (40, 19)
    """
    return min(size, int(width / max(measure_text(text), 0.1)))


def measure_text(text: str) -> float:
    """Return about how wide a bold text is in em, the size of its font.

    >>> measure_text("1,000")  # So in a font of 40 pixels it is 103 pixels wide.
    2.574
    """
    wide = "FWA"
    return sum(
        WIDTHS.get(each, WIDE if unicodedata.east_asian_width(each) in wide else OTHER)
        for each in text
    )
