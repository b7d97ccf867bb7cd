"""The interactive graph: the published figure, drawn anew in the picture's place."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from renderer.site.keys import name_graph
from renderer.site.page import render_files
from tests.e2e.graphs import (
    PLOT,
    card_text,
    drawn,
    explore,
    graph,
    place,
    published,
    span_of,
    wait_for_paper,
    wait_for_span,
)
from tests.e2e.visiting import PAGES, PLOTLY_JS, Scheme, Site, Visit, visiting
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import view_of

HOUR = timedelta(hours=1)
KINDS = ["increments", "total"]
COMPARISONS = ["previous", "year"]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Open the Japanese page at a desk."""
    with visiting(browser, site) as visit:
        yield visit
        visit.check_quiet()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("span", ["24h", "all"])
def test_the_graph_is_the_published_figure_in_the_place_of_the_picture(
    browser: Browser, site: Site, kind: str, span: str
) -> None:
    """Point by point the same values; nothing moves when it appears, or goes again."""
    with visiting(browser, site, f"index.html#{span}") as visit:
        figure = graph(visit.page, kind, span)
        # It grows nowhere: neither the plot nor what stands below it.
        plot, parts = (
            figure.locator(".plot"),
            figure.locator("figcaption, .under, .plot"),
        )
        before = [place(part) for part in parts.all()]
        explore(visit, kind, span)
        assert place(figure.locator(".plot .main-svg").first) == place(plot)
        assert [place(part) for part in parts.all()] == before
        assert not figure.locator(".plot picture").is_visible()
        original, shown = published(site, figure), drawn(figure)
        assert len(shown["data"]) == len(original["data"])
        for ours, theirs in zip(original["data"], shown["data"], strict=True):
            assert {key: theirs[key] for key in ours} == ours
        assert shown["x"][0].startswith(original["layout"]["xaxis"]["range"][0][:13])
        figure.locator("[data-action=explore]").click()
        expect(figure.locator(".interactive")).to_have_count(0)
        assert figure.locator(".plot picture").is_visible()
        assert [place(part) for part in parts.all()] == before
        visit.check_quiet()


def test_the_bundle_is_only_fetched_on_demand_and_once(visit: Visit) -> None:
    """Who looks at pictures pays for pictures."""
    visit.page.wait_for_load_state("networkidle")
    for part in ("plotly", "assets/graph", ".json"):
        assert visit.fetched(part) == []
    for kind in KINDS:
        explore(visit, kind)
    for part in ("plotly", "assets/graph", ".json"):
        assert len(visit.fetched(part)) == 1


def test_the_graph_follows_the_theme_while_it_is_shown(
    visit: Visit, site: Site
) -> None:
    """Every colour by the figure's own table, there and back."""
    figure = explore(visit, "increments")
    original = published(site, figure)
    table = original["layout"]["meta"]["dark"]
    light = drawn(figure)
    visit.page.emulate_media(color_scheme="dark")
    paper = original["layout"]["paper_bgcolor"]
    wait_for_paper(figure, table[paper])
    dark = drawn(figure)
    colours = original["data"][0]["marker"]["color"]
    assert dark["data"][0]["marker"]["color"] == [table[each] for each in colours]
    found = set(re.findall(r"#[0-9a-f]{6}", json.dumps([dark["data"], dark["layout"]])))
    assert found <= set(table.values())
    visit.page.emulate_media(color_scheme="light")
    wait_for_paper(figure, paper)
    assert drawn(figure)["data"] == light["data"]


def test_the_graph_is_light_on_paper(browser: Browser, site: Site) -> None:
    """As the pictures are, and dark again on the screen."""
    with visiting(browser, site, scheme="dark") as visit:
        figure = explore(visit, "total")
        layout = published(site, figure)["layout"]
        paper = layout["paper_bgcolor"]
        visit.page.emulate_media(media="print")
        wait_for_paper(figure, paper)
        visit.page.emulate_media(media="screen")
        wait_for_paper(figure, layout["meta"]["dark"][paper])


