"""How the page shows its light pictures to visitors who prefer dark."""

import io

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator

from renderer.figures.theme import RGB
from renderer.figures.variants import DARK_MATRIX, darken_rgb
from tests.e2e.visiting import TABS, Scheme, Site, visiting

WHITE = (255, 255, 255)


def image_of(picture: Locator) -> Image.Image:
    """Give what a visitor sees of a picture."""
    return Image.open(io.BytesIO(picture.screenshot())).convert("RGB")


def corner(picture: Locator) -> RGB:
    """Give the colour that a picture has within its rounded corner."""
    return image_of(picture).getpixel((12, 12))  # type: ignore[return-value]


def darken(image: Image.Image) -> Image.Image:
    """Make a picture dark, as the figure's table says for its colours."""
    numbers = [each for *row, one in DARK_MATRIX for each in (*row, 255 * one)]
    return image.convert("RGB", matrix=tuple(numbers))


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize(("width", "density"), [(1280, 1), (390, 3)])
def test_a_dark_picture_is_the_light_one_in_the_colours_of_the_figures_table(
    either_browser: Browser, site: Site, width: int, density: float, js: bool
) -> None:
    """Pixel by pixel, in every range; so the interactive graph has the same ones.

    Without scripts, which have no part in it, in the first two.
    """
    with visiting(
        either_browser, site, width=width, device_scale_factor=density
    ) as visit:
        # No picture ends where the window does.
        visit.page.set_viewport_size({"width": width, "height": 2000})
        for name in TABS if js else TABS[:2]:
            visit.page.locator(f".tabs a[href='#{name}']").click()
            visit.look_at_all()
            visit.page.wait_for_load_state("networkidle")
            for picture in visit.page.locator(".plot img:visible").all():
                visit.page.emulate_media(color_scheme="light")
                light = image_of(picture)
                assert len(light.getcolors(light.width * light.height) or []) > 20
                visit.page.emulate_media(color_scheme="dark")
                apart = ImageChops.difference(image_of(picture), darken(light))
                assert max(most for _, most in apart.getextrema()) <= 1  # type: ignore[misc]


@pytest.mark.parametrize("js", [True, False])
def test_a_change_of_the_theme_is_seen_at_once_and_loads_nothing(
    either_browser: Browser, site: Site
) -> None:
    """Pictures and preview alike, there and back."""
    papers: dict[Scheme, RGB] = {"dark": darken_rgb(WHITE), "light": WHITE}
    with visiting(either_browser, site) as visit:
        visit.look_at_all()
        before = visit.fetched()
        shown = [*visit.page.locator(".plot img:visible, .preview").all()]
        assert len(shown) == 3
        for scheme, paper in papers.items():
            visit.page.emulate_media(color_scheme=scheme)
            visit.page.wait_for_load_state("networkidle")
            assert [corner(each) for each in shown] == [paper] * 3
        assert visit.fetched() == before
        visit.check_quiet()


def test_what_stands_for_a_missing_picture_can_be_read(
    browser: Browser, site: Site
) -> None:
    """Its text is made dark with it, and so has to be the opposite before."""
    with visiting(browser, site, scheme="dark") as visit:
        visit.page.route("**/*.png*", lambda route: route.abort())
        visit.page.reload()
        missing = image_of(visit.page.locator(".plot img:visible").first)
    paper = sum(darken_rgb(WHITE)) / 3
    assert missing.convert("L").getextrema() == pytest.approx((paper, 255), abs=12)
