"""Values at once: pointer, finger and keys on pictures and heatmaps, without plotly."""

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from renderer.figures import theme
from renderer.figures.lines_above import make_steps
from renderer.figures.ranges import DEFAULT_RANGE
from renderer.readings.notes import Note
from renderer.site.page import render_files
from tests.e2e.graphs import published
from tests.e2e.hosting import MINUTE, Host, watching
from tests.e2e.visiting import PAGES, Scheme, Site, Visit, visiting
from tests.unit.renderer.histories import FIRST, HOUR, at, history
from tests.unit.renderer.pages import files_of, view_of

KINDS = ["increments", "total"]
WIDTHS = [1280, 390]
# All scripts that values take, as they go over the wire.
LIMIT_BYTES = 8_000


def graph(page: Page, kind: str, span: str = DEFAULT_RANGE) -> Locator:
    """Find the graph of a kind in a range, and bring it into sight."""
    figure = page.locator(f".range[data-range='{span}'] .graph[data-kind={kind}]")
    figure.locator(".plot").scroll_into_view_if_needed()
    return figure


def box_of(part: Locator) -> tuple[float, float, float, float]:
    """Return where on the screen something is: left, top, width, height."""
    box = part.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


def point(figure: Locator, share: float) -> None:
    """Move the mouse to a part of the width of a plot."""
    left, top, width, height = box_of(figure.locator(".plot"))
    figure.page.mouse.move(left + width * share, top + height / 2)


def card(part: Locator) -> Locator:
    """Find the card, whose text is one of its lines after the other."""
    return part.locator(".value")


# Pictures ----------------------------------------------------------------------


def columns_of_highest(visit: Visit, figure: Locator) -> tuple[float, float]:
    """Return from where to where the highest bar is in the picture, of its width 1."""
    address = figure.locator("img").evaluate("i => i.currentSrc")
    picture = Image.open(io.BytesIO(requests.get(address, timeout=9).content))
    pixels = picture.convert("RGB")
    bars = {bytes.fromhex(each[1:]) for each in (theme.BAR, theme.RECORD)}
    for row in range(pixels.height):
        line = [bytes(pixels.getpixel((x, row))) for x in range(pixels.width)]  # type: ignore[arg-type]
        found = [x for x, colour in enumerate(line) if colour in bars]
        if found:
            return found[0] / pixels.width, (found[-1] + 1) / pixels.width
    raise AssertionError("no bar")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_card_tells_of_the_bar_that_the_picture_has_there(
    browser: Browser, site: Site, width: int, scheme: Scheme
) -> None:
    """Where the picture's highest bar is, the highest value is told and marked."""
    with visiting(
        browser, site, "en.html", language="en", width=width, scheme=scheme
    ) as visit:
        figure = graph(visit.page, "increments")
        visit.look_at_all()
        figure.locator(".plot").scroll_into_view_if_needed()
        start, end = columns_of_highest(visit, figure)
        highest = max(published(site, figure)["data"][0]["y"])
        point(figure, (start + end) / 2)
        expect(card(figure)).to_contain_text(f"+{highest:,}")
        left, _, wide, _ = box_of(figure.locator(".plot"))
        mark, _, mark_wide, _ = box_of(figure.locator(".mark"))
        # The bar has air at its sides.
        assert mark - 1 <= left + wide * start
        assert left + wide * end <= mark + mark_wide + 1
        assert mark_wide < wide * (end - start) + 3
        x, _, card_wide, high = box_of(card(figure))
        assert left - 1 <= x
        assert x + card_wide <= left + wide + 1
        assert high < box_of(figure.locator(".plot"))[3] / 2
        assert not visit.fetched("plotly")
        visit.check_quiet()