def test_the_graph_takes_the_narrow_look_where_it_is_narrow(
    visit: Visit, site: Site
) -> None:
    """By the figure's own table, and as large as the narrow picture; and back again."""
    figure = explore(visit, "total")
    narrow = published(site, figure)["layout"]["meta"]["narrow"]
    for width, is_narrow in ((390, True), (1280, False)):
        visit.page.set_viewport_size({"width": width, "height": 800})
        plot = figure.locator(".plot")
        visit.page.wait_for_function(
            "p => Math.abs(p.querySelector('.main-svg').clientWidth - p.clientWidth)"
            " < 1",
            arg=plot.element_handle(),
        )
        layout = drawn(figure)["layout"]
        assert (layout["margin"] == narrow["margin"]) == is_narrow
        assert layout["font"]["family"]
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", PAGES)
def test_pointing_at_a_bar_says_its_exact_value(
    browser: Browser, site: Site, language: str
) -> None:
    """In the page's language, with the bucket's date and the period before."""
    with visiting(browser, site, PAGES[language], language=language) as visit:
        figure = explore(visit, "increments")
        data = published(site, figure)["data"]
        number = max(range(len(data[0]["x"])), key=lambda n: data[0]["y"][n] or 0)
        start, end = (
            datetime.fromisoformat(each)
            for each in published(site, figure)["layout"]["xaxis"]["range"]
        )
        middle = datetime.fromisoformat(data[0]["x"][number]) + HOUR / 2
        box = figure.locator(".nsewdrag").bounding_box()
        assert box
        share = (middle - start) / (end - start)
        visit.page.mouse.move(
            box["x"] + box["width"] * share, box["y"] + box["height"] / 2
        )
        text = card_text(figure)
        assert f"+{data[0]['y'][number]:,}" in text
        day, hour = data[0]["x"][number].split(" ")
        year, _, date = day.split("-")
        assert year in text
        assert str(int(date)) in text
        assert hour in text
        _, previous = (trace for trace in data if trace.get("name") == "previous")
        before = dict(zip(previous["x"], previous["y"], strict=True))
        if before[data[0]["x"][number]] is not None:
            assert f"+{before[data[0]['x'][number]]:,}" in text
        visit.check_quiet()


def test_the_keyboard_steps_zooms_and_leaves(visit: Visit, site: Site) -> None:
    """Arrows, Home, End, +, -, 0 and Escape; what is reached is also said aloud."""
    figure, page = explore(visit, "total"), visit.page
    data = published(site, figure)["data"][0]
    host, said = figure.locator(".cursor"), page.locator("body > .said")
    assert "Esc" in (host.get_attribute("aria-label") or "")
    host.focus()

    def press(key: str, index: int) -> None:
        page.keyboard.press(key)
        expect(said).to_contain_text(f"{data['y'][index]:,}")
        expect(figure.locator(".value")).to_contain_text(f"{data['y'][index]:,}")

    press("ArrowLeft", -1)
    press("ArrowLeft", -2)
    press("Home", 0)
    press("ArrowRight", 1)
    press("End", -1)
    whole = span_of(figure)
    page.keyboard.press("+")
    wait_for_span(figure, whole, changed=True)
    assert whole[0] < span_of(figure)[0] < span_of(figure)[1] <= whole[1]
    # The counts in sight fill the height.
    assert drawn(figure)["y"][0] > data["y"][0]
    # A point out of sight is brought into it.
    press("Home", 0)
    assert span_of(figure)[0] == whole[0]
    page.keyboard.press("-")
    page.keyboard.press("0")
    wait_for_span(figure, whole, changed=False)
    assert span_of(figure) == whole
    page.keyboard.press("Escape")
    expect(figure.locator(".interactive")).to_have_count(0)
    button = figure.locator("[data-action=explore]")
    expect(button).to_have_attribute("aria-pressed", "false")
    # The picture is read by the same keys; none of the others does anything there.
    expect(host).to_be_focused()
    assert "Esc" not in (host.get_attribute("aria-label") or "")
    page.keyboard.press("Escape")
    page.keyboard.press("+")
    press("Home", 0)


