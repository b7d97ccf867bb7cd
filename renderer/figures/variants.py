"""The looks of a figure: wide as it is drawn, narrow and dark by two tables in it.

Both tables lie in the figure's `layout.meta`, so that whoever draws it again in a
visitor's browser derives the other looks in the same trivial way: `narrow` is
merged into the layout two levels deep, `dark` replaces every colour.
"""

from __future__ import annotations

import re
from typing import Any

from renderer.figures import theme

COLOUR = re.compile("#[0-9a-f]{6}")


def with_looks(figure: dict[str, Any], narrow: dict[str, Any]) -> dict[str, Any]:
    """Return a figure with the tables of its looks."""
    meta = {"scale": theme.WIDE_SCALE, "narrow": narrow, "dark": dark_of(figure)}
    return {**figure, "layout": {**figure["layout"], "meta": meta}}


def dark_of(figure: dict[str, Any]) -> dict[str, str]:
    """Return the dark colour of each that a figure uses."""
    colours = set(colours_in(figure))
    return {colour: theme.dark(colour) for colour in sorted(colours)}


def colours_in(value: Any) -> list[str]:
    """Return the colours of a figure, or of a part of it."""
    if isinstance(value, str):
        return [value] if COLOUR.fullmatch(value) else []
    if isinstance(value, dict):
        return [found for name in value for found in colours_in(value[name])]
    if isinstance(value, list) and value and isinstance(value[0], (str, dict)):
        # Thousands of times or values are no colours; a list is of one kind.
        one = value[0]
        if isinstance(one, str) and not one.startswith("#"):
            return []
        return [found for each in value for found in colours_in(each)]
    return []


def narrow(figure: dict[str, Any]) -> dict[str, Any]:
    """Return a figure as it is drawn for a telephone."""
    layout = dict(figure["layout"])
    for name, change in layout["meta"]["narrow"].items():
        both = isinstance(change, dict) and isinstance(layout.get(name), dict)
        layout[name] = {**layout[name], **change} if both else change
    return {**figure, "layout": layout}
