"""A PNG is published only if it is whole, of its size, and shows something.

And it becomes a palette PNG without losing what matters, and a dark one at no cost.
"""

import io
import random
import zlib
from collections import Counter
from itertools import chain
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from renderer.drawing.palette import rank_colours, reduce_colours
from renderer.drawing.png import (
    find_problem,
    join_image_data,
    recolour,
    split_chunks,
)
from renderer.figures.theme import RGB

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
    assert find_problem(png_of(picture().convert(mode)), *SIZE) is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
@pytest.mark.parametrize("colour", ["white", "black", "#8468c4"])
def test_a_picture_of_one_colour_is_blank(mode: str, colour: str) -> None:
    """A browser that drew nothing gives such a picture, without any error."""
    image = Image.new("RGB", SIZE, colour).convert(mode, dither=Image.Dither.NONE)
    assert find_problem(png_of(image), *SIZE) == "is blank"


def test_a_picture_without_anything_is_blank() -> None:
    """Transparent all over."""
    assert find_problem(png_of(Image.new("RGBA", SIZE)), *SIZE) == "is blank"


@pytest.mark.parametrize("size", [(1200, 629), (600, 315), (630, 1200)])
def test_a_picture_of_another_size_is_told_with_both(size: tuple[int, int]) -> None:
    """Links are previewed at 1200 x 630."""
    problem = find_problem(png_of(picture(size=size)), *SIZE)
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
    assert find_problem(png, *SIZE) == "is not a whole PNG"


def test_a_picture_with_broken_image_data_is_told() -> None:
    """As a problem of this picture, which another try may not have."""
    whole = png_of(picture())
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


# The palette -------------------------------------------------------------------

SMALL = (120, 60)


def many_colours(seed: int = 1, size: tuple[int, int] = SMALL) -> Image.Image:
    """Make a picture of thousands of colours, some of them frequent."""
    image = Image.new("RGB", size, "white")
    scatter = random.Random(seed)
    pixels = [
        tuple(scatter.randrange(256) for _ in range(3)) for _ in range(size[0] * 30)
    ]
    ImageDraw.Draw(image).rectangle((100, 15, 119, 29), fill="purple")
    noise = Image.new("RGB", (size[0], 30))
    noise.putdata(pixels)
    image.paste(noise, (0, 30))
    return image


def pixels_of(png: bytes) -> list[RGB]:
    """Give the colours of a picture, pixel by pixel."""
    return list(Image.open(io.BytesIO(png)).convert("RGB").get_flattened_data())  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_of_few_colours_keeps_every_pixel(mode: str) -> None:
    """Whatever colour type the browser chose."""
    image = picture().convert(mode)
    small = reduce_colours(png_of(image))
    assert small[25] == 3  # Indexed colour.
    assert pixels_of(small) == list(image.convert("RGB").get_flattened_data())
    assert find_problem(small, *SIZE) is None


def test_of_many_colours_the_frequent_ones_are_exact() -> None:
    """White stays white, though its neighbours are in the picture too."""
    image = many_colours()
    ImageDraw.Draw(image).rectangle((0, 0, 119, 9), fill="#ffffff")
    # Levels that Pillow cannot tell from white and from purple.
    for n, near in enumerate(("#fefefe", "#fdfdfd", "#fcfcfc", "#830084", "#7f007f")):
        ImageDraw.Draw(image).rectangle((0, 10 + n, 50, 10 + n), fill=near)
    before = image.get_flattened_data()
    after = pixels_of(reduce_colours(png_of(image)))
    assert len(set(before)) > 2000
    assert len(set(after)) <= 256
    for colour in ((255, 255, 255), (128, 0, 128)):
        same = [b for a, b in zip(before, after, strict=True) if a == colour]
        assert set(same) == {colour}
        assert len(same) > 100


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_no_pixel_leaves_its_neighbourhood(seed: int) -> None:
    """With a few hundred colours each one is near to one of the palette's."""
    scatter = random.Random(seed)
    few = [tuple(scatter.randrange(256) for _ in range(3)) for _ in range(300)]
    image = Image.new("RGB", (60, 60))
    image.putdata([scatter.choice(few) for _ in range(3600)])
    before = pixels_of(png_of(image))
    after = pixels_of(reduce_colours(png_of(image)))
    kept = set(after)
    assert len(kept) <= 256
    for one, other in set(zip(before, after, strict=True)):
        # Pillow sorts colours into cells of four levels.
        assert dist(one, other) <= min(dist(one, each) for each in kept) + 24


def test_the_same_picture_becomes_the_same_bytes_whatever_its_encoding() -> None:
    """Colours that are equally frequent have an order of their own."""
    image = many_colours()
    slow, fast = (io.BytesIO() for _ in range(2))
    image.save(slow, "png", compress_level=9)
    image.convert("RGBA").save(fast, "png", compress_level=1)
    assert reduce_colours(slow.getvalue()) == reduce_colours(fast.getvalue())
    ordered = rank_colours(image)
    numbers = Counter(image.get_flattened_data())
    assert ordered == sorted(numbers, key=lambda rgb: (-numbers[rgb], rgb))


# Other colours -----------------------------------------------------------------


def negative(colour: RGB) -> RGB:
    """Give the opposite of a colour."""
    red, green, blue = colour
    return 255 - red, 255 - green, 255 - blue


def test_other_colours_are_another_palette_and_nothing_else() -> None:
    """The pixels are the same bytes, and a viewer accepts the checksums."""
    light = reduce_colours(png_of(many_colours()))
    dark = recolour(light, negative)
    assert [name for name, _ in split_chunks(dark)] == [
        name for name, _ in split_chunks(light)
    ]
    assert join_image_data(dark) == join_image_data(light)
    assert pixels_of(dark) == [negative(colour) for colour in pixels_of(light)]
    assert recolour(dark, negative) == light


def test_a_picture_without_a_palette_has_no_other_colours() -> None:
    """It is left as it is."""
    plain = png_of(picture())
    assert recolour(plain, negative) == plain
    assert list(chain(*split_chunks(plain)))