@pytest.mark.parametrize(
    ("language", "day", "between"),
    [("ja", "12月31日", "2013年12月"), ("en", "31 Dec", "between")],
)
def test_ticks_and_finding_are_those_of_what_is_in_sight(
    browser: Browser, site: Site, language: str, day: str, between: str
) -> None:
    """In the page's language: no axis without ticks, no sum of something else."""
    with visiting(browser, site, PAGES[language], language=language) as visit:
        page, finding = visit.page, "figcaption > span:not([hidden])"
        figures = {kind: explore(visit, kind) for kind in KINDS}
        data = {
            kind: published(site, each)["data"][0] for kind, each in figures.items()
        }
        bars, line = figures.values()
        whole = [each.locator(finding).inner_text() for each in figures.values()]
        bars.locator(".cursor").focus()
        page.keyboard.press("End")
        for _ in range(6):
            shown = span_of(bars)
            page.keyboard.press("+")
            wait_for_span(bars, shown, changed=True)
            for figure in figures.values():
                ticks = figure.locator(".xtick text").all_text_contents()
                assert len(ticks) >= 3
                assert any(day in each for each in ticks)
        start, end = (datetime.fromisoformat(each) for each in span_of(bars))
        middles = [
            datetime.fromisoformat(x) + HOUR / 2 for x in data["increments"]["x"]
        ]
        seen = [
            y
            for at, y in zip(middles, data["increments"]["y"], strict=True)
            if start <= at <= end
        ]
        assert 5 < len(seen) < 24
        text = bars.locator(finding).inner_text()
        assert f"+{sum(seen):,}" in text
        assert between in text
        counts = [
            y
            for x, y in zip(data["total"]["x"], data["total"]["y"], strict=True)
            if start <= datetime.fromisoformat(x) <= end
        ]
        text = line.locator(finding).inner_text()
        assert f"{counts[0]:,} → {counts[-1]:,}" in text
        page.keyboard.press("0")
        for figure, text in zip(figures.values(), whole, strict=True):
            expect(figure.locator(finding)).to_have_text(text)
        shown = span_of(bars)
        page.keyboard.press("+")
        wait_for_span(bars, shown, changed=True)
        page.keyboard.press("Escape")
        expect(bars.locator(finding)).to_have_text(whole[0])
        visit.check_quiet()


def test_dragging_zooms_and_a_double_click_shows_all_again(visit: Visit) -> None:
    """Only along time: the counts follow what is in sight."""
    figure, page = explore(visit, "increments"), visit.page
    whole = span_of(figure)
    box = figure.locator(".nsewdrag").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
    page.mouse.up()
    wait_for_span(figure, whole, changed=True)
    assert whole[0] < span_of(figure)[0] < span_of(figure)[1] < whole[1]
    page.mouse.dblclick(box["x"] + box["width"] * 0.6, y)
    wait_for_span(figure, whole, changed=False)
    assert span_of(figure) == whole


def test_the_wheel_scrolls_the_page_and_with_ctrl_zooms(visit: Visit) -> None:
    """A graph on the way down is no trap."""
    figure, page = explore(visit, "total"), visit.page
    whole = span_of(figure)
    figure.locator(".plot").scroll_into_view_if_needed()
    box = figure.locator(".nsewdrag").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"() => scrollY > {before}")
    assert span_of(figure) == whole
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    wait_for_span(figure, whole, changed=True)


def test_two_fingers_zoom_and_one_scrolls(browser: Browser, site: Site) -> None:
    """On a telephone."""
    with visiting(browser, site, width=390, has_touch=True) as visit:
        figure = explore(visit, "increments")
        whole = span_of(figure)
        assert drawn(figure)["layout"]["dragmode"] is False
        figure.locator(".plot").scroll_into_view_if_needed()
        box = figure.locator(".nsewdrag").bounding_box()
        assert box
        touch = visit.context.new_cdp_session(visit.page)
        y, middle = box["y"] + box["height"] / 2, box["x"] + box["width"] / 2

        def send(kind: str, *apart: float) -> None:
            points = [
                {"x": middle + each, "y": y, "id": number}
                for number, each in enumerate(apart)
            ]
            touch.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
            )

        send("touchStart", -20, 20)
        for apart in (30, 50, 70):
            send("touchMove", -apart, apart)
        send("touchEnd")
        wait_for_span(figure, whole, changed=True)
        shown = span_of(figure)
        assert whole[0] < shown[0] < shown[1] < whole[1]
        assert visit.page.evaluate("visualViewport.scale") == 1
        visit.check_quiet()