@pytest.mark.parametrize("language", PAGES)
def test_the_card_says_value_time_and_comparison_as_the_page_writes_them(
    browser: Browser, site: Site, language: str
) -> None:
    """Beside swatches of the legend, and with its names."""
    with visiting(browser, site, PAGES[language], language=language) as visit:
        figure = graph(visit.page, "increments")
        bars, *others = published(site, figure)["data"]
        point(figure, 0.5)
        text = card(figure).inner_text()
        number = next(n for n, y in enumerate(bars["y"]) if f"+{y:,}" in text.split())
        while when_of(bars["x"][number], language) not in text:
            number += 1
        assert f"+{bars['y'][number]:,}" in text
        [previous] = {
            each["name"]: each for each in others if each.get("name")
        }.values()
        before = dict(zip(previous["x"], previous["y"], strict=True))
        assert f"+{before[bars['x'][number]]:,}" in text
        for swatch in ("bar", "previous"):
            name = figure.locator(f".legend li:has(.{swatch})").inner_text()
            assert name in text
            expect(card(figure).locator(f".swatch.{swatch}")).to_have_count(1)
        total = graph(visit.page, "total")
        point(total, 0.5)
        expect(card(total)).to_contain_text(
            total.locator(".legend li").first.inner_text()
        )
        visit.page.mouse.move(3, 3)
        expect(visit.page.locator(".value")).to_have_count(0)
        visit.check_quiet()


def when_of(start: str, language: str) -> str:
    """Write the hour that begins then as the page does."""
    time = datetime.fromisoformat(start)
    clock = f"{time:%H:%M}"
    if language == "ja":
        return f"{time.year}年{time.month}月{time.day}日 {clock}"
    return f"{time.day} {time:%B} {time.year}, {clock}"


def test_values_cost_little_and_come_with_the_pointer(visit: Visit) -> None:
    """Nothing before; then small scripts and the figures of the range, each once."""
    visit.page.wait_for_load_state("networkidle")
    assert not visit.fetched("assets/values")
    assert not visit.fetched(".json")
    for kind in KINDS:
        figure = graph(visit.page, kind)
        for share in (0.3, 0.6):
            point(figure, share)
            card(figure).wait_for()
    [_] = visit.fetched(".json")
    assert not visit.fetched("plotly")
    scripts = [
        answer.request.sizes()
        for answer in visit.answers
        if "assets/values" in answer.url or "assets/stops" in answer.url
    ]
    assert len(scripts) == 2
    size = sum(each["responseBodySize"] for each in scripts)
    assert 1_000 < size < LIMIT_BYTES


@pytest.mark.parametrize("kind", KINDS)
def test_arrow_keys_read_the_picture_and_say_it_aloud(
    visit: Visit, site: Site, kind: str
) -> None:
    """The first step is to the newest; Escape and leaving end it."""
    page, figure = visit.page, graph(visit.page, kind)
    values = published(site, figure)["data"][0]["y"]
    cursor = figure.locator(".cursor")
    said = page.locator("body > .said")
    cursor.focus()
    for key, index in (
        ("ArrowLeft", -1),
        ("ArrowLeft", -2),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("ArrowRight", 1),
        ("End", -1),
    ):
        page.keyboard.press(key)
        expect(card(figure)).to_contain_text(f"{values[index]:,}")
        expect(said).to_contain_text(f"{values[index]:,}")
    assert said.get_attribute("aria-live") == "polite"
    before = page.evaluate("scrollY")
    page.keyboard.press("Escape")
    expect(card(figure)).to_have_count(0)
    assert page.evaluate("scrollY") == before
    page.keyboard.press("ArrowLeft")
    expect(card(figure)).to_contain_text(f"{values[-1]:,}")
    page.keyboard.press("Tab")
    expect(card(figure)).to_have_count(0)


def test_a_picture_that_is_replaced_goes_on_telling(visit: Visit, site: Site) -> None:
    """Its listeners are the document's."""
    figure = graph(visit.page, "total")
    html = figure.evaluate("f => f.outerHTML")
    point(figure, 0.4)
    card(figure).wait_for()
    figure.evaluate("(f, html) => { f.outerHTML = html; }", html)
    point(figure, 0.5)
    expect(card(figure)).to_have_count(1)
    figure.evaluate("(f, html) => { f.outerHTML = html; }", html)
    figure.locator(".cursor").focus()
    visit.page.keyboard.press("Home")
    first = published(site, figure)["data"][0]["y"][0]
    expect(card(figure)).to_contain_text(f"{first:,}")


