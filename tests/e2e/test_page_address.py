"""What a visitor looks at is an address: to keep, to share, to go back to."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from renderer.figures.ranges import RANGES
from tests.e2e.hosting import HOME, Host, watching
from tests.unit.renderer.histories import FIRST, HOUR, history, name_tabs
from tests.unit.renderer.pages import files_of

DAY_MS = 86_400_000
# The first reading was at 9 o'clock of Tokyo.
HOURS = 500 * 24
NOW = FIRST + HOURS * HOUR


@pytest.fixture(scope="module")
def host() -> Host:
    """Host a site with more than a year to look at."""
    return Host(files_of(history(range(HOURS))))


@pytest.fixture(scope="module")
def page(browser: Browser, host: Host) -> Iterator[Page]:
    """Open the page of it, where every test goes to an address of its own."""
    with watching(browser, host, now=NOW) as watch:
        yield watch.page


def ms_of(text: str) -> int:
    """Give a local time as the scripts count it."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def open_view(page: Page, query: str) -> dict[str, Any]:
    """Go to an address, and return what it stands for beside what is usual."""
    found = page.evaluate(
        "address => { history.pushState(null, '', address);"
        " dispatchEvent(new PopStateEvent('popstate')); return view.get(); }",
        f"{HOME}index.html{query}",
    )
    usual = {"range": "7d", "compare": "previous", "log": False}
    return {name: value for name, value in found.items() if value != usual.get(name)}


def shown(page: Page) -> str | None:
    """Name the range that is shown; raises if it is not one."""
    return page.locator(".range:visible").get_attribute("data-range")


def shortest(days: int) -> str:
    """Name the shortest range that has so many days, by the one list."""
    return next(name for name in name_tabs(HOURS) if days <= (RANGES[name] or days))


