"""The renderer's handler, which tells as well which pictures it had Chromium draw.

The answer's `drawn` is key -> width and height of each; it is empty for a run that
finds nothing to do.
"""

from collections.abc import Mapping
from typing import Any

from renderer import handler as renderer
from renderer.drawing.process import Drawing
from renderer.figures.figure import Figure, measure_picture


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Run for an event."""
    drawn = {}

    class _Telling(Drawing):
        def draw(
            self, figures: Mapping[str, Figure], timeout_s: float
        ) -> dict[str, bytes]:
            drawn.update({key: measure_picture(each) for key, each in figures.items()})
            return super().draw(figures, timeout_s)

    renderer.Drawing = _Telling  # type: ignore[attr-defined]
    return {**renderer.handler(event, context), "drawn": drawn}