def test_a_figure_that_cannot_be_loaded_is_asked_for_again(visit: Visit) -> None:
    """Until then there is no card, and nothing else is wrong."""
    visit.page.route("**/graphs/*.json*", lambda route: route.abort())
    figure = graph(visit.page, "total")
    with visit.page.expect_event("requestfailed"):
        point(figure, 0.4)
    visit.page.unroute("**/graphs/*.json*")
    point(figure, 0.5)
    card(figure).wait_for()
    assert visit.failed
    visit.failed.clear()
    visit.said.clear()


# Fingers -----------------------------------------------------------------------


class Finger:
    """A finger on the screen."""

    def __init__(self, visit: Visit) -> None:
        """Have the browser take it for one."""
        self.session = visit.context.new_cdp_session(visit.page)

    def send(self, kind: str, *places: tuple[float, float]) -> None:
        """Put it down, move it or lift it."""
        points = [{"x": x, "y": y} for x, y in places]
        self.session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    def drag(self, *places: tuple[float, float]) -> None:
        """Move it from place to place, and lift it."""
        first, *others = places
        self.send("touchStart", first)
        for each in others:
            self.send("touchMove", each)
        self.send("touchEnd")


def test_a_finger_reads_the_picture_and_scrolls_the_page(
    browser: Browser, site: Site
) -> None:
    """A tap shows, sideways it goes on, upwards the page scrolls and the card goes."""
    with visiting(
        browser, site, "en.html", language="en", width=390, has_touch=True
    ) as visit:
        page, finger = visit.page, Finger(visit)
        figure = graph(page, "total")
        left, top, width, height = box_of(figure.locator(".plot"))
        middle = left + width / 2, top + height / 2
        finger.drag(middle)
        shown = card(figure).inner_text()
        before = page.evaluate("scrollY")
        finger.drag(middle, *((middle[0] + 5 * n, middle[1]) for n in range(1, 20)))
        expect(card(figure)).not_to_have_text(shown)
        assert page.evaluate("scrollY") == before
        finger.drag(middle, *((middle[0], middle[1] - 20 * n) for n in range(1, 8)))
        page.wait_for_function(f"() => scrollY > {before}")
        expect(page.locator(".value")).to_have_count(0)
        visit.check_quiet()


# Heatmaps ----------------------------------------------------------------------


