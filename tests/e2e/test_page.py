"""What a visitor sees: the real page and pictures, in the real pinned browser.

The pages were published by the real renderer into the real S3 server, and are
fetched from there as anybody would, without credentials.
"""

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, Response, sync_playwright

from collector.reading import Reading, floor_hour
from infra.local.storage import Storage, create_buckets
from renderer import theme
from renderer.aggregate import increments_of
from renderer.draw import Scene, pictures_of
from renderer.export import Drawing
from renderer.handler import handler
from renderer.windows import windows_of
from tests.unit.histories import FIRST, HOUR, UTC_ZONE, history

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "infra" / "local" / "sample" / "departures-2013.csv"
HOURS = 300
TITLE = "ニューヨークの出発便 <2013>"
BROWSER = Path(os.environ.get("BROWSER_PATH") or ROOT / ".browser" / "chromium")
PLOTLY_JS = Path(os.environ.get("PLOTLY_JS") or ROOT / ".browser" / "plotly.min.js")


@dataclass(frozen=True)
class Site:
    """A published site: its address and the readings that it shows."""

    url: str
    keys: list[str]
    readings: list[Reading]


class Patience:
    """What Lambda passes beside the event."""

    def get_remaining_time_in_millis(self) -> int:
        """Give the time of a function that has just been started."""
        return 120_000


def sample_readings() -> list[Reading]:
    """Give the last hours of the sample history as the importer would."""
    with SAMPLE.open(newline="") as file:
        rows = list(csv.DictReader(file))[-HOURS:]
    times = [datetime.fromisoformat(row["time"]) for row in rows]
    return [
        Reading("departures", floor_hour(time), time, int(row["count"]))
        for time, row in zip(times, rows, strict=True)
    ]


