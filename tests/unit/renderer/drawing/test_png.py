"""A picture is published only if it is whole, of its size, and shows something.

And another palette gives it other colours.
"""

import io
import zlib
from itertools import chain

import pytest
from PIL import Image

from renderer.drawing.palette import reduce_colours
from renderer.drawing.png import find_problem, join_image_data, recolour, split_chunks
from renderer.figures.theme import RGB
from tests.unit.renderer.drawing.pngs import (
    SIZE,
    make_noise,
    make_picture,
    make_png,
    read_pixels,
)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_a_picture_that_shows_something_is_good(mode: str) -> None:
    """In every colour type that a browser may choose."""
    assert find_problem(make_png(make_picture().convert(mode)), *SIZE) is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
@pytest.mark.parametrize("colour", ["white", "black", "#8468c4"])
def test_a_picture_of_one_colour_is_blank(mode: str, colour: str) -> None:
    """A browser that drew nothing gives such a picture, without any error."""
    image = Image.new("RGB", SIZE, colour).convert(mode, dither=Image.Dither.NONE)
    assert find_problem(make_png(image), *SIZE) == "is blank"


def test_a_picture_without_anything_is_blank() -> None:
    """Transparent all over."""
    assert find_problem(make_png(Image.new("RGBA", SIZE)), *SIZE) == "is blank"


@pytest.mark.parametrize("size", [(1200, 629), (600, 315), (630, 1200)])
def test_a_picture_of_another_size_is_told_with_both(size: tuple[int, int]) -> None:
    """Links are previewed at 1200 x 630."""
    problem = find_problem(make_png(make_picture(size=size)), *SIZE)
    assert problem == f"is {size[0]} x {size[1]} pixels, not 1200 x 630"


@pytest.mark.parametrize(
    "png",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"<html></html>",
        make_png(make_picture())[:-1],
        make_png(make_picture())[: len(make_png(make_picture())) // 2],
        make_png(make_picture())[1:],
        make_png(make_picture()) + b"\n",
    ],
)
def test_what_is_no_whole_png_is_told(png: bytes) -> None:
    """Empty, cut short, or something else."""
    assert find_problem(png, *SIZE) == "is not a whole PNG"


def test_a_picture_with_broken_image_data_is_told() -> None:
    """As a problem of this picture, which another try may not have."""
    whole = make_png(make_picture())
    start = whole.index(b"IDAT") + 4
    broken = whole[: start + 9] + bytes(40) + whole[start + 49 :]
    problem = find_problem(broken, *SIZE)
    assert problem is not None
    assert problem.startswith("has broken image data: ")


def test_image_data_may_come_in_many_chunks() -> None:
    """The chunks between and around them are passed over."""
    buffer = io.BytesIO()
    noise = Image.effect_noise(SIZE, 90)
    noise.save(buffer, "png", dpi=(72, 72))
    whole = buffer.getvalue()
    assert whole.count(b"IDAT") > 1
    rows = zlib.decompress(join_image_data(whole))
    assert len(rows) == SIZE[1] * (1 + SIZE[0])
    assert find_problem(whole, *SIZE) is None


def negative(colour: RGB) -> RGB:
    """Give the opposite of a colour."""
    red, green, blue = colour
    return 255 - red, 255 - green, 255 - blue


def test_other_colours_are_another_palette_and_nothing_else() -> None:
    """The pixels are the same bytes, and a viewer accepts the checksums."""
    light = reduce_colours(make_png(make_noise()))
    dark = recolour(light, negative)
    assert [name for name, _ in split_chunks(dark)] == [
        name for name, _ in split_chunks(light)
    ]
    assert join_image_data(dark) == join_image_data(light)
    assert read_pixels(dark) == [negative(colour) for colour in read_pixels(light)]
    assert recolour(dark, negative) == light


def test_a_picture_without_a_palette_has_no_other_colours() -> None:
    """It is left as it is."""
    plain = make_png(make_picture())
    assert recolour(plain, negative) == plain
    assert list(chain(*split_chunks(plain)))
