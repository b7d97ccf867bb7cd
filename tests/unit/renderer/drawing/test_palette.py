"""A picture becomes smaller without losing what matters, and always the same."""

import io
import random
from collections import Counter
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from renderer.drawing.palette import rank_colours, reduce_colours
from renderer.drawing.png import find_problem
from tests.unit.renderer.drawing.pngs import (
    SIZE,
    make_noise,
    make_picture,
    make_png,
    read_pixels,
)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_of_few_colours_keeps_every_pixel(mode: str) -> None:
    """Whatever colour type the browser chose."""
    image = make_picture().convert(mode)
    small = reduce_colours(make_png(image))
    assert small[25] == 3  # Indexed colour.
    assert read_pixels(small) == list(image.convert("RGB").get_flattened_data())
    assert find_problem(small, *SIZE) is None


def test_of_many_colours_the_frequent_ones_are_exact() -> None:
    """White stays white, though its neighbours are in the picture too."""
    image = make_noise()
    ImageDraw.Draw(image).rectangle((0, 0, 119, 9), fill="#ffffff")
    # Levels that Pillow cannot tell from white and from purple.
    for n, near in enumerate(("#fefefe", "#fdfdfd", "#fcfcfc", "#830084", "#7f007f")):
        ImageDraw.Draw(image).rectangle((0, 10 + n, 50, 10 + n), fill=near)
    before = image.get_flattened_data()
    after = read_pixels(reduce_colours(make_png(image)))
    assert len(set(before)) > 2000
    assert len(set(after)) <= 256
    for colour in ((255, 255, 255), (128, 0, 128)):
        same = [b for a, b in zip(before, after, strict=True) if a == colour]
        assert set(same) == {colour}
        assert len(same) > 100


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_no_pixel_leaves_its_neighbourhood(seed: int) -> None:
    """With a few hundred colours each one is near to one of the palette's."""
    scatter = random.Random(seed)
    few = [tuple(scatter.randrange(256) for _ in range(3)) for _ in range(300)]
    image = Image.new("RGB", (60, 60))
    image.putdata([scatter.choice(few) for _ in range(3600)])
    before = read_pixels(make_png(image))
    after = read_pixels(reduce_colours(make_png(image)))
    kept = set(after)
    assert len(kept) <= 256
    for one, other in set(zip(before, after, strict=True)):
        # Pillow sorts colours into cells of four levels.
        assert dist(one, other) <= min(dist(one, each) for each in kept) + 24


def test_the_same_picture_becomes_the_same_bytes_whatever_its_encoding() -> None:
    """Colours that are equally frequent have an order of their own."""
    image = make_noise()
    slow, fast = (io.BytesIO() for _ in range(2))
    image.save(slow, "png", compress_level=9)
    image.convert("RGBA").save(fast, "png", compress_level=1)
    assert reduce_colours(slow.getvalue()) == reduce_colours(fast.getvalue())
    ordered = rank_colours(image)
    numbers = Counter(image.get_flattened_data())
    assert ordered == sorted(numbers, key=lambda rgb: (-numbers[rgb], rgb))
