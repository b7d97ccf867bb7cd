"""The looks of a figure: wide as it is drawn, narrow and dark by two tables in it.

Both tables lie in the figure's `layout.meta`, so that whoever draws it again in a
visitor's browser derives the other looks in the same trivial way: `narrow` is
merged into the layout two levels deep, `darken` replaces every colour.
"""

from __future__ import annotations

import re
from typing import Any

from renderer.figures import theme
from renderer.figures.theme import (
    DARK_PAPER,
    NARROW_FONT_SIZE,
    NARROW_HEIGHT,
    NARROW_MARGIN,
    NARROW_SCALE,
    NARROW_WIDTH,
    RGB,
)

DARK_PAPER_RGB = bytes.fromhex(DARK_PAPER[1:])
# Of Rec. 709: how bright red, green and blue are.
LUMA = (0.2126, 0.7152, 0.0722)


COLOUR = re.compile("#[0-9a-f]{6}")


def add_variants(figure: dict[str, Any], narrow: dict[str, Any]) -> dict[str, Any]:
    """Return a figure with the tables of its looks."""
    meta = {
        "scale": theme.WIDE_SCALE,
        "narrow": narrow,
        "dark": map_dark_colours(figure),
    }
    return {**figure, "layout": {**figure["layout"], "meta": meta}}


def map_dark_colours(figure: dict[str, Any]) -> dict[str, str]:
    """Return the dark colour of each that a figure uses."""
    colours = set(find_colours(figure))
    return {colour: darken(colour) for colour in sorted(colours)}


def find_colours(value: Any) -> list[str]:
    """Return the colours of a figure, or of a part of it."""
    if isinstance(value, str):
        return [value] if COLOUR.fullmatch(value) else []
    if isinstance(value, dict):
        return [found for name in value for found in find_colours(value[name])]
    if isinstance(value, list) and value and isinstance(value[0], (str, dict)):
        # Thousands of times or values are no colours; a list is of one kind.
        one = value[0]
        if isinstance(one, str) and not one.startswith("#"):
            return []
        return [found for each in value for found in find_colours(each)]
    return []


def make_narrow(figure: dict[str, Any]) -> dict[str, Any]:
    """Return a figure as it is drawn for a telephone."""
    layout = dict(figure["layout"])
    for name, change in layout["meta"]["narrow"].items():
        both = isinstance(change, dict) and isinstance(layout.get(name), dict)
        layout[name] = {**layout[name], **change} if both else change
    return {**figure, "layout": layout}


def make_narrow_layout(hours: float, left: int) -> dict[str, Any]:
    """Return what differs in the layout of a picture for a telephone."""
    xaxis: dict[str, Any] = {"nticks": 5}
    if hours > 168 or 5 < hours < 9:
        # There is no room for a tick a day, or an hour.
        xaxis["dtick"] = None
    return {
        "width": NARROW_WIDTH,
        "height": NARROW_HEIGHT,
        "margin": {**NARROW_MARGIN, "l": max(left, NARROW_MARGIN["l"])},
        "font": {"size": NARROW_FONT_SIZE},
        "xaxis": xaxis,
        "yaxis": {"nticks": 6},
        "meta": {"scale": NARROW_SCALE},
    }


def darken(colour: str) -> str:
    """Return a colour, `#rrggbb`, as it is on dark paper."""
    red, green, blue = bytes.fromhex(colour[1:])
    return f"#{bytes(darken_rgb((red, green, blue))).hex()}"


def darken_rgb(colour: RGB) -> RGB:
    """Return a colour as it is on dark paper: as far from it, of the same hue.

    The same affine change for each colour, so what antialiasing blends out of two
    colours becomes what it would blend out of the two dark ones.
    """
    luma = sum(weight * part for weight, part in zip(LUMA, colour, strict=True))
    red, green, blue = (
        min(255, max(0, round(paper + (part + 255 - 2 * luma) * (1 - paper / 255))))
        for paper, part in zip(DARK_PAPER_RGB, colour, strict=True)
    )
    return red, green, blue
