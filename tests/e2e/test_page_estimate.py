"""Between two readings: an estimate that is said to be one, and never in the way."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.hosting import MINUTE, Host, watching
from tests.unit.renderer.histories import FIRST, HOUR, history
from tests.unit.renderer.pages import files_of

SECOND = timedelta(seconds=1)
# 60 an hour, the last of them read 3 s after the hour.
COUNTS = [1_000_000 + 60 * hour for hour in range(30)]
READ = FIRST + 29 * HOUR + 3 * SECOND
LAST = COUNTS[-1]
MOVING: dict[str, Any] = {"reduced_motion": "no-preference"}


@pytest.fixture(scope="module")
def host() -> Host:
    """Host a site whose count rises by one a minute."""
    return Host(files_of(history(COUNTS)))


def seen(page: Page) -> str:
    """Return the number that is seen."""
    shown: str = page.evaluate(
        "[...document.querySelectorAll('.count data, .guess')]"
        ".filter(e => e.checkVisibility() && e.clientWidth !== 1)"
        ".map(e => e.innerText).join('|')"
    )
    return shown


def test_the_number_goes_on_at_the_measured_pace(browser: Browser, host: Host) -> None:
    """As about so many, at once after it came; who listens hears what was read."""
    with watching(browser, host, "en.html", now=READ + 10 * MINUTE, **MOVING) as watch:
        page = watch.page
        assert seen(page) == f"about{LAST + 10:,}"
        watch.pass_time(2 * MINUTE)
        assert seen(page) == f"about{LAST + 12:,}"
        count = page.locator(".count")
        # Neither shown to those who listen, nor said aloud as it changes.
        assert count.aria_snapshot() == f"- paragraph: {LAST:,} presses"
        assert count.locator("[aria-live], [role=status]").count() == 0
        assert f"{LAST:,}" in page.title()
        # The time that is told is not the estimate's.
        as_of = page.locator(".as-of")
        assert as_of.inner_text().startswith("last read 2 January 2026, 14:00")
        page.locator(".guessing").click()
        assert as_of.inner_text().startswith("as of 2 January 2026, 14:00")


@pytest.mark.parametrize("part", [".guess", ".guessing"])
def test_what_was_read_is_a_press_away(browser: Browser, host: Host, part: str) -> None:
    """And stays, next time too, until the estimate is wanted again."""
    with watching(browser, host, now=READ + 10 * MINUTE, **MOVING) as watch:
        page, switch = watch.page, watch.page.locator(".guessing")
        assert seen(page) == f"約{LAST + 10:,}"
        expect(switch).to_have_attribute("aria-pressed", "true")
        page.locator(part).click()
        assert seen(page) == f"{LAST:,}"
        expect(switch).to_have_attribute("aria-pressed", "false")
        page.reload()
        watch.pass_time(2 * MINUTE)
        assert seen(page) == f"{LAST:,}"
        switch.click()
        assert seen(page) == f"約{LAST + 12:,}"


def test_what_is_selected_of_the_estimate_stays(browser: Browser, host: Host) -> None:
    """To drag over it is no press; it goes on once nothing of it is selected."""
    with watching(browser, host, now=READ + 10 * MINUTE, **MOVING) as watch:
        page = watch.page
        box = page.locator(".guess .number").bounding_box()
        assert box
        page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2)
        page.mouse.up()
        watch.pass_time(2 * MINUTE)
        assert watch.ask("getSelection().toString()") == f"{LAST + 10:,}"
        assert seen(page) == f"約{LAST + 10:,}"
        watch.ask("getSelection().empty()")
        watch.pass_time(MINUTE)
        assert seen(page) == f"約{LAST + 13:,}"


def test_whoever_reaches_the_estimate_by_keys_sees_what_was_read(
    browser: Browser, host: Host
) -> None:
    """For as long as it has the focus."""
    with watching(browser, host, now=READ + 10 * MINUTE, **MOVING) as watch:
        page = watch.page
        page.locator("a[data-language]").focus()
        for _ in range(9):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.className").startswith("guessing"):
                break
        assert seen(page) == f"{LAST:,}"
        page.keyboard.press("Tab")
        assert seen(page) == f"約{LAST + 10:,}"


@pytest.mark.parametrize(
    ("age", "options"),
    [
        (10 * MINUTE, {"reduced_motion": "reduce"}),
        (121 * MINUTE, MOVING),
        # By a clock that is slow.
        (-10 * MINUTE, MOVING),
    ],
)
def test_there_is_no_estimate_where_it_would_be_wrong_or_in_the_way(
    browser: Browser, host: Host, age: timedelta, options: dict[str, Any]
) -> None:
    """Where nothing is to move, nothing new has come for long, or the time is wrong."""
    with watching(browser, host, now=READ + age, **options) as watch:
        assert seen(watch.page) == f"{LAST:,}"
        assert not watch.page.locator(".guessing").is_visible()


def test_the_estimate_ends_where_no_reading_comes(browser: Browser, host: Host) -> None:
    """At once with the mark that says so."""
    with watching(browser, host, now=READ + 118 * MINUTE, **MOVING) as watch:
        assert seen(watch.page) == f"約{LAST + 118:,}"
        watch.pass_time(4 * MINUTE)
        assert seen(watch.page) == f"{LAST:,}"


@pytest.mark.parametrize(
    ("counts", "now"),
    [([7], "7"), ([7, 7], "7"), ([7, None, None], "7"), ([10**17, 10**17 + 90], None)],
)
def test_an_odd_history_gives_no_odd_number(
    browser: Browser, counts: list[int | None], now: str | None
) -> None:
    """Its pace is not known or zero, or the number has more digits than a double."""
    host = Host(files_of(history(counts)))
    read = FIRST + (len(counts) - 1) * HOUR + 3 * SECOND
    with watching(browser, host, now=read + 10 * MINUTE, **MOVING) as watch:
        assert seen(watch.page) == (now or f"約{10**17 + 105:,}")


def test_a_new_reading_puts_the_estimate_right(browser: Browser, host: Host) -> None:
    """It goes on from there."""
    site = Host(host.files)
    with watching(browser, site, now=READ + 55 * MINUTE, **MOVING) as watch:
        site.files = files_of(history([*COUNTS, LAST + 30]))
        watch.pass_time(10 * MINUTE)
        assert seen(watch.page) == f"約{LAST + 32:,}"


def test_paper_gets_what_was_read(browser: Browser, host: Host) -> None:
    """An estimate would be wrong for ever."""
    with watching(browser, host, now=READ + 10 * MINUTE, **MOVING) as watch:
        watch.ask("dispatchEvent(new Event('beforeprint'))")
        watch.page.emulate_media(media="print")
        assert seen(watch.page) == f"{LAST:,}"
        watch.page.emulate_media(media="screen")
        watch.ask("dispatchEvent(new Event('afterprint'))")
        assert seen(watch.page) == f"約{LAST + 10:,}"
