"""What the pictures show: drawn as the renderer does, then looked at pixel by pixel."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser

from renderer import theme
from renderer.aggregate import increments_of
from renderer.draw import Scene, pictures_of
from renderer.export import Drawing
from renderer.windows import windows_of
from tests.e2e.visiting import BROWSER, PLOTLY_JS
from tests.unit.histories import FIRST, HOUR, UTC_ZONE, history

# An hour is 106 pixels wide: the axis reaches from the first reading to the last.
STORY = [0, 100, 150, None, None, None, 400, 500, 30, 130, 230]
HOUR_PX = theme.PLOT_WIDTH / (len(STORY) - 1)
TOP, BOTTOM = theme.MARGIN["t"], theme.HEIGHT - theme.MARGIN["b"]
LETTERS = ("に", "ぬ", "日", "月")
# No font has a glyph for these: no letter has these numbers.
MEANINGLESS = ("\u0378", "\u0379")
Colour = tuple[int, int, int]


def figures() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the figures whose pictures are looked at."""
    for name, readings in (
        ("story", history(STORY)),
        ("days", history((n * n for n in range(24 * 13)), FIRST + 6 * HOUR)),
    ):
        bounds = readings["scheduled_at"][0], readings["scheduled_at"][-1]
        scene = Scene("に", UTC_ZONE, readings, increments_of(readings))
        for picture in pictures_of(scene, windows_of(*bounds, UTC_ZONE)):
            if picture.key.startswith(("graphs/24h", "graphs/30d")):
                yield f"{name} {picture.key}", picture.figure
    for text in (*LETTERS, *MEANINGLESS):
        axis = {"visible": False}
        # The A keeps the picture from being blank, which would be refused.
        layout = {**theme.layout(f"A{text}", ""), "xaxis": axis, "yaxis": axis}
        yield text, {"data": [], "layout": layout}


@pytest.fixture(scope="module")
def pictures() -> Mapping[str, Image.Image]:
    """Draw all figures as the renderer does."""
    with Drawing(BROWSER, PLOTLY_JS, ["single", "multi"]) as drawing:
        pngs = drawing.draw(dict(figures()), 60)
    return {
        name: Image.open(io.BytesIO(png)).convert("RGB") for name, png in pngs.items()
    }


def colours(image: Image.Image, x: float) -> Counter[Colour]:
    """Count the colours of one column of the plot, left of and above the axes."""
    column = image.crop((round(x), TOP, round(x) + 1, BOTTOM - 2))
    return Counter(column.get_flattened_data())  # type: ignore[arg-type]


def rgb(text: str) -> Colour:
    """Read a colour of the theme."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def near(one: Colour, other: Colour, by: int = 3) -> bool:
    """Tell whether two colours look the same."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= by


def hour_px(hour: float) -> float:
    """Give the place of an hour of the story."""
    return theme.MARGIN["l"] + hour * HOUR_PX


BAND: Colour = (228, 227, 231)  # The band's grey at its opacity, on white.


def test_japanese_is_drawn_with_glyphs(pictures: Mapping[str, Image.Image]) -> None:
    """All differ from each other and from what stands for an unknown letter."""
    unknown, other = (pictures[text].tobytes() for text in MEANINGLESS)
    assert unknown == other
    seen = [pictures[text].tobytes() for text in LETTERS]
    assert len({unknown, *seen}) == 1 + len(LETTERS)


def test_bars_stand_where_their_hours_are_and_as_high_as_they_should(
    pictures: Mapping[str, Image.Image],
) -> None:
    """100 is twice as high as 50; the hour of the reset has none."""
    image = pictures["story graphs/24h-increments.png"]
    heights = {
        hour: colours(image, hour_px(hour + 0.5))[rgb(theme.BAR)] for hour in range(10)
    }
    full = heights[0]
    assert full > (BOTTOM - TOP) * 0.8
    assert heights[1] == pytest.approx(full / 2, abs=3)
    for hour in (6, 8, 9):
        assert heights[hour] == pytest.approx(full, abs=2)
    for hour in (2, 3, 4, 5, 7):
        assert heights[hour] == 0
    # Between two bars there is a little air.
    for hour in (1, 7, 9):
        assert colours(image, hour_px(hour))[rgb(theme.BAR)] == 0


