"""What a figure is: plotly's JSON, as plain dictionaries.

plotly.js draws it: here for the picture, and in the visitor's browser when a graph
becomes interactive. Building it from plotly.py's classes would take longer than
drawing it, so only the tests do that, to see that plotly knows every property.
plotly.js knows no time zones: all times are as the clocks of the display zone show
them, without an offset. Lengths are CSS pixels; `layout.meta.scale` says how many
pixels of the picture one takes.
"""

from __future__ import annotations

from typing import Any

# With `data`, a list of traces, and `layout`.
Figure = dict[str, Any]
# Bars, a line or dots.
Trace = dict[str, Any]
# A band or a line that belongs to no trace.
Shape = dict[str, Any]
# A line of text: what plotly calls an annotation.
Annotation = dict[str, Any]


def read_scale(figure: Figure) -> float:
    """Return how many pixels of the picture a CSS pixel takes, 1 if none are named."""
    scale: float = figure["layout"].get("meta", {}).get("scale", 1)
    return scale


def measure_picture(figure: Figure) -> tuple[int, int]:
    """Return the width and the height of a figure's picture, in its own pixels.

    >>> layout = {"width": 960, "height": 400, "meta": {"scale": 1.5}}
    >>> measure_picture({"data": [], "layout": layout})
    (1440, 600)
    """
    layout, scale = figure["layout"], read_scale(figure)
    return round(layout["width"] * scale), round(layout["height"] * scale)