def test_a_switch_hides_the_period_before_and_shows_it_again(visit: Visit) -> None:
    """It is there as in the picture, until it is switched off."""
    figure = graph(visit.page, "increments")
    button = figure.locator("[data-action=previous]")
    expect(button).to_have_attribute("aria-pressed", "true")
    for pressed in ("false", "true"):
        button.click()
        expect(button).to_have_attribute("aria-pressed", pressed)
        shown = [
            trace["visible"]
            for trace in drawn(figure)["data"]
            if trace.get("name") == "previous"
        ]
        # The line, and the paper at its sides.
        assert shown == [pressed == "true"] * 2
    button.click()
    figure.locator("[data-action=explore]").click()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_year_ago_takes_the_place_of_the_period_before(
    browser: Browser, elsewhere: tuple[Path, str]
) -> None:
    """In the graph and in its legend, until neither is wanted; the picture has one."""
    folder, url = elsewhere
    put_year(folder)
    page = browser.new_page()
    page.goto(f"{url}en.html")
    figure = graph(page, "increments")
    legend = figure.locator("[data-against]:visible")
    buttons = [figure.locator(f"[data-action={name}]") for name in COMPARISONS]
    expect(legend).to_have_text("the 7 days before")
    for button, shown in ((1, [1]), (1, []), (0, [0]), (1, [1])):
        buttons[button].click()
        for number, name in enumerate(COMPARISONS):
            pressed = str(number in shown).lower()
            expect(buttons[number]).to_have_attribute("aria-pressed", pressed)
            lines = [each for each in drawn(figure)["data"] if each.get("name") == name]
            assert [each["visible"] for each in lines] == [number in shown] * 2
        expect(legend).to_have_count(len(shown))
    expect(legend).to_have_text("52 weeks ago")
    # What a point says has both, whichever is drawn.
    figure.locator(".cursor").focus()
    page.keyboard.press("ArrowLeft")
    said = page.locator("body > .said")
    expect(said).to_contain_text("+10 the 7 days before, +10 52 weeks ago")
    expect(figure.locator(".value .previous")).to_have_count(1)
    # Only one of them is drawn; all values stand below each other.
    lefts = figure.locator(".value p b").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().left)"
    )
    assert len(lefts) == 3
    assert max(lefts) - min(lefts) < 1
    figure.locator("[data-action=explore]").click()
    expect(buttons[0]).to_have_attribute("aria-pressed", "true")
    expect(legend).to_have_text("the 7 days before")
    # Of a year's total there is a line for each; the earlier are told with this one.
    page.locator(".tabs a[href='#1y']").click()
    total = graph(page, "total", "1y")
    total.locator(".cursor").focus()
    page.keyboard.press("ArrowLeft")
    value = total.locator(".value p")
    expect(value).to_have_text([re.compile("4 February"), "+8,400 2027", "+8,310 2026"])
    total.locator("[data-action=explore]").click()
    total.locator(".plot.open .main-svg").first.wait_for()
    total.locator(".cursor").focus()
    for key, text in (
        # Of the days that are still to come the earlier years alone tell.
        ("End", r"31 December, \+\d\d,\d\d\d 2026"),
        ("Home", r"1 January, \+240 2027, \+150 2026"),
        ("ArrowRight", r"2 January, \+480 2027, \+390 2026"),
    ):
        page.keyboard.press(key)
        expect(said).to_have_text(re.compile(text))
    page.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        # The last midnight is that of 5 February.
        ("?last=33d", "+7,920 between 3 January, 00:00 and 5 February 2027, 00:00"),
        (
            "?range=1y&from=2027-01-10T13:00&to=2027-01-20",
            "+2,400 between 11 January, 00:00 and 21 January 2027, 00:00",
        ),
    ],
)
def test_both_graphs_tell_the_same_of_a_part_of_a_year(
    browser: Browser, elsewhere: tuple[Path, str], query: str, said: str
) -> None:
    """Bars of days, and what the year has added after each of them."""
    folder, url = elsewhere
    put_year(folder)
    page = browser.new_page(locale="en-GB")
    page.goto(f"{url}en.html{query}", wait_until="load")
    for kind in KINDS:
        finding = graph(page, kind, "1y").locator("figcaption > span:visible")
        expect(finding).to_have_text(said)
    page.close()


