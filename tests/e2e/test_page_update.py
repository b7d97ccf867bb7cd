"""A page that is left open: it stays current, and in nobody's way."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from itertools import cycle

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.bench.page import WATCH
from tests.e2e.hosting import Host, Watch, watching
from tests.e2e.visiting import PAGES
from tests.unit.renderer.histories import FIRST, HOUR, history
from tests.unit.renderer.pages import files_of

MINUTE = timedelta(minutes=1)
# Nobody waits longer than need be, so that it is known when each asks.
EAGER = "Math.random = () => 0;"
# Scripts have written these, so nothing of them is as it was published.
AS_SHOWN = (
    "() => { document.querySelector('.news').replaceChildren();"
    " return document.body.outerHTML; }"
)


def busy(hours: int, first: int = 1_234_000) -> list[int | None]:
    """Give the counts of a source that is busier by day than by night."""
    counts, count = [], first
    for hour in range(hours):
        count += 11 + hour * 7 % 24
        counts.append(count)
    return [*counts]


@cache
def site_of(counts: tuple[int | None, ...]) -> dict[str, bytes]:
    """Give the files of a site, each only once."""
    return files_of(history(counts))


def publish(host: Host, counts: Sequence[int | None]) -> None:
    """Put another site in the place of what is there."""
    host.files = site_of(tuple(counts))


def last_of(counts: Sequence[int | None]) -> str:
    """Write the newest count as the page does."""
    return f"{counts[-1]:,}"


def wait_for_count(watch: Watch, counts: Sequence[int | None]) -> None:
    """Wait until this is the count that is shown."""
    expect(watch.page.locator(".count data")).to_have_text(last_of(counts))


OLD, NEW = busy(400), busy(401)
READ = FIRST + 399 * HOUR


def test_a_new_reading_changes_the_page_where_it_stands(browser: Browser) -> None:
    """Numbers, tables and pictures do; what the visitor is doing with it goes on."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        page = watch.page
        page.evaluate("window.loadedOnce = true")
        details = page.locator(".range:visible details.table")
        details.locator("summary").click()
        details.locator(".scroll").evaluate("e => { e.scrollTop = 200; }")
        rows = details.locator("tbody tr")
        first = rows.first.inner_text()
        rows.first.evaluate("row => { window.newestRow = row; }")
        page.locator(".tabs a[href='#7d']").focus()
        page.evaluate(
            "const number = document.querySelector('.count .number');"
            "const { firstChild, lastChild } = number;"
            " getSelection().setBaseAndExtent("
            "firstChild, 0, lastChild, lastChild.length);"
            " scrollTo(0, 400)"
        )
        publish(host, NEW)
        watch.pass_time(57 * MINUTE)
        wait_for_count(watch, NEW)
        news = page.locator(".news")
        assert news.inner_text() == f"新しい値：+{(NEW[-1] or 0) - (OLD[-1] or 0)}"
        assert news.get_attribute("role") == "status"
        assert last_of(NEW) in page.title()
        assert last_of(NEW) in rows.first.inner_text()
        assert rows.nth(1).inner_text() == first
        assert rows.nth(1).evaluate("row => row === newestRow")
        assert page.evaluate("window.loadedOnce") is True
        assert details.get_attribute("open") is not None
        assert details.locator(".scroll").evaluate("e => e.scrollTop") >= 200
        expect(page.locator(".tabs a[href='#7d']")).to_be_focused()
        assert last_of(NEW) in page.evaluate("getSelection().toString()")
        assert page.evaluate("scrollY") == 400
        shown = page.locator(".plot img:visible").first.get_attribute("src") or ""
        assert shown.encode() in host.files["index.html"]
        assert shown in host.asked
        watch.pass_time(12 * timedelta(seconds=1))
        assert news.inner_text() == ""


PAIRS: dict[str, tuple[list[int | None], list[int | None]]] = {
    "an hour": (OLD, NEW),
    "the first": ([7], [7, 9]),
    "a gap, and a new month": (busy(500), [*busy(500), *[None] * 300, 1_300_000]),
    "a reset": (busy(400), [*busy(400), *busy(60, 0)]),
    "a week set aside": ([*busy(200), 5], [*busy(200), 5, *busy(9, 1_240_000)]),
    "back": ([*busy(300), *[None] * 9, 1_300_000], [*busy(300), *busy(30, 1_300_000)]),
}