@pytest.fixture(scope="module")
def site(s3_server: Storage, s3_client: "S3Client") -> Site:
    """Put readings, and have the renderer publish what it makes of them."""
    create_buckets(s3_client, "page-data", "page-site")
    readings = sample_readings()
    for reading in readings:
        s3_client.put_object(
            Bucket="page-data",
            Key=reading.key(),
            Body=reading.to_line(),
            IfNoneMatch="*",
        )
    env = {
        **s3_server.env,
        "DATA_BUCKET": "page-data",
        "SITE_BUCKET": "page-site",
        "SITE_URL": f"{s3_server.endpoint}/page-site/",
        "COUNTER": "departures",
        "TITLE": TITLE,
        "TIME_ZONE": "America/New_York",
        "BROWSER_PATH": str(BROWSER),
        "PLOTLY_JS": str(PLOTLY_JS),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        result = handler({"action": "rebuild"}, Patience())
    assert result["outcome"] == "published"
    assert result["readings"] == HOURS
    return Site(f"{s3_server.endpoint}/page-site/", result["objects"], readings)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the browser that the project pins, with its fonts and libraries."""
    home = BROWSER.parent
    env: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": str(home / "lib"),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER, env=env, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """A visit to the page, and everything that went on during it."""

    page: Page
    said: list[str]
    failed: list[str]
    answers: list[Response]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Give each of the colour schemes that a visitor may prefer."""
    return str(request.param)


@pytest.fixture(params=[390, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """Give the width of a telephone and of a desk."""
    return int(request.param)


@pytest.fixture
def visit(browser: Browser, site: Site, scheme: Any, width: int) -> Iterator[Visit]:
    """Open the page and scroll through it, as a person does."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, locale="ja-JP"
    )
    page = context.new_page()
    visit = Visit(page, [], [], [])
    page.on("console", lambda message: visit.said.append(message.text))
    page.on("pageerror", lambda error: visit.said.append(str(error)))
    page.on("requestfailed", lambda request: visit.failed.append(request.url))
    page.on("response", lambda response: visit.answers.append(response))
    page.goto(f"{site.url}index.html", wait_until="load")
    for image in page.locator("img").all():
        image.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(image => image.complete)")
    yield visit
    context.close()


def test_a_visit_is_quiet_and_stays_on_the_site(visit: Visit, site: Site) -> None:
    """No message, no failure, nothing fetched from anywhere else, nothing pressed."""
    assert visit.said == []
    assert visit.failed == []
    assert {answer.status for answer in visit.answers} == {200}
    assert {answer.request.method for answer in visit.answers} == {"GET"}
    fetched = [answer.url for answer in visit.answers]
    assert all(url.startswith(site.url) for url in fetched)
    # The page, its style and its pictures, and perhaps its icon.
    assert 12 <= len(fetched) <= 13


def test_everything_is_seen_in_light_and_in_dark(
    visit: Visit, site: Site, scheme: str, width: int
) -> None:
    """The count, the title as it was written, and all pictures in full size."""
    page, last = visit.page, site.readings[-1]
    count = page.locator(".count")
    assert count.inner_text() == f"{last.count:,}回"
    assert count.is_visible()
    assert page.locator("h1").inner_text() == TITLE
    assert page.title() == f"{TITLE} {last.count:,}"
    local = last.observed_at.astimezone(ZoneInfo("America/New_York"))
    as_of = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M} 現在"
    assert as_of in page.locator(".as-of").inner_text()
    sizes = page.evaluate(
        "[...document.images].map(i => [i.naturalWidth, i.naturalHeight])"
    )
    assert sizes == [[1200, 630]] * 10
    shown = page.evaluate("[...document.images].map(i => i.clientWidth)")
    assert all(200 < pixels <= width for pixels in shown)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in paper.strip("rgb()").split(",")) / 3
    assert (brightness > 200) == (scheme == "light")
    assert (brightness < 60) == (scheme == "dark")


def test_the_page_never_scrolls_sideways(visit: Visit, width: int) -> None:
    """Neither on a telephone nor on a desk."""
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.page.evaluate("document.body.scrollWidth") <= width


def test_a_number_of_eighteen_digits_fits_a_telephone(
    browser: Browser, site: Site
) -> None:
    """The longest count there can be, at the narrowest common width."""
    context = browser.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    page.goto(f"{site.url}index.html")
    page.locator(".count").evaluate("e => e.firstChild.data = '999,' .repeat(5) + 999")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_every_address_on_the_page_can_be_fetched_by_anybody(
    browser: Browser, site: Site
) -> None:
    """Also those that are only linked: the data in all its forms."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}index.html")
    links = page.evaluate("[...document.links].map(link => link.href)")
    context.close()
    assert len(links) >= 14
    for link in links:
        assert requests.get(link, timeout=9).status_code == 200, link


def test_all_that_was_published_is_public_and_says_what_it_is(site: Site) -> None:
    """With a type that has an encoding where it is text, and a time to keep it."""
    types = {
        "html": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "json": "application/json; charset=utf-8",
        "png": "image/png",
        "svg": "image/svg+xml",
        "parquet": "application/vnd.apache.parquet",
    }
    assert {"index.html", "graph.png", "data/summary.json"} < set(site.keys)
    for key in site.keys:
        answer = requests.get(site.url + key, timeout=9)
        assert answer.status_code == 200, key
        assert answer.headers["Content-Type"] == types[key.rpartition(".")[2]]
        assert answer.headers["Cache-Control"].startswith("max-age=")


def test_the_published_readings_are_those_that_were_collected(site: Site) -> None:
    """A notebook that reads the Parquet file by its address gets every one."""
    answer = requests.get(f"{site.url}data/hourly/2013.parquet", timeout=9)
    frame = pl.read_parquet(io.BytesIO(answer.content))
    assert frame.select("scheduled_at", "count").rows() == [
        (reading.scheduled_at, reading.count)
        for reading in site.readings
        if reading.scheduled_at.year == 2013
    ]


# The pictures ------------------------------------------------------------------

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
