"""Pictures for the tests of drawing, and what is in them."""

import io
import random

from PIL import Image, ImageDraw

from renderer.figures.theme import RGB

SIZE = (1200, 630)
SMALL = (120, 60)


def make_picture(
    background: str = "white", size: tuple[int, int] = SIZE
) -> Image.Image:
    """Make a picture with a bar in it."""
    image = Image.new("RGB", size, background)
    ImageDraw.Draw(image).rectangle((100, 200, 140, 500), fill="purple")
    return image


def make_png(image: Image.Image) -> bytes:
    """Give the bytes of a picture."""
    buffer = io.BytesIO()
    image.save(buffer, "png")
    return buffer.getvalue()


def make_noise(seed: int = 1, size: tuple[int, int] = SMALL) -> Image.Image:
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


def read_pixels(png: bytes) -> list[RGB]:
    """Give the colours of a picture, pixel by pixel."""
    return list(Image.open(io.BytesIO(png)).convert("RGB").get_flattened_data())  # type: ignore[arg-type]