@pytest.mark.parametrize(
    ("name", "path"), [*zip(PAIRS, cycle(PAGES.values()), strict=False)]
)
def test_what_is_changed_in_place_is_what_would_be_loaded(
    browser: Browser, name: str, path: str
) -> None:
    """To the last attribute, whatever there was before and is now."""
    old, new = PAIRS[name]
    host = Host(site_of(tuple(old)))
    now = FIRST + len(new) * HOUR
    with watching(browser, host, path, now=now, scripts=EAGER) as watch:
        watch.pass_time(MINUTE / 2)
        publish(host, new)
        watch.pass_time(12 * MINUTE)
        wait_for_count(watch, new)
        changed = watch.ask(AS_SHOWN)
        assert len(watch.loads) == 1
        watch.page.reload()
        assert changed == watch.ask(AS_SHOWN)


def test_a_page_that_nobody_touches_stays_current_for_a_day(browser: Browser) -> None:
    """Each hour's count within minutes, nothing jumps, and it asks seldom."""
    days = busy(84)
    host = Host(site_of(tuple(days[:60])))
    now = FIRST + 59 * HOUR + 5 * MINUTE
    with watching(browser, host, now=now, scripts=WATCH) as watch:
        for hour in range(61, 85):
            watch.pass_time(55 * MINUTE, step=55 * MINUTE)
            publish(host, days[:hour])
            watch.pass_time(5 * MINUTE)
            assert watch.count() == last_of(days[:hour])
        assert watch.ask("measured.cls") < 0.02
        assert host.pages() <= 1 + 24 * 2
        assert len(watch.loads) == 1


def test_a_site_that_is_behind_is_asked_seldom(browser: Browser) -> None:
    """Nothing before there can be anything; then every few minutes."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + MINUTE) as watch:
        watch.pass_time(59 * MINUTE)
        assert host.pages() == 1
        watch.pass_time(180 * MINUTE)
        assert 180 / 9 <= host.pages() - 1 <= 180 / 4
        assert watch.page.locator(".freshness").get_attribute("class") == (
            "freshness js-only stale"
        )


@pytest.mark.parametrize(("luck", "minutes"), [(0, 62), (0.999, 63.5)])
def test_not_all_visitors_come_at_once(
    browser: Browser, luck: float, minutes: float
) -> None:
    """When one asks first is a matter of luck."""
    host = Host(site_of(tuple(OLD)))
    scripts = f"Math.random = () => {luck};"
    with watching(browser, host, now=READ + 30 * MINUTE, scripts=scripts) as watch:
        watch.pass_time((minutes - 30 - 1) * MINUTE)
        assert host.pages() == 1
        watch.pass_time(1.5 * MINUTE)
        assert host.pages() == 2


def test_a_page_out_of_sight_asks_nothing_until_it_is_seen_again(
    browser: Browser,
) -> None:
    """Whether in another tab or asleep."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE) as watch:
        watch.ask("Object.defineProperty(document, 'hidden', {writable: true})")
        watch.ask("document.hidden = true")
        publish(host, busy(420))
        watch.pass_time(90 * MINUTE)
        # Timers do not run where a machine sleeps.
        watch.page.clock.set_system_time(READ + 19.2 * HOUR)
        assert host.pages() == 1
        watch.ask("document.hidden = false")
        watch.ask("document.dispatchEvent(new Event('visibilitychange'))")
        wait_for_count(watch, busy(420))
        assert host.pages() == 2


def test_a_page_that_was_offline_is_current_soon_after(browser: Browser) -> None:
    """It does not wait for its next turn."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        watch.page.context.set_offline(True)
        watch.page.route("**/*", lambda route: route.abort())
        publish(host, NEW)
        watch.pass_time(70 * MINUTE)
        assert watch.count() == last_of(OLD)
        watch.page.unroute_all()
        watch.page.context.set_offline(False)
        watch.pass_time(5 * MINUTE)
        wait_for_count(watch, NEW)


def cut(body: bytes) -> bytes:
    """Give a page whose end has not come through."""
    return body[: len(body) // 2]


def login(body: bytes) -> bytes:
    """Give what a hotel's network answers first."""
    return b"<!doctype html><title>Welcome</title><p>Log in</p></html>" + body[:0]