@pytest.mark.parametrize("heat", ["weekly", "calendar"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_cell_says_its_value_to_pointer_finger_and_keys(
    browser: Browser, site: Site, heat: str, width: int
) -> None:
    """In a card beside it, within what is seen of the page."""
    with visiting(browser, site, width=width, has_touch=True) as visit:
        page = visit.page
        part = page.locator(f".heat.{heat}")
        part.scroll_into_view_if_needed()
        cells = part.locator("tbody td:has(b)")
        for cell, ask in ((cells.first, "hover"), (cells.last, "tap")):
            text = cell.locator("b").text_content() or ""
            cell.scroll_into_view_if_needed()
            getattr(cell, ask)()
            expect(card(part)).to_have_text(text)
            x, y, wide, high = box_of(card(part))
            left, top, *_ = box_of(cell)
            assert x >= 0
            assert x + wide <= width
            # Neither on the cell nor far from it.
            assert y + high <= top or x >= left or x + wide <= left
            assert abs(y + high - top) < 60
        part.locator("[tabindex='0']").first.focus()
        page.keyboard.press("ArrowLeft")
        newest = part.locator("td:focus b").text_content() or ""
        expect(card(part)).to_have_text(newest)
        page.keyboard.press("ArrowLeft")
        expect(card(part)).not_to_have_text(newest)
        expect(card(part)).to_have_text(part.locator("td:focus b").text_content() or "")
        page.keyboard.press("End")
        page.keyboard.press("Home")
        row = part.locator("tr:has(td:focus) td:has(b)")
        assert row.first.evaluate("c => c === document.activeElement")
        page.keyboard.press("Escape")
        expect(card(part)).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        visit.check_quiet()


# Stops -------------------------------------------------------------------------


def stops_of(visit: Visit, data: list[Any], layout: dict[str, Any]) -> list[list[str]]:
    """Return what is said of a figure: the time of each stop, and its values."""
    told = (
        "({ listStops }, figure) =>"
        " listStops(figure).map(s => [s.when, ...s.values.map(v => v.text)])"
    )
    found: list[list[str]] = call_script(
        visit, "stops", told, {"data": data, "layout": layout}
    )
    return found


def call_script(visit: Visit, name: str, function: str, argument: Any) -> Any:
    """Call a function with a script of the page and an argument."""
    [address] = [key for key in visit.site.keys if f"assets/{name}." in key]
    return visit.page.evaluate(
        f"async ([address, argument]) => ({function})(await import(address), argument)",
        [visit.site.url + address, argument],
    )


HOUR_MS = 3_600_000
BAND = {"type": "rect", "x0": "2026-01-01 01:00", "x1": "2026-01-01 04:00"}


def bars(x: list[str], y: list[Any], hours: Any) -> dict[str, Any]:
    """Give bars of so many hours."""
    widths = [0.92 * HOUR_MS * each for each in hours]
    offsets = [0.04 * HOUR_MS * each for each in hours]
    return {"type": "bar", "x": x, "y": y, "width": widths, "offset": offsets}


def hours_from(first: int, last: int) -> list[str]:
    """Give hours of the first day of 2026."""
    return [f"2026-01-01 {hour:02}:00" for hour in range(first, last + 1)]


def test_what_nobody_read_is_said_to_be_missing(visit: Visit) -> None:
    """What cannot be known for another reason is not; nothing is made up."""
    marker = {"color": "#000000"}
    y = [5, None, None, None, 7, None]
    trace = bars(hours_from(0, 5), y, [1] * 6) | {"marker": marker}
    spoken = stops_of(visit, [trace], {"shapes": [BAND]})
    assert [each[1] for each in spoken] == [
        "+5",
        *["missing"] * 3,
        "+7",
        "not known",
    ]
    line = {
        "type": "scatter",
        "line": marker,
        "x": ["2026-01-01 00:00", *["2026-01-01 01:00"] * 2, "2026-01-01 04:00"],
        "y": [10, 12, None, "12345678901234567890"],
    }
    assert stops_of(visit, [line], {"shapes": [BAND]}) == [
        ["1 January 2026, 00:00", "10"],
        ["1 January 2026, 01:00", "12"],
        ["1 January 2026, 02:00 – 03:00", "missing"],
        ["1 January 2026, 04:00", "12,345,678,901,234,567,890"],
    ]
    # An hour alone is no span from itself to itself.
    alone = {**line, "x": ["2026-01-01 01:00", "2026-01-01 03:00"], "y": [3, 4]}
    band = {**BAND, "x1": "2026-01-01 03:00"}
    assert stops_of(visit, [alone], {"shapes": [band]})[1] == [
        "1 January 2026, 02:00",
        "missing",
    ]
    # A gap at which the range begins: nobody read its first hour either.
    cut = {"data": [{**line, "x": ["2026-01-01 04:00"], "y": [3]}], "layout": {}}
    [gap, _] = stops_of(visit, cut["data"], {"shapes": [BAND]})  # type: ignore[arg-type]
    assert gap == ["1 January 2026, 01:00 – 03:00", "missing"]


@pytest.mark.parametrize(
    ("start", "hours", "when"),
    [
        ("2026-01-01 23:00", 1, "1 January 2026, 23:00 – 00:00"),
        ("2026-01-01 00:00", 24, "Thu 1 January 2026"),
        ("2026-03-08 00:00", 23, "Sun 8 March 2026"),
        ("2026-11-01 00:00", 25, "Sun 1 November 2026"),
        ("2025-12-29 00:00", 168, "29 December 2025 – 4 January 2026"),
        ("2026-10-26 00:00", 169, "26 October – 1 November 2026"),
        ("2026-02-01 00:00", 28 * 24, "February 2026"),
        ("2026-10-01 00:00", 92 * 24 + 1, "October 2026 – December 2026"),
        ("2026-01-01 00:00", 365 * 24, "2026"),
    ],
)
def test_each_bar_is_named_by_its_time(
    visit: Visit, start: str, hours: int, when: str
) -> None:
    """An hour, a day, a week, a month, a quarter, a year; also where clocks change."""
    trace = bars([start], [5], [hours]) | {"marker": {"color": "#000000"}}
    assert stops_of(visit, [trace], {}) == [[when, "+5"]]


def test_a_bar_whose_readings_were_no_hour_apart_is_named_by_them(visit: Visit) -> None:
    """What came in nearly two hours is not told as that of one."""
    trace = bars(hours_from(0, 1), [5, 6], [1, 1]) | {
        "marker": {"color": "#000000"},
        "customdata": [["2026-01-01 00:00", "2026-01-01 01:55"], None],
    }
    assert stops_of(visit, [trace], {}) == [
        ["1 January 2026, 00:00 – 01:55", "+5"],
        ["1 January 2026, 01:00 – 02:00", "+6"],
    ]
    table = call_script(
        visit,
        "saving",
        "({ writeTable }, [figure, range]) => writeTable(figure, range)",
        [{"data": [trace], "layout": {}}, [0, 2e12]],
    )
    assert table.splitlines()[1:] == [
        "2026-01-01 00:00,2026-01-01 01:55,5,1",
        "2026-01-01 01:00,2026-01-01 02:00,6,1",
    ]


def test_every_line_with_a_name_is_told_beside_the_bar(visit: Visit) -> None:
    """Once, where it has a value; steps that end at an unknown one have none there."""
    trace = bars(hours_from(0, 1), [5, 6], [1, 1]) | {"marker": {"color": "#000000"}}
    steps = ["2026-01-01 00:00", *["2026-01-01 01:00"] * 2]
    halo = {
        "type": "scatter",
        "name": "mean",
        "x": steps,
        "y": [1234.56, 1234.56, None],
    }
    assert stops_of(visit, [trace, halo, halo, {"x": [], "y": []}], {}) == [
        ["1 January 2026, 00:00 – 01:00", "+5", "+1,234.6"],
        ["1 January 2026, 01:00 – 02:00", "+6"],
    ]


def test_of_two_hours_with_one_name_each_has_its_own_comparison(visit: Visit) -> None:
    """Where the clocks go back: steps are by the order of the bars, not by the name."""
    names = [f"2026-11-01 {hour:02}:00" for hour in (0, 1, 1, 2)]
    trace = bars(names, [5, 6, 7, 8], [1] * 4) | {"marker": {"color": "#000000"}}
    for earlier in ([10, 11, 12, 13], [10, 11, None, 13], [10, None, None, None]):
        steps = make_steps([*names, "2026-11-01 03:00"], earlier)
        line = {"name": "year", "x": [x for x, _ in steps], "y": [y for _, y in steps]}
        told = stops_of(visit, [trace, line], {})
        assert [each[2:] for each in told] == [[f"+{y}"] if y else [] for y in earlier]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_lead_past_two_hours_with_one_name(browser: Browser, kind: str) -> None:
    """From the first to the last, each once, and back."""
    first = at("2026-11-01T04:00")
    counts = [hour**2 for hour in range(6)]
    host = Host(files_of(history(counts, first), ZoneInfo("America/New_York")))
    with watching(browser, host, "en.html", now=first + 6 * HOUR) as watch:
        page = watch.page
        graph(page, kind, "all").locator(".cursor").focus()
        values = [f", {y} " for y in counts]
        if kind == "increments":
            values = [f", +{2 * hour + 1} " for hour in range(5)]
        for end, key, order in (("Home", "ArrowRight", 1), ("End", "ArrowLeft", -1)):
            presses = [end, *[key] * (len(values) - 1)]
            for press, value in zip(presses, values[::order], strict=True):
                page.keyboard.press(press)
                expect(page.locator("body > .said")).to_contain_text(value)


def test_the_bar_that_is_all_there_is_of_a_part_is_saved(visit: Visit) -> None:
    """As the finding tells of it; otherwise those that have their middle there."""
    trace = bars(hours_from(0, 2), [5, 6, 7], [1] * 3) | {"marker": {"color": "#000"}}
    day = round(at("2026-01-01T00:00").timestamp() * 1000)
    for minutes, values in (((70, 80), ["6"]), ((10, 100), ["5", "6"])):
        table = call_script(
            visit,
            "saving",
            "({ writeTable }, [figure, range]) => writeTable(figure, range)",
            [
                {"data": [trace], "layout": {}},
                [day + each * HOUR_MS / 60 for each in minutes],
            ],
        )
        assert [row.split(",")[2] for row in table.splitlines()[1:]] == values


def test_days_end_at_midnight_where_the_clocks_change(visit: Visit) -> None:
    """A week of 169 hours and a day of 23, in what is saved."""
    for start, hours, end in (
        ("2026-10-26 00:00", 169, "2026-11-02 00:00"),
        ("2026-03-08 00:00", 23, "2026-03-09 00:00"),
    ):
        trace = bars([start], [5], [hours]) | {"marker": {"color": "#000000"}}
        table = call_script(
            visit,
            "saving",
            "({ writeTable }, [figure, range]) => writeTable(figure, range)",
            [{"data": [trace], "layout": {}}, [0, 2e12]],
        )
        assert table.splitlines()[1:] == [f"{start},{end},5,1"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_card_tells_of_the_notes_of_its_hour(browser: Browser, kind: str) -> None:
    """With their numbers, in their words and language; not of another hour."""
    texts = ({"en": "A <b>quiz</b>", "ja": "クイズ"}, {"ja": "お祭り"})
    moments = (FIRST + 22 * HOUR, FIRST + 20 * HOUR + 10 * MINUTE)
    notes = [
        Note(at, each, None, FIRST) for at, each in zip(moments, texts, strict=True)
    ]
    view, others = view_of(history(range(24)), notes=sorted(notes, key=lambda n: n.at))
    host = Host(others | render_files(view))
    with watching(browser, host, "en.html") as watch:
        figure = graph(watch.page, kind, "all")
        figure.locator(".cursor").focus()
        flags = card(figure).locator("p:has(.flag)")
        watch.page.keyboard.press("ArrowLeft")
        card(figure).wait_for()
        if kind == "total":
            # The newest bar begins where the last point but one is.
            watch.page.keyboard.press("ArrowLeft")
        expect(flags).to_have_text(["2 A <b>quiz</b>"])
        watch.page.keyboard.press("ArrowLeft")
        expect(flags).to_have_count(0)
        watch.page.keyboard.press("ArrowLeft")
        expect(flags).to_have_text(["1 お祭り"])
        assert flags.locator("span").get_attribute("lang") == "ja"
        expect(watch.page.locator("body > .said")).to_contain_text("1 お祭り")


def test_the_first_tap_after_a_button_tells_a_value(browser: Browser) -> None:
    """It takes the focus from the button, which is no reason to hide the card."""
    host = Host(files_of(history(range(24 * 40))))
    mobile: dict[str, Any] = {"has_touch": True, "is_mobile": True, "width": 390}
    with watching(browser, host, "en.html", **mobile) as watch:
        page = watch.page
        page.locator(".tabs a[href='#7d']").tap()
        figure = graph(page, "increments", "7d")
        left, top, width, height = box_of(figure.locator(".plot"))
        page.touchscreen.tap(left + width / 2, top + height / 2)
        card(figure).wait_for()
        page.wait_for_timeout(300)
        expect(card(figure)).to_be_visible()


def test_a_bar_that_an_update_has_pushed_out_is_told_no_more(browser: Browser) -> None:
    """Its card would be that of another one."""
    host = Host(files_of(history(range(60))))
    with watching(browser, host, "en.html?range=24h", now=FIRST + 59 * HOUR) as watch:
        figure = graph(watch.page, "increments", "24h")
        figure.locator(".cursor").focus()
        watch.page.keyboard.press("ArrowLeft")
        card(figure).wait_for()
        watch.page.keyboard.press("Home")
        first = "2 January 2026, 20:00"
        expect(card(figure)).to_contain_text(first)
        host.files = files_of(history(range(61)))
        watch.pass_time(65 * MINUTE)
        expect(figure.locator(".value")).to_have_count(0)
