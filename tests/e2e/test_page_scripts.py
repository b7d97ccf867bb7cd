"""What the page does by itself: language, tabs, freshness, copying; and without."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from renderer.figures.ranges import DEFAULT_RANGE
from tests.e2e.visiting import PAGES, TABS, Site, Visit, visiting

HOUR = timedelta(hours=1)


def shown_ranges(page: Page) -> list[str]:
    """List the ranges whose graphs are shown, one if all is well."""
    shown: list[str] = page.evaluate(
        "[...document.querySelectorAll('.range')].filter(r => r.checkVisibility())"
        ".map(r => r.dataset.range)"
    )
    return shown


def current_tabs(page: Page) -> list[str]:
    """List the tabs that are said to be the current one."""
    current: list[str] = page.evaluate(
        "[...document.querySelectorAll('.tabs a[aria-current=true]')].map(a => a.hash)"
    )
    return current


# Tabs --------------------------------------------------------------------------


@pytest.mark.parametrize("js", [True, False])
def test_tabs_choose_the_range_and_the_address_keeps_it(
    browser: Browser, either_browser: Browser, site: Site, *, js: bool
) -> None:
    """The same with and without scripts: each tab, back, forward, a shared address."""

    def address_of(name: str) -> str:
        query = "" if name == DEFAULT_RANGE else f"?range={name}"
        return f"{site.url}index.html" + (query if js else f"#{name}")

    with visiting(either_browser, site) as visit:
        page = visit.page
        assert shown_ranges(page) == [DEFAULT_RANGE]
        for name in TABS:
            page.locator(f".tabs a[href='#{name}']").click()
            assert page.url == address_of(name)
            assert shown_ranges(page) == [name]
            if js:
                current = page.locator(".tabs a[aria-current=true]")
                expect(current).to_have_attribute("href", f"#{name}")
        page.go_back()
        assert shown_ranges(page) == [TABS[-2]]
        page.go_forward()
        assert shown_ranges(page) == [TABS[-1]]
        visit.check_quiet()
    # As addresses were before, and are without scripts.
    with visiting(either_browser, site, "index.html#30d") as visit:
        assert shown_ranges(visit.page) == ["30d"]
        assert visit.page.url == address_of("30d")
        if js:
            assert current_tabs(visit.page) == ["#30d"]
    # The year has no tab here; a link to it leads to what is shown without one.
    for wrong in ("no-range", "1y"):
        with visiting(browser, site, f"index.html#{wrong}") as visit:
            assert shown_ranges(visit.page) == [DEFAULT_RANGE]
            assert current_tabs(visit.page) == [f"#{DEFAULT_RANGE}"]


def test_a_tab_is_chosen_with_the_keyboard(browser: Browser, site: Site) -> None:
    """They are links: Tab reaches them, Enter follows them."""
    first, second, *_ = TABS
    with visiting(browser, site) as visit:
        visit.page.locator(f".tabs a[href='#{first}']").focus()
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        assert shown_ranges(visit.page) == [second]


# Language ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "page"),
    # Nobody will translate the page into the last one.
    [("ja-JP", "index.html"), ("en-US", "en.html"), ("vo", "en.html")],
)
def test_a_browser_gets_the_language_that_it_speaks(
    browser: Browser, site: Site, locale: str, page: str
) -> None:
    """Japanese to the Japanese, English to all others; query and range are kept."""
    context = browser.new_context(locale=locale)
    tab = context.new_page()
    tab.goto(f"{site.url}index.html?by=feed#30d")
    tab.wait_for_url(f"{site.url}{page}?by=feed&range=30d")
    assert tab.locator("html").get_attribute("lang") == (
        "ja" if "ja" in locale else "en"
    )
    assert shown_ranges(tab) == ["30d"]
    # Back leads to where one came from, not into a circle.
    assert tab.evaluate("history.length") == 2
    context.close()


@pytest.mark.parametrize("language", PAGES)
def test_the_english_page_sends_nobody_on(
    browser: Browser, site: Site, language: str
) -> None:
    """Who follows a link to it gets it, whatever the browser speaks."""
    with visiting(browser, site, "en.html", language=language) as visit:
        assert visit.page.url == f"{site.url}en.html"


def test_the_choice_of_a_language_stays(browser: Browser, site: Site) -> None:
    """A Japanese who chose English gets English next time, until chosen otherwise."""
    with visiting(browser, site, "index.html#30d", language="ja") as visit:
        page = visit.page
        page.locator("a[data-language=en]").first.click()
        page.wait_for_url("**/en.html*")
        assert page.url.endswith("en.html?range=30d")
        assert shown_ranges(page) == ["30d"]
        visit.open("index.html")
        page.wait_for_url("**/en.html")
        page.locator("a[data-language=ja]").first.click()
        page.wait_for_url("**/index.html")
        visit.open("index.html")
        assert page.url == f"{site.url}index.html"


def test_an_english_browser_that_chose_japanese_stays(
    browser: Browser, site: Site
) -> None:
    """The choice weighs more than what the browser speaks."""
    with visiting(browser, site, language="en") as visit:
        visit.page.wait_for_url("**/en.html")
        visit.page.locator("a[data-language=ja]").first.click()
        visit.page.wait_for_url("**/index.html")
        assert visit.page.locator("html").get_attribute("lang") == "ja"


# Without scripts ---------------------------------------------------------------


def test_without_scripts_everything_can_be_read(
    browser_without_scripts: Browser, site: Site
) -> None:
    """Nothing that needs a script is shown, and nothing else is missing."""
    with visiting(browser_without_scripts, site, "en.html") as visit:
        page = visit.page
        assert (
            f"{site.readings[-1].count:,}" in page.locator(".count").first.inner_text()
        )
        for needy in page.locator("button, .freshness").all():
            assert not needy.is_visible()
        assert page.locator("time").first.is_visible()
        assert page.locator(".plot img:visible").count() == 2
        details = page.locator(".range:visible details.table").first
        details.locator("summary").click()
        assert details.locator("tbody tr").first.is_visible()
        visit.look_at_all()
        visit.check_quiet()
        assert not visit.fetched(".js")


# Freshness ---------------------------------------------------------------------


def freshness(visit: Visit) -> tuple[str, str]:
    """Return the state and the text of the mark."""
    mark = visit.page.locator(".freshness")
    assert mark.is_visible()
    classes = (mark.get_attribute("class") or "").split()
    [state] = {"fresh", "stale"} & set(classes)
    return state, mark.inner_text()


@pytest.mark.parametrize(
    ("age", "state", "ja", "en"),
    [
        (timedelta(minutes=-3), "fresh", "たった今更新", "updated just now"),
        (timedelta(minutes=1.5), "fresh", "1分前に更新", "updated 1 minute ago"),
        (timedelta(minutes=119.9), "fresh", "1時間前に更新", "updated 1 hour ago"),
        (
            timedelta(minutes=120.1),
            "stale",
            "2時間のあいだ更新",
            "no update for 2 hours",
        ),
        (timedelta(days=9.5), "stale", "9日のあいだ更新", "no update for 9 days"),
    ],
)
def test_the_browser_itself_tells_whether_the_page_is_fresh(
    browser: Browser, site: Site, age: timedelta, state: str, ja: str, en: str
) -> None:
    """By its own clock, in both languages; a clock that is slow does no harm."""
    now = site.readings[-1].observed_at + age
    for path, words in (("index.html", ja), ("en.html", en)):
        with visiting(browser, site, path, now=now) as visit:
            told, text = freshness(visit)
            assert told == state
            assert words in text


def test_a_page_that_is_left_open_turns_stale(browser: Browser, site: Site) -> None:
    """Without anybody touching it, and it is said aloud once, not every minute."""
    observed = site.readings[-1].observed_at
    with visiting(browser, site, now=observed + timedelta(minutes=10)) as visit:
        clock = visit.page.clock
        clock.install(time=observed + timedelta(minutes=10))
        visit.page.reload()
        assert freshness(visit)[0] == "fresh"
        clock.run_for(60_000 * 3)
        assert "13" in freshness(visit)[1]
        assert visit.page.locator(".freshness").get_attribute("aria-live") == "off"
        clock.fast_forward(3600_000 * 2)
        clock.run_for(60_000)
        assert freshness(visit)[0] == "stale"
        assert visit.page.locator(".freshness").get_attribute("aria-live") == "polite"


def test_a_site_out_of_reach_leaves_the_page_as_it_is(
    browser: Browser, site: Site
) -> None:
    """The age goes on being true when everything behind it is dead."""
    with visiting(browser, site) as visit:
        visit.page.route("**/*", lambda route: route.abort())
        visit.page.clock.set_fixed_time(site.readings[-1].observed_at + 30 * HOUR)
        visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        visit.page.wait_for_load_state("networkidle")
        assert freshness(visit) == ("stale", freshness(visit)[1])
        assert "30" in freshness(visit)[1]
        assert not [line for line in visit.said if "Uncaught" in line]


# Copying -----------------------------------------------------------------------


def test_a_copy_button_copies_what_it_stands_beside(
    browser: Browser, site: Site
) -> None:
    """The clipboard holds the snippet; the button says so, and then offers it again."""
    allowed = ["clipboard-read", "clipboard-write"]
    with visiting(browser, site, permissions=allowed) as visit:
        page = visit.page
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open=1")
        buttons = page.locator("[data-copy]").all()
        labels = [button.inner_text() for button in buttons]
        assert buttons
        for button in buttons:
            name = button.get_attribute("data-copy")
            text = page.locator(f"[id='{name}']").text_content()
            button.click()
            done = button.get_attribute("data-done")
            assert done
            expect(button).to_have_text(done)
            assert page.evaluate("navigator.clipboard.readText()") == text
        for button, label in zip(buttons, labels, strict=True):
            expect(button).to_have_text(label)


def test_without_a_clipboard_the_snippet_is_selected(
    browser: Browser, site: Site
) -> None:
    """Where the browser allows no copying, Ctrl+C is all that is left to do."""
    with visiting(browser, site) as visit:
        page = visit.page
        page.evaluate(
            "() => { navigator.clipboard.writeText = () => Promise.reject('no'); }"
        )
        button = page.locator("[data-copy]").first
        button.click()
        name = button.get_attribute("data-copy")
        text = page.locator(f"[id='{name}']").text_content() or ""
        page.wait_for_function("() => getSelection().toString().length > 0")
        assert page.evaluate("getSelection().toString()").strip() == text.strip()


def test_a_forbidden_storage_breaks_nothing(browser: Browser, site: Site) -> None:
    """Some browsers throw at the mere mention of it."""
    context = browser.new_context(locale="ja-JP")
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "  Object.defineProperty(window, name, {get() { throw new Error('no') }});"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.clock.set_fixed_time(datetime(2030, 1, 1))
    page.goto(f"{site.url}index.html")
    page.locator("a[data-language=en]").first.click()
    page.wait_for_url("**/en.html")
    assert "fresh" in (page.locator(".freshness").get_attribute("class") or "")
    assert errors == []
    context.close()
