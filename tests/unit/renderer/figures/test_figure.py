"""How large the picture of a figure is."""

import pytest

from renderer.figures import theme
from renderer.figures.figure import measure_picture
from renderer.figures.variants import (
    add_variants,
    make_narrow_figure,
    make_narrow_layout,
)


def test_a_wide_picture_has_half_as_many_pixels_again_and_a_narrow_one_twice() -> None:
    """As dense as the screens that it is for."""
    figure = add_variants(
        {"data": [], "layout": theme.make_layout()}, make_narrow_layout(24, 0)
    )
    assert measure_picture(figure) == (1440, 600)
    assert measure_picture(make_narrow_figure(figure)) == (800, 640)


@pytest.mark.parametrize(("scale", "pixels"), [(None, (30, 20)), (1.5, (45, 30))])
def test_without_a_scale_a_pixel_is_one(
    scale: float | None, pixels: tuple[int, int]
) -> None:
    """The selftest's figure has none."""
    meta = {} if scale is None else {"meta": {"scale": scale}}
    assert measure_picture({"layout": {"width": 30, "height": 20, **meta}}) == pixels
