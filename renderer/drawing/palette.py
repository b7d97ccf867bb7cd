"""Make a picture small: a palette of its 256 most frequent colours instead of all.

A graph has a few colours and the blends at their edges. As a palette PNG it is a
fifth of the size, and another palette alone makes it dark (`png.recoloured`). Only
this module imports Pillow, and only the browser's driver imports this module.
"""

from __future__ import annotations

import io
from itertools import chain

from PIL import Image

SIZE = 256
# Smaller by a fiftieth, level 9 takes thrice the time.
COMPRESSION = 6
RGB = tuple[int, int, int]


def reduce_colours(png: bytes) -> bytes:
    """Return an opaque picture as a palette PNG; every frequent colour is exact."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    colours = rank_colours(image)
    palette = colours[:SIZE]
    indexed = image.quantize(palette=make_swatch(palette), dither=Image.Dither.NONE)
    indexed.putpalette(bytes(chain(*recentre_palette(palette, colours))))
    buffer = io.BytesIO()
    indexed.save(buffer, "png", compress_level=COMPRESSION)
    return buffer.getvalue()


def rank_colours(image: Image.Image) -> list[RGB]:
    """Return the colours, the most frequent first; of equals the darkest red."""
    found = image.getcolors(image.width * image.height) or []
    return [rgb for _, rgb in sorted((-number, rgb) for number, rgb in found)]  # type: ignore[misc]


def make_swatch(palette: list[RGB]) -> Image.Image:
    """Return an image that carries a palette."""
    carrier = Image.new("P", (1, 1))
    carrier.putpalette(bytes(chain(*palette)))
    return carrier


def recentre_palette(palette: list[RGB], colours: list[RGB]) -> list[RGB]:
    """Return the palette with each entry as the most frequent colour it stands for.

    Pillow finds the nearest entry for four neighbouring levels at once, so that
    white may come out as its neighbour.
    """
    row = Image.new("RGB", (len(colours), 1))
    row.putdata(colours)
    entries = row.quantize(
        palette=make_swatch(palette), dither=Image.Dither.NONE
    ).tobytes()
    stands_for = dict(enumerate(palette))
    for colour, entry in zip(reversed(colours), reversed(entries), strict=True):
        stands_for[entry] = colour
    return list(stands_for.values())