@pytest.mark.parametrize("spoil", [cut, login])
def test_what_is_not_the_page_changes_nothing(
    browser: Browser, spoil: Callable[[bytes], bytes]
) -> None:
    """Until the page is there, and then it does."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        whole = site_of(tuple(NEW))
        host.files = {**whole, "index.html": spoil(whole["index.html"])}
        watch.pass_time(54 * MINUTE)
        watch.pass_time(4 * MINUTE)
        assert host.pages() == 2
        assert watch.count() == last_of(OLD)
        host.files = whole
        watch.pass_time(9 * MINUTE)
        wait_for_count(watch, NEW)


def test_an_older_page_from_somewhere_in_between_is_no_news(browser: Browser) -> None:
    """A cache may give what was there before."""
    host = Host(site_of(tuple(NEW)))
    with watching(browser, host, now=READ + HOUR + 5 * MINUTE) as watch:
        publish(host, OLD)
        watch.pass_time(90 * MINUTE)
        assert host.pages() > 1
        assert watch.count() == last_of(NEW)


@pytest.mark.parametrize(("later", "shown"), [(-2 * HOUR, NEW), (MINUTE, OLD)])
def test_of_two_pages_the_newer_is_the_one_that_was_published_later(
    browser: Browser, later: timedelta, shown: list[int | None]
) -> None:
    """Where the site says when: the newest reading may have been taken back."""
    now = READ + HOUR + 5 * MINUTE
    host = Host(site_of(tuple(NEW)), modified=now)
    with watching(browser, host, now=now, scripts=EAGER) as watch:
        publish(host, OLD)
        host.modified = now + later
        watch.pass_time(60 * MINUTE)
        assert host.pages() > 1
        wait_for_count(watch, shown)
        # What is newer than that is taken again.
        publish(host, busy(402))
        host.modified = now + HOUR
        watch.pass_time(60 * MINUTE)
        wait_for_count(watch, busy(402))


@pytest.mark.parametrize("key", ["index.html", "png"])
def test_an_answer_that_never_comes_is_not_waited_for_for_ever(
    browser: Browser, key: str
) -> None:
    """What is newer is asked for, and shown."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        page = watch.page
        page.locator(".plot img:visible").first.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        held: list[Route] = []

        def hold(route: Route) -> None:
            if held:
                host.answer(route)
            else:
                held.append(route)

        page.route(f"**/*{key}*", hold)
        publish(host, NEW)
        watch.pass_time(56 * MINUTE)
        page.clock.run_for(60_000)
        while not held:
            page.wait_for_timeout(20)
        page.clock.run_for(3 * 60_000)
        publish(host, busy(402))
        watch.pass_time(65 * MINUTE)
        wait_for_count(watch, busy(402))


def test_a_page_whose_pictures_are_not_there_yet_is_waited_for(
    browser: Browser,
) -> None:
    """Nothing is changed by halves: the old numbers stand above the old pictures."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        watch.page.locator(".plot img:visible").first.scroll_into_view_if_needed()
        watch.page.wait_for_load_state("networkidle")
        publish(host, NEW)
        host.broken = ".png"
        watch.pass_time(59 * MINUTE)
        assert host.pages() == 2
        assert watch.count() == last_of(OLD)
        sources = "[...document.images].map(i => i.currentSrc).join()"
        shown = watch.ask(sources)
        host.broken = "\0"
        watch.pass_time(5 * MINUTE)
        wait_for_count(watch, NEW)
        assert watch.ask(sources) != shown


def with_new_code(files: dict[str, bytes]) -> dict[str, bytes]:
    """Give a site whose scripts have another name, since they have changed."""
    [name] = [key for key in files if key.startswith("assets/page.")]
    pages = {
        key: body.replace(name.encode(), b"assets/page.new.js")
        for key, body in files.items()
        if key.endswith(".html")
    }
    return {**files, **pages, "assets/page.new.js": files[name]}


def test_new_code_is_loaded_where_nobody_is_at_work(browser: Browser) -> None:
    """The old scripts may not know the new page; the view is kept by its address."""
    host = Host(site_of(tuple(OLD)))
    path = "index.html?range=24h"
    with watching(browser, host, path, now=READ + 5 * MINUTE) as watch:
        host.files = with_new_code(site_of(tuple(NEW)))
        watch.pass_time(60 * MINUTE)
        wait_for_count(watch, NEW)
        assert watch.loads == [f"https://counter.example/{path}"] * 2
        assert "assets/page.new.js" in host.asked


def test_new_code_waits_for_who_is_at_work(browser: Browser) -> None:
    """A link offers it, and it is taken once nothing is open any more."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        details = watch.page.locator(".range:visible details.table")
        details.locator("summary").click()
        host.files = with_new_code(site_of(tuple(NEW)))
        watch.pass_time(58 * MINUTE)
        assert len(watch.loads) == 1
        assert watch.page.locator(".news a").is_visible()
        details.locator("summary").click()
        watch.page.locator("h1").click()
        watch.pass_time(9 * MINUTE)
        wait_for_count(watch, NEW)
        assert len(watch.loads) == 2


