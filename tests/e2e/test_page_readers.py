"""The page for every reader: large text, forced colours, paper, keys, telephones."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.hosting import Host, watching
from tests.e2e.test_page_states import violations
from tests.e2e.visiting import PAGES, Scheme, Site, visiting
from tests.unit.renderer.histories import MAX, at, history
from tests.unit.renderer.pages import files_of

FOLDED = ("data", "embed", "about")
# Unlike Playwright's own, it looks at what a fold hides.
IS_SHOWN = (
    "selector => document.querySelector(selector)"
    ".checkVisibility({contentVisibilityAuto: true})"
)
both = pytest.mark.parametrize("language", PAGES)


def box(page: Page, selector: str) -> Any:
    """Give where an element is: its left, top, right and bottom edge."""
    return page.locator(selector).first.evaluate(
        "e => (r => ({left: r.left, top: r.top, right: r.right, bottom: r.bottom}))"
        "(e.getBoundingClientRect())"
    )


def shown(page: Page, selector: str) -> bool:
    """Say whether the first of such elements is seen."""
    return bool(page.evaluate(IS_SHOWN, selector))


@both
def test_the_first_screen_has_a_picture(
    browser: Browser, site: Site, language: str
) -> None:
    """The last week beside the number, on a telephone under it; without a request."""
    with visiting(browser, site, PAGES[language], language=language) as visit:
        page = visit.page
        for width in (1280, 768):
            page.set_viewport_size({"width": width, "height": 800})
            number, week = box(page, ".now"), box(page, ".sketch")
            assert week["left"] > number["right"]
            assert number["top"] < week["top"] < week["bottom"] <= number["bottom"] + 1
            assert week["right"] - week["left"] > 250
        page.set_viewport_size({"width": 390, "height": 844})
        number, week = box(page, ".now"), box(page, ".sketch")
        assert number["bottom"] <= week["top"] < 400
        assert week["bottom"] < 844
        assert week["right"] - week["left"] > 350
        visit.check_quiet()


@pytest.mark.parametrize("js", [True, False])
def test_a_telephone_folds_away_what_few_come_for(
    either_browser: Browser, site: Site
) -> None:
    """A third of the length; anywhere else, and on paper, all is there at once."""
    with visiting(either_browser, site, width=390) as visit:
        page = visit.page
        for name in FOLDED:
            assert not shown(page, f".{name} .fold > :not(summary)")
            assert shown(page, f".{name} .fold > summary")
            assert shown(page, f".{name} h2")
        height = "document.querySelector('.data').offsetHeight"
        folded = page.evaluate(height)
        page.locator(".data .fold > summary").click()
        assert shown(page, ".data .files")
        page.locator(".data .fold > summary").click()
        assert not shown(page, ".data .files")
        page.set_viewport_size({"width": 1280, "height": 800})
        for name in FOLDED:
            assert shown(page, f".{name} .fold > :not(summary)")
            assert not shown(page, f".{name} .fold > summary")
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(media="print")
        expect(page.locator(".data .files")).to_be_visible()
        assert shown(page, ".about .columns")
        assert page.evaluate(height) > 3 * folded


@pytest.mark.parametrize("js", [True, False])
def test_an_address_opens_what_it_leads_to(either_browser: Browser, site: Site) -> None:
    """A section, or something within one; from the top, or from elsewhere."""
    with visiting(either_browser, site, "index.html#about", width=390) as visit:
        page = visit.page
        expect(page.locator(".about .columns")).to_be_visible()
        page.locator(".sections a[href='#data']").click()
        expect(page.locator(".data .files")).to_be_visible()
        assert 0 <= box(page, "#data")["top"] < 100
        visit.open("en.html#badge-count-html")
        expect(page.locator("#badge-count-html")).to_be_visible()
        assert 0 <= box(page, "#badge-count-html")["top"] < 800
        assert not shown(page, ".about .columns")


@pytest.mark.parametrize("width", [390, 768, 1280])
@both
def test_text_of_twice_the_size_fits(
    browser: Browser, site: Site, language: str, width: int
) -> None:
    """WCAG 2.2, 1.4.4: nothing beyond the edge, and no number broken in two."""
    path = PAGES[language]
    with visiting(
        browser, site, path, language=language, width=width, bypass_csp=True
    ) as visit:
        page = visit.page
        page.add_style_tag(content="html { font-size: 200% }")
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open=1")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        broken = page.evaluate(
            "() => [...document.querySelectorAll("
            "'.figure, .target strong, .count data, .list th, .list td')].filter(e => {"
            " const range = document.createRange(); range.selectNodeContents(e);"
            " const tops = [...range.getClientRects()].map(r => Math.round(r.top));"
            r" return /^\+?[\d,.]+$/.test(e.textContent) && new Set(tops).size > 1;"
            "}).map(e => e.textContent)"
        )
        assert broken == []
        sections = page.locator(".sections a").nth(1).bounding_box()
        assert sections
        seen = box(page, ".sections")
        assert sections["x"] + sections["width"] <= seen["right"]
        columns = page.locator(".columns > div")
        assert columns.evaluate_all(
            "all => all.every(e => e.scrollWidth <= e.clientWidth)"
        )
        lines = page.locator("#graphs").evaluate(
            "e => { const range = document.createRange(); range.selectNodeContents(e);"
            " return [...range.getClientRects()].map(({ right, top }) => [right, top]);"
            "}"
        )
        assert len(lines) == 1
        share = box(page, ".share")
        assert lines[0][0] <= share["left"] or lines[0][1] >= share["bottom"] - 8
        tabs = box(page, ".tabs")
        for tab in page.locator(".tabs a").all():
            edges = tab.bounding_box()
            assert edges
            assert edges["x"] + edges["width"] <= tabs["right"]


@pytest.mark.parametrize("last", [1_240_000, MAX])
@both
def test_a_long_number_goes_on_in_the_next_line_behind_a_comma(
    browser: Browser, language: str, last: int
) -> None:
    """Wherever one line is too short, of twice the size, too; nothing is too wide."""
    counts = [last - last // 10**4 * hour for hour in range(900, -1, -1)]
    host = Host(files_of(history(counts)))
    with watching(browser, host, PAGES[language], bypass_csp=True) as watch:
        page = watch.page
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open=1")
        for size in ("100%", "200%"):
            page.add_style_tag(content=f"html {{ font-size: {size} }}")
            for width in (320, 390, 768, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert page.evaluate(BROKEN) == []
                assert page.evaluate(HASTY) == []
                assert page.locator(".milestones td time").evaluate_all(TORN) == []


@pytest.mark.parametrize("width", [320, 390])
def test_no_line_of_the_name_begins_with_a_small_letter(
    browser: Browser, width: int
) -> None:
    """Of twice the size it has two, and what knows phrases knows no names."""
    host = Host(files_of(history([5])))
    with watching(browser, host, width=width, bypass_csp=True) as watch:
        watch.page.add_style_tag(content="html { font-size: 200% }")
        [lines] = watch.page.locator("#title").evaluate_all(LINES)
        assert len(lines) == 2
        assert not any(line.startswith(("ゃ", "ー")) for line in lines)


# The words that do not stand on one line.
TORN = r"""all => all.flatMap(({ firstChild: text }) => {
  const range = document.createRange();
  return [...text.data.matchAll(/[a-z]+/gi)].filter(({ 0: word, index }) => {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word);
})"""

# The texts in which a line begins within a number, but not behind a comma.
BROKEN = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const topOf = (text, place) => {
    range.setStart(text, place);
    range.setEnd(text, place + 1);
    return range.getBoundingClientRect().top;
  };
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    for (const { index } of text.data.matchAll(/\d(?=[\d,])/g))
      if (topOf(text, index) !== topOf(text, index + 1)) found.push(text.data);
  }
  return found;
}"""


# The numbers of two lines that would have had room on one, and how many lines.
HASTY = r"""() => [...document.querySelectorAll(".number")].filter((number) => {
  const range = document.createRange();
  const tops = [...number.childNodes].filter(({ data }) => data).map((text) => {
    range.selectNode(text);
    return range.getBoundingClientRect().top;
  });
  let block = number.parentElement;
  while (getComputedStyle(block).display === "inline") block = block.parentElement;
  const { paddingLeft, paddingRight, width } = getComputedStyle(block);
  const room = parseFloat(width) - parseFloat(paddingLeft) - parseFloat(paddingRight);
  number.style.cssText = "width: max-content; max-width: none";
  const whole = number.getBoundingClientRect().width;
  number.style.cssText = "";
  // A column shares its room with the next one, where a number is that long.
  const isShared = number.closest("th") !== null && number.children.length > 2;
  return new Set(tops).size > 1 && whole <= room && !isShared;
}).map((number) => number.outerHTML)"""


@pytest.mark.parametrize(("width", "lines"), [(390, 1), (320, 2)])
@both
def test_a_milestone_is_told_on_one_line_or_by_date_and_time(
    browser: Browser, language: str, width: int, lines: int
) -> None:
    """On a telephone; where one line is too short, each of both has its own."""
    host = Host(files_of(history(range(0, 328 * 24 * 100, 100))))
    with watching(browser, host, PAGES[language], width=width) as watch:
        times = watch.page.locator(".milestones td time")
        assert times.count() == 20
        told = times.evaluate_all(LINES)
        assert {len(each) for each in told} == {lines}
        if lines == 2:
            assert all(re.fullmatch(r"\d\d:\d\d . \d\d:\d\d", b) for _, b in told)


# What stands on each line of each element.
LINES = r"""all => all.map(({ firstChild: text }) => {
  const range = document.createRange();
  const lines = new Map();
  for (const [place, letter] of [...text.data].entries()) {
    range.setStart(text, place);
    range.setEnd(text, place + 1);
    const { top } = range.getBoundingClientRect();
    lines.set(top, (lines.get(top) ?? "") + letter);
  }
  return [...lines.values()].map(line => line.trim());
})"""


def test_each_month_is_one_line_where_there_are_columns(browser: Browser) -> None:
    """However long its name and its share are."""
    counts: list[int | None] = [*range(24 * 300)]
    for hour in range(24 * 220, 24 * 300, 17):
        counts[hour] = None
    files = files_of(history(counts))
    with watching(browser, Host(files), "en.html") as watch:
        rows = watch.page.locator(".months tbody tr")
        assert "September 2026" in rows.nth(1).inner_text()
        heights = rows.evaluate_all("rows => rows.map(e => Math.round(e.offsetHeight))")
        assert len(heights) == 10
        assert max(heights) - min(heights) <= 1


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_a_day_of_a_young_calendar_is_as_large_as_any(
    browser: Browser, width: int
) -> None:
    """What is left of the year fills a part of the width."""
    wide = []
    for first in ("2026-01-01", "2026-11-01"):
        host = Host(files_of(history(range(24 * 20), at(first))))
        with watching(browser, host, "en.html", width=width) as watch:
            day = watch.page.locator(".year td.l6").first.bounding_box()
            assert day
            wide.append(day["width"])
            months = watch.page.locator(".year thead th:visible").all_inner_texts()
            assert ("Jan" in months) == (first == "2026-01-01")
    assert wide[0] == pytest.approx(wide[1], abs=1)


def test_forced_colours_cut_nothing_in_half(browser: Browser, site: Site) -> None:
    """The system's paper lies behind each line, and would cover the one above."""
    with visiting(browser, site, "en.html", forced_colors="active") as visit:
        # The number is largest where no sketch is beside it.
        visit.page.locator(".sketch").evaluate("e => e.remove()")
        above = visit.page.locator("h1, .subject").all()
        seen = [line.screenshot() for line in above]
        visit.page.locator(".count").evaluate("e => e.style.visibility = 'hidden'")
        assert [line.screenshot() for line in above] == seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_light_and_shows_what_is_coloured(
    browser: Browser, site: Site, scheme: Scheme
) -> None:
    """Whatever the screen prefers; browsers leave backgrounds out unless told."""
    with visiting(browser, site, scheme=scheme) as visit:
        page = visit.page
        page.locator(".range:visible .table summary").click()
        page.emulate_media(media="print", color_scheme=scheme)
        styles = page.evaluate(
            "() => ['body', '.heat td.l6', '.scale i', '.swatch', 'progress', 'h2',"
            " '.plot img'].map(s => {"
            " const style = getComputedStyle(document.querySelector(s));"
            " return [style.color, style.printColorAdjust, style.breakAfter,"
            " style.filter]; })"
        )
        body, *coloured, heading, picture = styles
        assert body[0] == "rgb(43, 39, 51)"
        assert [each[1] for each in coloured] == ["exact"] * 4
        assert heading[2] == "avoid"
        assert picture[3] == "none"
        # A table that is open tells on paper what no pointer can.
        assert shown(page, ".range .table[open] td")
        assert box(page, ".range .table[open]")["bottom"] > 3000
        assert not shown(page, ".range .table:not([open])")
        # A sheet of A4: one below the other, they would fill it, and the next begin.
        page.set_viewport_size({"width": 794, "height": 1123})
        tops = [part.bounding_box() for part in page.locator(".columns > div").all()]
        assert len({part and part["y"] for part in tops}) == 1


@both
def test_the_first_sheet_has_the_first_graph(
    browser: Browser, site: Site, language: str
) -> None:
    """A third of it was empty; and no heading stands alone at the foot of another."""
    # A4 and Letter without the margins that browsers have.
    for width, height in ((718, 1046), (740, 979)):
        with visiting(
            browser, site, PAGES[language], language=language, width=width
        ) as visit:
            page = visit.page
            page.emulate_media(media="print")
            assert box(page, ".range:visible .graph")["bottom"] <= height
            # Firefox knows no `avoid` behind a heading, so that is as high.
            for section, first in (
                ("graphs", ".range:visible .graph"),
                ("patterns", ".heat"),
            ):
                heading = box(page, f".{section} > h2")
                assert heading["bottom"] >= box(page, f".{section} {first}")["bottom"]


def test_the_first_key_leads_past_the_navigation(browser: Browser, site: Site) -> None:
    """Seen once it is reached, and by nobody else."""
    with visiting(browser, site) as visit:
        page = visit.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        reached = page.locator(".skip").screenshot()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        assert len(reached) > 500
        clip = page.locator(".skip").evaluate("e => getComputedStyle(e).clipPath")
        assert clip != "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@both
def test_the_wide_page_is_accessible_in_forced_colours_and_without(
    browser: Browser, site: Site, language: str, scheme: Scheme
) -> None:
    """As the narrow one in every state (test_page_states)."""
    with visiting(
        browser, site, PAGES[language], language=language, scheme=scheme
    ) as visit:
        assert violations(Axe(), visit.page) == []
        visit.page.emulate_media(color_scheme=scheme, forced_colors="active")
        assert violations(Axe(), visit.page) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("hours", [1, 5])
def test_a_graph_alone_is_as_wide_as_the_page(
    browser: Browser, width: int, hours: int
) -> None:
    """Without tabs nothing stands between it and the button above it."""
    host = Host(files_of(history(range(hours))))
    with watching(browser, host, width=width) as watch:
        graph, cards, share = (
            box(watch.page, each) for each in (".graph", ".paces .cards", ".share")
        )
        # On a telephone it reaches the edges.
        assert graph["left"] <= cards["left"] < cards["right"] <= graph["right"]
        assert share["bottom"] < graph["top"]


@both
def test_the_next_milestone_stands_on_one_line(browser: Browser, language: str) -> None:
    """Beside an estimate that has much to say, too."""
    # At a pace that changes from month to month the estimates are often wrong.
    rises = [3000 * (1 + 9 * (hour // 700 % 2)) for hour in range(4000)]
    counts = [7_000_000 + sum(rises[:hour]) for hour in range(4000)]
    host = Host(files_of(history(counts)))
    with watching(browser, host, PAGES[language]) as watch:
        page = watch.page
        assert page.locator(".estimate a").count() == 1
        for width in (1000, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            number = page.locator(".target .number").first
            assert number.evaluate("e => e.getClientRects().length") == 1
            assert number.evaluate(
                "e => e.offsetHeight < 2 * parseFloat(getComputedStyle(e).fontSize)"
            )