def put_year(folder: Path) -> None:
    """Put into a folder the site of a year and more, without its pictures."""
    view, others = view_of(history(range(0, 10 * 24 * 400, 10)))
    figures = {
        f"{name_graph(each.name)}.json": json.dumps(
            {kind: getattr(each, kind).figure for kind in KINDS}
        ).encode()
        for each in view.ranges
    }
    script = {view.plotly: PLOTLY_JS.read_bytes()}
    for key, body in (others | render_files(view) | figures | script).items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(body)


def test_the_wish_for_a_graph_goes_along_to_the_next_range(visit: Visit) -> None:
    """Who explores the increments explores those of the next tab too, until closed."""
    explore(visit, "increments")
    visit.page.locator(".tabs a[href='#30d']").click()
    expect(graph(visit.page, "increments", "30d").locator(".plot.open")).to_have_count(
        1
    )
    assert graph(visit.page, "total", "30d").locator(".interactive").count() == 0
    graph(visit.page, "increments", "30d").locator("[data-action=explore]").click()
    visit.page.locator(".tabs a[href='#24h']").click()
    visit.page.wait_for_load_state("networkidle")
    assert graph(visit.page, "increments", "24h").locator(".interactive").count() == 0


def test_a_range_that_is_left_before_its_graph_has_come_has_it_when_it_is_shown(
    browser: Browser, site: Site
) -> None:
    """As large as its place, and it can be closed and opened as any."""
    with visiting(browser, site) as visit:
        page = visit.page
        held: list[Route] = []
        page.route("**/assets/plotly*", lambda route: held.append(route))
        figure = graph(page, "increments")
        with page.expect_request("**/assets/plotly*"):
            figure.locator("[data-action=explore]").click()
        page.locator(".tabs a[href='#24h']").click()
        expect(figure).not_to_be_visible()
        for route in held:
            route.continue_()
        expect(figure.locator(".plot.open")).to_have_count(1)
        page.locator(".tabs a[href='#7d']").click()
        page.wait_for_function(
            "p => p.layout.width === p.closest('.plot').clientWidth",
            arg=figure.locator(PLOT).element_handle(),
        )
        expect(figure.locator("[role=alert]")).to_have_count(0)
        button = figure.locator("[data-action=explore]")
        for is_open in (False, True):
            button.click()
            expect(figure.locator(".plot.open")).to_have_count(int(is_open))
        visit.check_quiet()


@pytest.mark.parametrize("broken", ["**/assets/plotly*", "**/graphs/*.json*"])
@pytest.mark.parametrize("language", PAGES)
def test_what_cannot_be_loaded_leaves_the_picture_and_says_so(
    browser: Browser, site: Site, broken: str, language: str
) -> None:
    """One line in the page's language; the next press tries once more."""
    with visiting(browser, site, PAGES[language], language=language) as visit:
        visit.page.route(broken, lambda route: route.abort())
        figure = graph(visit.page, "total")
        figure.locator("[data-action=explore]").click()
        line = figure.locator("[role=alert]")
        line.wait_for()
        words = visit.page.locator("body").get_attribute("data-failure")
        assert line.inner_text() == words
        assert figure.locator(".plot picture").is_visible()
        button = figure.locator("[data-action=explore]")
        expect(button).to_have_attribute("aria-pressed", "false")
        visit.page.unroute(broken)
        button.click()
        figure.locator(".plot.open").wait_for()
        expect(line).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph_begins_in_the_theme_of_the_page(
    browser: Browser, site: Site, scheme: Scheme
) -> None:
    """No flash of the other one."""
    with visiting(browser, site, scheme=scheme) as visit:
        figure = explore(visit, "total")
        layout = published(site, figure)["layout"]
        paper = layout["paper_bgcolor"]
        expected = paper if scheme == "light" else layout["meta"]["dark"][paper]
        assert drawn(figure)["layout"]["paper_bgcolor"] == expected
