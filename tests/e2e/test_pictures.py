"""What the pictures show: drawn as the renderer does, then looked at pixel by pixel."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser

from renderer.drawing.png import recolour
from renderer.drawing.process import Drawing
from renderer.figures import theme
from renderer.figures.card import make_card
from renderer.figures.graphs import make_graphs
from renderer.figures.variants import darken_rgb, make_narrow_figure
from renderer.figures.whole_history import make_whole_history
from renderer.findings.frames import make_frames
from renderer.findings.whole_days import find_whole_days
from tests.e2e.visiting import BROWSER, PLOTLY_JS
from tests.unit.renderer.histories import FIRST, HOUR, UTC_ZONE, history

STORY = [1000, 1100, 1150, None, None, None, 1400, 1500, 30, 130, 230]
# As long, with a moment at another count at four and at seven o'clock.
ODD = [100, 200, 300, 400, 0, 600, 700, 10**9, 900, 1000, 1100]
# In pixels, of which a CSS pixel of the wide pictures takes one and a half.
LEFT, TOP = (round(theme.MARGIN[side] * theme.WIDE_SCALE) for side in "lt")
RIGHT = round((theme.WIDTH - theme.MARGIN["r"]) * theme.WIDE_SCALE)
BOTTOM = round((theme.HEIGHT - theme.MARGIN["b"]) * theme.WIDE_SCALE)
HOUR_PX = (RIGHT - LEFT) / (len(STORY) - 1)
LETTERS = ("に", "ぬ", "日", "月")
# No font has a glyph for these: no letter has these numbers.
MEANINGLESS = ("\u0378", "\u0379")
BARS = ("BAR", "PARTIAL_BAR", "RECORD")
NUMBERS = {"long": 10**18 - 1, "short": 5}
# Drawn dark as well, to compare: with every mark.
DARKENED = ("story 24h-increments", "story 24h-total", "records 30d-increments")
SCALE = {"scale": theme.WIDE_SCALE}
Colour = tuple[int, int, int]


def figures() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the figures whose pictures are looked at."""
    for name, readings in (
        ("story", history(STORY)),
        ("odd", history(ODD)),
        ("days", history((n * n for n in range(24 * 13)), FIRST + 6 * HOUR)),
        ("records", history(9 * n + 99 * (n > 1200) for n in range(1440))),
    ):
        for each in make_graphs(make_frames(readings, UTC_ZONE)):
            for graph in (each.increments, each.total):
                if each.name in ("24h", "30d"):
                    yield f"{name} {graph.name}", graph.figure
                    narrow = make_narrow_figure(graph.figure)
                    yield f"{name} {graph.name}-narrow", narrow
    for name, count in NUMBERS.items():
        frames = make_frames(history([0] * 24 + [count]), UTC_ZONE)
        whole = make_graphs(frames)[-1]
        yield f"{name} embedded", make_whole_history("題" * 40, UTC_ZONE, whole)
        yield f"{name} card", make_card("題" * 40, find_whole_days(frames))
    for text in (*LETTERS, *MEANINGLESS):
        axis = {"visible": False}
        # The A keeps the picture from being blank, which would be refused.
        title = {"title": {"text": f"A{text}"}, "xaxis": axis, "yaxis": axis}
        yield text, {"data": [], "layout": {**theme.make_layout(), **title}}


@pytest.fixture(scope="module")
def drawn() -> Mapping[str, bytes]:
    """Draw all figures as the renderer does, and one that is made dark before."""
    asked = dict(figures())
    for name in DARKENED:
        figure = asked[name]
        table = figure["layout"]["meta"]["dark"]
        text = re.sub(
            "#[0-9a-f]{6}",
            lambda found, table=table: table[found[0]],  # type: ignore[misc]
            json.dumps({**figure, "layout": {**figure["layout"], "meta": SCALE}}),
        )
        asked[f"{name} dark"] = json.loads(text)
    with Drawing(BROWSER, PLOTLY_JS, ["single", "multi"]) as drawing:
        return drawing.draw(asked, 60)


@pytest.fixture(scope="module")
def pictures(drawn: Mapping[str, bytes]) -> Mapping[str, Image.Image]:
    """Give all pictures as pixels."""
    return {name: image_of(png) for name, png in drawn.items()}


def image_of(png: bytes) -> Image.Image:
    """Read a picture."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def pixels(image: Image.Image) -> list[Colour]:
    """Give the colours of a picture, pixel by pixel."""
    return list(image.get_flattened_data())  # type: ignore[arg-type]


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
    return LEFT + hour * HOUR_PX


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
    image = pictures["story 24h-increments"]
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
    image = pictures[f"story 24h-{kind}"]
    for hour in (2.1, 3, 4, 5, 5.9):
        [(colour, count)] = colours(image, hour_px(hour)).most_common(1)
        assert near(colour, rgb(theme.BAND), 1)
        assert count > (BOTTOM - TOP) * 0.9
    for hour in (0.5, 1.9, 6.1, 7.5, 9.9):
        found = colours(image, hour_px(hour))
        assert not any(
            near(colour, rgb(theme.BAND), 1) for colour in found if found[colour] > 20
        )


@pytest.mark.parametrize("kind", ["total", "increments"])
def test_the_reset_is_a_red_line_and_nothing_else_is(
    pictures: Mapping[str, Image.Image], kind: str
) -> None:
    """Dashed, at eight o'clock, where the count was lower than before."""
    image = pictures[f"story 24h-{kind}"]
    red = [
        x
        for x in range(LEFT + 1, RIGHT)
        if any(near(colour, rgb(theme.RESET), 60) for colour in colours(image, x))
    ]
    assert red
    assert all(abs(x - hour_px(8)) <= 3 for x in red)