@pytest.mark.parametrize("kind", ["total", "increments"])
def test_the_gap_is_a_grey_band_and_nothing_else_is(
    pictures: Mapping[str, Image.Image], kind: str
) -> None:
    """From the last reading before it, at two o'clock, to the next one, at six."""
    image = pictures[f"story graphs/24h-{kind}.png"]
    for hour in (2.1, 3, 4, 5, 5.9):
        [(colour, count)] = colours(image, hour_px(hour)).most_common(1)
        assert near(colour, BAND)
        assert count > (BOTTOM - TOP) * 0.9
    for hour in (0.5, 1.9, 6.1, 7.5, 9.9):
        found = colours(image, hour_px(hour))
        assert not any(near(colour, BAND) for colour in found if found[colour] > 3)


@pytest.mark.parametrize("kind", ["total", "increments"])
def test_the_reset_is_a_red_line_and_nothing_else_is(
    pictures: Mapping[str, Image.Image], kind: str
) -> None:
    """Dashed, at eight o'clock, where the count was lower than before."""
    image = pictures[f"story graphs/24h-{kind}.png"]
    red = [
        x
        for x in range(theme.MARGIN["l"] + 1, theme.WIDTH - theme.MARGIN["r"])
        if any(near(colour, rgb(theme.RESET), 60) for colour in colours(image, x))
    ]
    assert red
    assert all(abs(x - hour_px(8)) <= 2 for x in red)


def test_the_total_is_a_line_that_a_gap_and_a_reset_leave_open(
    pictures: Mapping[str, Image.Image],
) -> None:
    """Nothing is drawn where nothing is known."""
    image = pictures["story graphs/24h-total.png"]

    def ink(hour: float) -> list[int]:
        column = [
            image.getpixel((round(hour_px(hour)), y)) for y in range(TOP, BOTTOM - 2)
        ]
        return [
            y
            for y, colour in enumerate(column)
            if isinstance(colour, tuple) and near((*colour,)[:3], rgb(theme.LINE), 40)  # type: ignore[arg-type]
        ]

    for hour in (0.5, 1.5, 6.5, 8.5, 9.5):
        assert ink(hour), hour
    for hour in (2.2, 3, 4, 5, 5.8, 7.2, 7.5, 7.8):
        assert ink(hour) == [], hour
    # The count rises, so the line climbs; after the reset it starts from low.
    assert ink(0.5)[0] > ink(1.5)[0] > ink(6.5)[0]
    assert ink(8.5)[0] > ink(9.5)[0] > ink(6.5)[0]


def test_the_incomplete_first_day_has_a_paler_bar(
    pictures: Mapping[str, Image.Image],
) -> None:
    """It began at six in the morning; the others are whole."""
    image = pictures["days graphs/30d-increments.png"]
    found = [
        [name for name in ("BAR", "PARTIAL_BAR") if rgb(getattr(theme, name)) in column]
        for column in (
            colours(image, theme.MARGIN["l"] + theme.PLOT_WIDTH * (day + 0.5) / 13)
            for day in range(13)
        )
    ]
    assert found == [["PARTIAL_BAR"], *[["BAR"]] * 12]


def test_plotly_js_itself_finds_nothing_wrong_with_a_figure(browser: Browser) -> None:
    """What it does not know it would silently ignore."""
    page = browser.new_page()
    page.add_script_tag(path=PLOTLY_JS)
    validate = "([data, layout]) => Plotly.validate(data, layout) || []"
    # Unused is what another property of the same figure makes superfluous.
    harmless = {"unused", "invisible"}
    for name, figure in figures():
        problems = page.evaluate(validate, [figure["data"], figure["layout"]])
        wrong = [each["msg"] for each in problems if each["code"] not in harmless]
        assert wrong == [], name
    wrong = page.evaluate(validate, [[{"type": "bar", "colour": "red"}], {}])
    assert [each["code"] for each in wrong if each["code"] not in harmless]
    page.close()
