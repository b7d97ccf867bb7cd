"""Smaller pictures: PNGs with a palette of their 256 most frequent colours.

A graph has a few colours, and at their edges blends of them. With a palette it takes
a fifth of the bytes, and another palette alone makes it dark (`png.recolour`). Only
this module imports Pillow, and only the browser's driver imports this module.
"""

from __future__ import annotations

import io
from itertools import chain

from PIL import Image

from renderer.figures.theme import RGB

PALETTE_SIZE = 256
# Level 9 would save a fiftieth, and take three times as long.
COMPRESSION = 6


def reduce_colours(png: bytes) -> bytes:
    """Return a picture as an opaque PNG with a palette.

    The most frequent colours are exact, any other becomes one of them that is near.
    """
    image = Image.open(io.BytesIO(png)).convert("RGB")
    colours = rank_colours(image)
    palette = colours[:PALETTE_SIZE]
    indexed = image.quantize(palette=make_swatch(palette), dither=Image.Dither.NONE)
    indexed.putpalette(bytes(chain(*recentre_palette(palette, colours))))
    buffer = io.BytesIO()
    indexed.save(buffer, "png", compress_level=COMPRESSION)
    return buffer.getvalue()


def rank_colours(image: Image.Image) -> list[RGB]:
    """Return the colours of an image, the most frequent first.

    Equally frequent ones are in the order of their numbers, so that the same pixels
    always give the same bytes.
    """
    found = image.getcolors(image.width * image.height) or []
    return [rgb for _, rgb in sorted((-number, rgb) for number, rgb in found)]  # type: ignore[misc]


def make_swatch(palette: list[RGB]) -> Image.Image:
    """Return an image that has a palette, which is how Pillow takes one."""
    carrier = Image.new("P", (1, 1))
    carrier.putpalette(bytes(chain(*palette)))
    return carrier


def recentre_palette(palette: list[RGB], colours: list[RGB]) -> list[RGB]:
    """Return the palette, each entry being the most frequent colour that maps to it.

    Pillow looks the nearest entry up for four neighbouring levels at once, so that
    white may be mapped to an entry for a colour next to it. `colours` are all colours
    of the picture as `rank_colours` gives them.
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
