"""The variants of a figure: wide or narrow, light or dark; pure.

A figure is made wide and light. Two tables in its `layout.meta` say how it differs in
the other variants, so that a script in the visitor's browser derives them in the same
simple way: `narrow` is merged into the layout two levels deep, and each colour is
replaced by that which `dark` has for it.
"""

from __future__ import annotations

import re
from operator import mul
from typing import Any

from renderer.figures import theme
from renderer.figures.figure import Figure
from renderer.figures.theme import RGB

DARK_PAPER_RGB = bytes.fromhex(theme.DARK_PAPER[1:])
# How much of a colour's brightness comes from red, green and blue (ITU-R BT.709).
LUMA = (0.2126, 0.7152, 0.0722)
# A row each for the dark red, green and blue: what red, green, blue and one, of 0 to 1,
# add to it. The page shows its light pictures dark with these very numbers.
DARK_MATRIX = tuple(
    (
        *(
            round((1 - paper / 255) * ((place == row) - 2 * weight), 5)
            for place, weight in enumerate(LUMA)
        ),
        1.0,
    )
    for row, paper in enumerate(DARK_PAPER_RGB)
)
COLOUR = re.compile("#[0-9a-f]{6}")


def add_variants(figure: Figure, narrow: dict[str, Any]) -> Figure:
    """Return a figure with the tables for its variants, given the one for `narrow`."""
    meta = {
        "scale": theme.WIDE_SCALE,
        "narrow": narrow,
        "dark": map_dark_colours(figure),
        "swatches": theme.SWATCHES,
    }
    return {**figure, "layout": {**figure["layout"], "meta": meta}}


def map_dark_colours(figure: Figure) -> dict[str, str]:
    """Return each colour that a figure uses with its dark one, both as `#rrggbb`."""
    return {colour: darken_hex(colour) for colour in sorted(set(find_colours(figure)))}


def find_colours(value: Any) -> list[str]:
    """Return the colours (`#rrggbb`) in a figure or in a part of it, with repetitions.

    >>> find_colours({"line": {"color": "#ffffff", "width": 2}})
    ['#ffffff']
    """
    if isinstance(value, str):
        return [value] if COLOUR.fullmatch(value) else []
    if isinstance(value, dict):
        return [found for name in value for found in find_colours(value[name])]
    if isinstance(value, list) and value and isinstance(value[0], (str, dict)):
        # A list of thousands of times need not be searched: all of it is of one kind.
        one = value[0]
        if isinstance(one, str) and not one.startswith("#"):
            return []
        return [found for each in value for found in find_colours(each)]
    return []


def make_narrow_figure(figure: Figure) -> Figure:
    """Return the variant of a figure for telephones, by its table `narrow`."""
    layout = dict(figure["layout"])
    for name, change in layout["meta"]["narrow"].items():
        both = isinstance(change, dict) and isinstance(layout.get(name), dict)
        layout[name] = {**layout[name], **change} if both else change
    return {**figure, "layout": layout}


def make_narrow_layout(hours: float, left: int) -> dict[str, Any]:
    """Return the table `narrow`: what differs in the layout for telephones.

    `hours` is how much time the figure shows, `left` the room that the labels of the
    counts need, in CSS pixels.
    """
    xaxis: dict[str, Any] = {"nticks": 5}
    if hours > 168 or 5 < hours < 9:
        # The wide figure has a tick for each day or hour; here there is no room.
        xaxis["dtick"] = None
    return {
        "width": theme.NARROW_WIDTH,
        "height": theme.NARROW_HEIGHT,
        "margin": {**theme.NARROW_MARGIN, "l": max(left, theme.NARROW_MARGIN["l"])},
        "font": {"size": theme.NARROW_FONT_SIZE},
        "xaxis": xaxis,
        "yaxis": {"nticks": 6},
        "meta": {"scale": theme.NARROW_SCALE},
    }


def darken_hex(colour: str) -> str:
    """Return what a colour becomes on dark paper, both as `#rrggbb`.

    >>> darken_hex("#000000"), darken_hex("#ffffff") == theme.DARK_PAPER
    ('#ffffff', True)
    """
    red, green, blue = bytes.fromhex(colour[1:])
    return f"#{bytes(darken_rgb((red, green, blue))).hex()}"


def darken_rgb(colour: RGB) -> RGB:
    """Return what a colour becomes on dark paper: of the same hue, as far from paper.

    That is the same affine change for every colour. So a pixel at an edge, which is a
    blend of two colours, becomes the same blend of the two dark ones.
    """
    red, green, blue = (
        min(255, max(0, round(sum(map(mul, row, (*colour, 255))))))
        for row in DARK_MATRIX
    )
    return red, green, blue