def test_code_that_does_not_come_is_not_loaded_over_and_over(browser: Browser) -> None:
    """Between the site and the browser the old page may be kept for an hour."""
    host = Host(site_of(tuple(OLD)))
    new = with_new_code(site_of(tuple(NEW)))
    with watching(browser, host, now=READ + 5 * MINUTE) as watch:

        def answer(route: Route) -> None:
            fetched = route.request.resource_type == "fetch"
            host.files = new if fetched else site_of(tuple(OLD))
            host.answer(route)

        watch.page.route("**/index.html", answer)
        watch.pass_time(100 * MINUTE)
        assert len(watch.loads) == 2
        assert watch.page.locator(".news a").is_visible()


def test_a_newer_figure_that_does_not_come_is_asked_for_again(
    browser: Browser,
) -> None:
    """The graph that is being explored shows the older one until then."""
    host = Host(site_of(tuple(OLD)))
    with watching(browser, host, now=READ + 5 * MINUTE, scripts=EAGER) as watch:
        page = watch.page
        page.locator(".range:visible [data-action=explore]").first.click()
        page.locator(".plot.open .main-svg").first.wait_for()
        newest = "document.querySelector('.plot.open .js-plotly-plot').data[0].y.at(-1)"
        before = watch.ask(newest)
        publish(host, NEW)
        host.broken = ".json"
        with page.expect_response("**/*.json*"):
            watch.pass_time(57 * MINUTE)
        wait_for_count(watch, NEW)
        assert watch.ask(newest) == before
        host.broken = "\0"
        watch.pass_time(5 * MINUTE)
        page.wait_for_function(f"() => {newest} === {(NEW[-1] or 0) - (OLD[-1] or 0)}")


def test_the_card_of_a_day_tells_what_is_new_of_it(browser: Browser) -> None:
    """As the cell below it does, which has the focus still."""
    host = Host(site_of(tuple(busy(405))))
    now = FIRST + 404 * HOUR + 5 * MINUTE
    with watching(browser, host, now=now, scripts=EAGER) as watch:
        calendar = watch.page.locator(".heat.calendar")
        calendar.locator("[tabindex]").first.focus()
        watch.page.keyboard.press("ArrowLeft")
        card = calendar.locator(".value")
        before = card.inner_text()
        publish(host, busy(406))
        watch.pass_time(57 * MINUTE)
        wait_for_count(watch, busy(406))
        expect(card).not_to_have_text(before)
        cell = calendar.locator("td:focus b")
        expect(card).to_have_text(cell.text_content() or "")


def test_a_range_that_is_gone_gives_way_to_the_usual_one(browser: Browser) -> None:
    """Where readings were taken back; the address names it no longer."""
    host = Host(site_of(tuple(OLD)))
    path = "index.html?range=24h"
    with watching(browser, host, path, now=READ, scripts=EAGER) as watch:
        host.files = files_of(history([5, 7, 9], READ - HOUR))
        watch.pass_time(62 * MINUTE)
        expect(watch.page.locator(".count data")).to_have_text("9")
        shown = watch.page.locator(".range:visible")
        expect(shown).to_have_attribute("data-range", "all")
        assert watch.page.url == "https://counter.example/index.html"


def test_a_graph_that_is_being_explored_goes_on_with_the_new_figure(
    browser: Browser,
) -> None:
    """The same part of it, with the same point, as if nothing had happened."""
    host = Host(site_of(tuple(OLD)))
    part = "from=2026-01-14&to=2026-01-15"
    with watching(
        browser, host, f"index.html?range=7d&{part}", now=READ + 5 * MINUTE
    ) as watch:
        page = watch.page
        figure = page.locator(".range:visible .graph[data-kind=increments]")
        figure.locator(".plot.open .main-svg").first.wait_for()
        plot = "document.querySelector('.plot.open .js-plotly-plot')"
        host_of = figure.locator(".cursor")
        host_of.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        reached = page.locator("body > .said").inner_text()
        page.keyboard.press("0")
        page.keyboard.press("+")
        before = page.evaluate(f"{plot}.layout.xaxis.range")
        publish(host, NEW)
        watch.pass_time(60 * MINUTE)
        wait_for_count(watch, NEW)
        newest = (NEW[-1] or 0) - (OLD[-1] or 0)
        page.wait_for_function(f"() => {plot}.data[0].y.at(-1) == {newest}")
        assert page.evaluate(f"{plot}.layout.xaxis.range") == before
        expect(host_of).to_be_focused()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        expect(page.locator("body > .said")).to_have_text(reached)
        assert len(watch.loads) == 1
