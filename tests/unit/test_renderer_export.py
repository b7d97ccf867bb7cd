"""A PNG is published only if it is whole, of its size, and shows something."""

import io
import zlib

import pytest
from PIL import Image, ImageDraw

from renderer.export import image_data, png_problem

SIZE = (1200, 630)


def picture(background: str = "white", size: tuple[int, int] = SIZE) -> Image.Image:
    """Make a picture with a bar in it."""
    image = Image.new("RGB", size, background)
    ImageDraw.Draw(image).rectangle((100, 200, 140, 500), fill="purple")
    return image


def png_of(image: Image.Image) -> bytes:
    """Give the bytes of a picture."""
    buffer = io.BytesIO()
    image.save(buffer, "png")
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_a_picture_that_shows_something_is_good(mode: str) -> None:
    """In every colour type that a browser may choose."""
    assert png_problem(png_of(picture().convert(mode)), *SIZE) is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
@pytest.mark.parametrize("colour", ["white", "black", "#8468c4"])
def test_a_picture_of_one_colour_is_blank(mode: str, colour: str) -> None:
    """A browser that drew nothing gives such a picture, without any error."""
    image = Image.new("RGB", SIZE, colour).convert(mode, dither=Image.Dither.NONE)
    assert png_problem(png_of(image), *SIZE) == "is blank"


def test_a_picture_without_anything_is_blank() -> None:
    """Transparent all over."""
    assert png_problem(png_of(Image.new("RGBA", SIZE)), *SIZE) == "is blank"


@pytest.mark.parametrize("size", [(1200, 629), (600, 315), (630, 1200)])
def test_a_picture_of_another_size_is_told_with_both(size: tuple[int, int]) -> None:
    """Links are previewed at 1200 x 630."""
    problem = png_problem(png_of(picture(size=size)), *SIZE)
    assert problem == f"is {size[0]} x {size[1]} pixels, not 1200 x 630"


@pytest.mark.parametrize(
    "png",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"<html></html>",
        png_of(picture())[:-1],
        png_of(picture())[: len(png_of(picture())) // 2],
        png_of(picture())[1:],
        png_of(picture()) + b"\n",
    ],
)
def test_what_is_no_whole_png_is_told(png: bytes) -> None:
    """Empty, cut short, or something else."""
    assert png_problem(png, *SIZE) == "is not a whole PNG"


def test_a_picture_with_broken_image_data_is_told() -> None:
    """As a problem of this picture, which another try may not have."""
    whole = png_of(picture())
    start = whole.index(b"IDAT") + 4
    broken = whole[: start + 9] + bytes(40) + whole[start + 49 :]
    problem = png_problem(broken, *SIZE)
    assert problem is not None
    assert problem.startswith("has broken image data: ")


def test_image_data_may_come_in_many_chunks() -> None:
    """The chunks between and around them are passed over."""
    buffer = io.BytesIO()
    noise = Image.effect_noise(SIZE, 90)
    noise.save(buffer, "png", dpi=(72, 72))
    whole = buffer.getvalue()
    assert whole.count(b"IDAT") > 1
    rows = zlib.decompress(image_data(whole))
    assert len(rows) == SIZE[1] * (1 + SIZE[0])
    assert png_problem(whole, *SIZE) is None