MARCH, APRIL = ms_of("2027-03-01"), ms_of("2027-04-01")
# The last midnight.
MAY = ms_of("2027-05-16")
# March began 76 days ago.
SPRING = shortest(76)
READ = {
    "?range=1y": {"range": "1y"},
    "#1y": {"range": "1y"},
    "?range=30d#1y": {"range": "1y"},
    "?range=1y#records": {"range": "1y"},
    # A tab that is opened beside a part.
    "?range=7d&from=2027-05-15&log=1#24h": {"range": "24h", "log": True},
    "?last=90d#24h": {"range": "24h"},
    "?compare=none": {"compare": "none"},
    "?compare=year&log=1": {"compare": "year", "log": True},
    # Of the ranges the shortest that has it.
    "?from=2027-03-01&to=2027-03-31": {"range": SPRING, "from": MARCH, "to": APRIL},
    "?from=2027-03-01": {"range": SPRING, "from": MARCH},
    "?to=2027-03-31": {"range": "all", "to": APRIL},
    # All that is known is no part of it.
    "?from=1900-01-01&to=2100-01-01": {"range": "all"},
    "?range=7d&from=1900-01-01": {"range": "all"},
    "?to=2100-01-01": {"range": "all"},
    "?range=all&from=2027-03-01": {"range": "all", "from": MARCH},
    # Not known yet, but on the axis of the year.
    "?range=1y&from=2027-11-01": {"range": "1y", "from": ms_of("2027-11-01")},
    "?from=2027-11-01": {"range": "1y", "from": ms_of("2027-11-01")},
    # It was in that one when the link was made.
    "?range=24h&from=2027-03-01": {"range": SPRING, "from": MARCH},
    "?from=2027-03-01T06:30": {"range": SPRING, "from": ms_of("2027-03-01T06:30")},
    "?last=90d": {"range": shortest(90), "last": 90 * DAY_MS},
    "?last=12h": {"range": "24h", "last": DAY_MS // 2},
    "?last=2w": {"range": shortest(14), "last": 14 * DAY_MS},
    "?last=2y": {"range": "all", "last": 730 * DAY_MS},
}


@pytest.mark.parametrize("query", READ)
def test_an_address_says_what_is_shown(page: Page, query: str) -> None:
    """And stays as good an address."""
    asked = open_view(page, query)
    assert asked == READ[query]
    assert asked == open_view(page, page.url.removeprefix(f"{HOME}index.html"))
    assert shown(page) == asked.get("range", "7d")


def test_what_no_graph_reaches_is_no_part(browser: Browser) -> None:
    """Of a young history none has the rest of the year."""
    site = Host(files_of(history(range(100))))
    with watching(browser, site, now=FIRST) as watch:
        usual = open_view(watch.page, "")
        assert open_view(watch.page, "?from=2026-11-01") == usual
        assert open_view(watch.page, "?range=24h&from=2026-11-01") == {"range": "24h"}


def test_the_first_moment_of_a_year_is_of_the_year_before(browser: Browser) -> None:
    """Its graph of years has no place for the days that follow."""
    host = Host(files_of(history(range(730 * 24 - 8))))
    with watching(browser, host, now=FIRST + 730 * 24 * HOUR) as watch:
        end = watch.page.locator(".range[data-range=all]").get_attribute("data-end")
        assert end == "2028-01-01T00:00"
        assert open_view(watch.page, "?from=2028-02-01&to=2028-02-09") == {}
        assert open_view(watch.page, "?from=2027-12-01")["from"] == ms_of("2027-12-01")


def test_an_address_is_followed_when_the_page_is_loaded(
    browser: Browser, host: Host
) -> None:
    """As by whoever was sent it."""
    for query, name in (
        ("?range=1y", "1y"),
        ("#1y", "1y"),
        ("?last=20d", shortest(20)),
    ):
        with watching(browser, host, f"index.html{query}", now=NOW) as watch:
            assert shown(watch.page) == name
            current = watch.page.locator(".tabs a[aria-current]")
            assert current.get_attribute("href") == f"#{name}"


@pytest.mark.parametrize(
    "query",
    [
        *("?range=8d", "?range=", "?range=%00", "#nowhere", "?range=constructor"),
        *("?from=yesterday", "?from=2027-02-30", "?from=2027-03-01T25:00", "?from=1"),
        *("?to=2027-02", "?from=2", "?from=2027", "?from=2027-03-01T06"),
        *("?from=2027-03-02&to=2027-03-01", "?to=", "?last=0d", "?last=-1d"),
        *("?last=9", "?last=999999d", "?compare=me", "?log=0", "?log=yes"),
        *("?from=2028-01-01", "?from=2028-01-01&to=2028-02-01", "?to=2001-01-01"),
    ],
)
def test_an_address_that_makes_no_sense_shows_what_is_usual(
    page: Page, query: str
) -> None:
    """Without a word."""
    assert open_view(page, query) == {}
    assert shown(page) == "7d"


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ("set({log: true, compare: 'none'})", "?compare=none&log=1"),
        (
            "zoomTo([MARCH, APRIL], [0, APRIL + 1])",
            "from=2027-03-01&to=2027-03-31",
        ),
        ("zoomTo([MARCH, APRIL], [0, APRIL])", "from=2027-03-01"),
        ("zoomTo([MARCH + 90000, APRIL], [0, APRIL])", "from=2027-03-01T00:02"),
        ("zoomTo(null, [0, APRIL])", ""),
    ],
)
def test_what_is_changed_is_written_into_the_address(
    page: Page, change: str, query: str
) -> None:
    """Once the visitor rests, and without a way back to each step of a zoom."""
    open_view(page, "?range=1y&by=feed")
    before = page.evaluate("history.length")
    for name, ms in {"MARCH": MARCH, "APRIL": APRIL}.items():
        change = change.replace(name, str(ms))
    page.evaluate(f"view.{change}")
    page.clock.run_for(250)
    expected = "&".join(["?range=1y&by=feed", *filter(None, [query.removeprefix("?")])])
    assert page.url == f"{HOME}index.html{expected}"
    assert page.evaluate("history.length") == before


def test_a_part_is_what_there_is_of_it(page: Page) -> None:
    """Of a figure that has it only in part or not at all."""
    open_view(page, "?from=2027-03-01&to=2027-03-31")

    def part(first: int, last: int) -> Any:
        return page.evaluate(f"view.spanIn([{first}, {last}])")

    assert part(0, APRIL + 5) == [MARCH, APRIL]
    assert part(0, MARCH + 5) == [MARCH, MARCH + 5]
    assert part(MARCH + 5, APRIL - 5) is None
    assert part(0, MARCH - 5) is None
    open_view(page, "?last=90d")
    assert part(0, APRIL) == [APRIL - 90 * DAY_MS, APRIL]
    assert part(APRIL - DAY_MS, APRIL) is None
    # An axis of a whole year goes on behind the last midnight.
    assert part(0, ms_of("2027-12-31")) == [MAY - 90 * DAY_MS, MAY]