@pytest.mark.parametrize("kind", ["total", "increments"])
def test_what_is_set_aside_is_a_cross_and_nothing_else_is(
    pictures: Mapping[str, Image.Image], kind: str
) -> None:
    """At its hour and at the bottom, whatever it counted."""
    image = pictures[f"odd 24h-{kind}"]
    dark = [
        (x, y)
        for x in range(LEFT + 1, RIGHT)
        for y in range(TOP, BOTTOM - 2)
        if near(image.getpixel((x, y)), rgb(theme.ASIDE), 30)  # type: ignore[arg-type]
    ]
    for hour in (4, 7):
        assert any(abs(x - hour_px(hour)) <= 1 for x, _ in dark)
    assert all(min(abs(x - hour_px(hour)) for hour in (4, 7)) < 10 for x, _ in dark)
    assert all(y > BOTTOM - 22 for _, y in dark)


def test_the_total_is_a_line_that_a_gap_and_a_reset_leave_open(
    pictures: Mapping[str, Image.Image],
) -> None:
    """Nothing is drawn where nothing is known."""
    image = pictures["story 24h-total"]

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
    image = pictures["days 30d-increments"]
    found = [
        [name for name in BARS if rgb(getattr(theme, name)) in column]
        for column in (
            colours(image, LEFT + (RIGHT - LEFT) * (day + 0.5) / 13)
            for day in range(13)
        )
    ]
    # They grow from day to day, so the last one is the record.
    assert found == [["PARTIAL_BAR"], *[["BAR"]] * 11, ["RECORD"]]


@pytest.mark.parametrize("name", DARKENED)
def test_the_dark_palette_gives_what_a_dark_figure_would(
    drawn: Mapping[str, bytes], name: str
) -> None:
    """Pixel by pixel, antialiased edges included, but for rounding."""
    made = image_of(recolour(drawn[name], darken_rgb))
    asked = image_of(drawn[f"{name} dark"])
    apart = [
        max(abs(a - b) for a, b in zip(one, other, strict=True))
        for one, other in zip(pixels(made), pixels(asked), strict=True)
    ]
    # Red would have to be brighter than bright, so its edges differ a little.
    assert max(apart) <= 64
    assert sum(distance > 3 for distance in apart) < len(apart) / 400
    assert made.getpixel((5, 5)) == rgb(theme.DARK_PAPER)


def test_the_past_lies_above_the_bars_and_the_record_has_its_colour(
    pictures: Mapping[str, Image.Image],
) -> None:
    """Each in a colour that nothing else has."""
    found = Counter(pixels(pictures["records 30d-increments"]))
    assert found[rgb(theme.RECORD)] > 1000
    assert found[rgb(theme.PREVIOUS)] > 50
    story = Counter(pixels(pictures["story 24h-increments"]))
    assert not {rgb(theme.RECORD), rgb(theme.PREVIOUS)} & story.keys()


def test_no_picture_has_anything_at_its_edge(
    pictures: Mapping[str, Image.Image],
) -> None:
    """No label is cut, wide or narrow, and neither is the longest of counts."""
    for name, image in pictures.items():
        if name in (*LETTERS, *MEANINGLESS):
            continue
        width, height = image.size
        paper = image.getpixel((0, 0))
        # The bars of the card stand on its lower edge.
        edges = [(0, 0, 4, height), (width - 4, 0, width, height), (0, 0, width, 4)]
        if not name.endswith("card"):
            edges.append((0, height - 4, width, height))
        else:
            edges = [(left, 0, right, 400) for left, _, right, _ in edges[:2]]
        for edge in edges:
            assert set(pixels(image.crop(edge))) == {paper}, (name, edge)


def test_either_set_of_flags_draws_the_same_bytes(drawn: Mapping[str, bytes]) -> None:
    """So it does not matter which one a run ended up with."""
    some = {
        name: figure for name, figure in figures() if "24h" in name or "card" in name
    }
    with Drawing(BROWSER, PLOTLY_JS, ["multi"]) as drawing:
        again = drawing.draw(some, 60)
    assert again == {name: drawn[name] for name in some}


def test_every_picture_is_small(drawn: Mapping[str, bytes]) -> None:
    """It has a palette instead of a colour for each pixel."""
    for name, png in drawn.items():
        assert png[25] == 3, name
        assert len(png) < 30_000, name


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