def test_a_part_from_the_start_of_its_range_is_found_again(page: Page) -> None:
    """It is that of the range, and not all that was before it as well."""
    open_view(page, "?range=7d")
    zoomed = page.evaluate("""() => {
      const { start, end } = document.querySelector(".range[data-range='7d']").dataset;
      const full = [start, end].map((each) => Date.parse(`${each}Z`));
      view.zoomTo([full[0], full[0] + 86_400_000], full);
      return view.get();
    }""")
    assert zoomed["range"] == "7d"
    address = page.evaluate("view.address('')")
    open_view(page, "?range=1y")
    found = open_view(page, address.removeprefix(f"{HOME}index.html"))
    assert found == {"from": zoomed["from"], "to": zoomed["to"]}


def test_a_section_keeps_the_tab_and_back_leads_through_both(page: Page) -> None:
    """Links of the page, of feeds and milestones; old ones name a range still."""
    open_view(page, "")
    page.locator(".tabs a[href='#1y']").click()
    page.locator(".sections a[href='#records']").click()
    assert page.url == f"{HOME}index.html?range=1y#records"
    assert shown(page) == "1y"
    page.evaluate("location.hash = '#30d'")
    expect(page.locator(".tabs a[aria-current]")).to_have_attribute("href", "#30d")
    assert page.url == f"{HOME}index.html?range=30d"
    page.go_back()
    assert shown(page) == "1y"
    page.go_back()
    page.go_back()
    assert (shown(page), page.url) == ("7d", f"{HOME}index.html")


def test_a_tab_opens_elsewhere_if_so_wanted(browser: Browser, host: Host) -> None:
    """It is a link still, which the scripts leave to the browser then."""
    with watching(browser, host, now=NOW) as watch:
        page = watch.page
        page.evaluate(
            "addEventListener('click', event => {"
            " window.left = !event.defaultPrevented; event.preventDefault(); })"
        )
        tab = page.locator(".tabs a[href='#1y']")
        tab.click(modifiers=["Control"])
        assert page.evaluate("left") is True
        assert shown(page) == "7d"
        tab.click()
        assert page.evaluate("left") is False
        assert shown(page) == "1y"


def test_the_other_language_shows_the_same(browser: Browser, host: Host) -> None:
    """With all that was chosen, even a moment ago."""
    with watching(browser, host, "index.html?range=1y#records", now=NOW) as watch:
        page = watch.page
        page.evaluate("view.set({log: true})")
        page.locator("a[data-language=en]").click()
        page.wait_for_url(f"{HOME}en.html?range=1y&log=1#records")
        assert page.evaluate("view.get().log") is True


def test_the_middle_button_opens_the_other_language_beside(
    browser: Browser, host: Host
) -> None:
    """It shows the same there, and is chosen as by a press.

    Playwright tells of every request, but not of every page without an opener.
    """
    with watching(browser, host, "index.html?range=1y", now=NOW) as watch:
        with watch.page.context.expect_event(
            "request", lambda request: request.url == f"{HOME}en.html?range=1y"
        ):
            watch.page.locator("a[data-language=en]").click(button="middle")
        assert watch.page.url == f"{HOME}index.html?range=1y"
        assert watch.ask("localStorage.language") == "en"


def test_a_link_to_the_view_is_copied(browser: Browser, host: Host) -> None:
    """To the graphs, as they are shown, with a word that it was done."""
    allowed = ["clipboard-read", "clipboard-write"]
    with watching(browser, host, "en.html", now=NOW, permissions=allowed) as watch:
        page = watch.page
        page.locator(".tabs a[href='#1y']").click()
        button = page.locator("[data-share]")
        assert button.inner_text() == "Copy link"
        button.click()
        expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{HOME}en.html?range=1y#graphs"
        page.clock.run_for(timedelta(seconds=3) // timedelta(milliseconds=1))
        assert button.inner_text() == "Copy link"


def test_where_a_telephone_can_share_it_does(browser: Browser, host: Host) -> None:
    """With the title; to think better of it is no fault."""
    scripts = (
        "window.shared = []; navigator.share = what => {"
        " shared.push(what);"
        " return Promise.reject(new DOMException('no', 'AbortError')); };"
    )
    with watching(browser, host, now=NOW, scripts=scripts) as watch:
        page = watch.page
        button = page.locator("[data-share]")
        assert button.inner_text() == "共有"
        button.click()
        [shared] = page.evaluate("shared")
        assert shared == {"title": page.title(), "url": f"{HOME}index.html#graphs"}
        assert button.inner_text() == "共有"


def test_where_sharing_is_refused_the_link_is_copied(
    browser: Browser, host: Host
) -> None:
    """Some browsers offer what they then do not do."""
    scripts = "navigator.share = () => Promise.reject(new TypeError('no'));"
    allowed: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"]}
    with watching(browser, host, now=NOW, scripts=scripts, **allowed) as watch:
        button = watch.page.locator("[data-share]")
        done = button.get_attribute("data-done") or ""
        button.click()
        expect(button).to_have_text(done)
        copied = watch.ask("navigator.clipboard.readText()")
        assert copied == f"{HOME}index.html#graphs"


def test_where_nothing_may_be_copied_the_link_is_shown(
    browser: Browser, host: Host
) -> None:
    """As on a site without HTTPS."""
    scripts = "delete Navigator.prototype.clipboard;"
    with watching(browser, host, now=NOW, scripts=scripts) as watch:
        shown: list[str] = []

        def close(dialog: Any) -> None:
            shown.append(dialog.default_value)
            dialog.dismiss()

        watch.page.on("dialog", close)
        watch.page.locator("[data-share]").click()
        assert shown == [f"{HOME}index.html#graphs"]


def wait_for_span(page: Page, kind: str, span: list[str]) -> None:
    """Wait until a graph is interactive and shows this part."""
    page.wait_for_function(
        "([kind, span]) => { const plot = document.querySelector("
        "`.range[data-range='all'] .graph[data-kind=${kind}] .js-plotly-plot`);"
        " return plot?._fullLayout?.xaxis.range.every("
        "  (x, n) => RegExp(`^${span[n]}`).test(x)); }",
        arg=[kind, span],
    )


def wait_for_address(page: Page, pattern: str) -> None:
    """Let the page's clock go on until what was done is in its address."""
    for _ in range(100):
        page.clock.run_for(250)
        if re.search(pattern, page.url):
            return
        time.sleep(0.05)
    raise AssertionError(page.url)


@pytest.mark.parametrize(
    "query",
    [
        *("?from=1900-01-01&to=2100-01-01", "?from=1900-01-01", "?to=2100-01-01"),
        # Longer than what is known, as long as the range, and what it does not have.
        *("?last=9y", "?last=30d&range=30d", "?range=all&compare=none", "?log=1"),
    ],
)
def test_what_a_picture_shows_is_no_reason_to_load_another_graph(
    browser: Browser, host: Host, query: str
) -> None:
    """The address asks for nothing more."""
    host.asked.clear()
    with watching(browser, host, f"index.html{query}", now=NOW) as watch:
        watch.page.wait_for_load_state("networkidle")
        assert watch.page.locator(".plot.open").count() == 0
        assert not [key for key in host.asked if re.search("plotly|graph[.]", key)]


def test_who_compares_with_nothing_is_told_of_no_comparison(
    browser: Browser, host: Host
) -> None:
    """Neither by the finding nor by the value of a bar; otherwise by both."""
    with watching(browser, host, "en.html", now=NOW) as watch:
        page = watch.page
        finding = page.locator(".range:visible figcaption span").first
        card = page.locator(".value")
        for query, told in (("", True), ("?compare=none", False), ("", True)):
            open_view(page, query)
            expect(finding).to_have_text(re.compile("^[+]168 between"))
            against = finding.locator(".against")
            assert "as much as the 7 days before" in (against.text_content() or "")
            assert against.is_visible() is told
            page.locator(".range:visible .cursor").first.focus()
            page.keyboard.press("ArrowLeft")
            expect(card).to_contain_text("+1 presses")
            assert ("the 7 days before" in card.inner_text()) is told
            page.locator("h1").click()


def test_a_part_that_was_shared_is_shown_in_both_graphs(
    browser: Browser, host: Host
) -> None:
    """Interactive at once, on the scale and compared as they were."""
    query = "?range=all&from=2027-03-01&to=2027-03-31&compare=none&log=1"
    with watching(browser, host, f"index.html{query}", now=NOW) as watch:
        page = watch.page
        for kind in ("increments", "total"):
            wait_for_span(page, kind, ["2027-03-01", "2027-04-01"])
        part = page.locator(".range:visible")
        pressed = part.locator("[aria-pressed=true]")
        assert pressed.evaluate_all("all => all.map(b => b.dataset.action)") == [
            *("explore", "log", "explore")
        ]
        # What is done with one is done with both, and written down.
        part.locator(".graph[data-kind=total] .cursor").focus()
        page.keyboard.press("0")
        for kind in ("increments", "total"):
            wait_for_span(page, kind, ["202[56]-(01|12)", "2027-0[56]"])
        wait_for_address(page, r"\?range=all&compare=none&log=1$")
        page.keyboard.press("+")
        wait_for_address(page, "&from=2026-")
        # Who closes them wants none of it any more.
        for button in part.locator("[data-action=explore]").all():
            button.click()
        wait_for_address(page, r"index\.html\?range=all$")
