"""The visitor's own time: the moments of the page by another clock, if so wanted."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.hosting import HOME, MINUTE, Host, watching
from tests.unit.renderer.histories import FIRST, HOUR, history
from tests.unit.renderer.pages import files_of

# With a gap, and a milestone nine hours before the end.
COUNTS = [*range(990, 1020, 10), None, *range(1030, 1300, 10)]
NOW = FIRST + (len(COUNTS) - 1) * HOUR + 10 * MINUTE
BERLIN: dict[str, Any] = {"timezone_id": "Europe/Berlin"}


@pytest.fixture(scope="module")
def host() -> Host:
    """Host a site whose days are Tokyo's."""
    return Host(files_of(history(COUNTS)))


# By the clocks of the site, and by those of the visitor.
TOLD = {
    "index.html": {
        ".as-of": (
            "2026年1月2日 15:00 現在 日本時間",
            "2026年1月2日 07:00 現在 お使いの端末の時刻（Europe/Berlin）",
        ),
        ".card:first-child .faint": ("14:00 から", "06:00 から"),
        ".sketch figcaption .faint": ("1月1日 09:00", "1月1日 01:00"),
        ".strip .last": ("2026年1月2日 05:00 〜 06:00", "2026年1月1日 21:00 〜 22:00"),
        ".range[data-range='24h'] tbody th": (
            "2026年1月2日 14:00",
            "2026年1月2日 06:00",
        ),
        ".events li": ("2026年1月1日 12:00", "2026年1月1日 04:00"),
        "#graphs + p": ("", "グラフと、日・週・月の区切りは日本時間のままです。"),
    },
    "en.html": {
        ".as-of": (
            "as of 2 January 2026, 15:00 Japan time (UTC+9)",
            "as of 2 January 2026, 07:00 your time (Europe/Berlin)",
        ),
        ".sketch figcaption .faint": ("(1 January, 09:00)", "(1 January, 01:00)"),
        ".strip .last": (
            "2 January 2026, 05:00 – 06:00",
            "1 January 2026, 21:00 – 22:00",
        ),
        "#graphs + p": ("", "stay in Japan time (UTC+9)"),
    },
}


@pytest.mark.parametrize("path", TOLD)
def test_times_are_told_by_the_visitors_clocks_and_back(
    browser: Browser, host: Host, path: str
) -> None:
    """Each moment, each span; not the days, and the page says so."""
    with watching(browser, host, f"{path}?range=24h", now=NOW, **BERLIN) as watch:
        page = watch.page
        for details in page.locator("details").all():
            details.evaluate("d => { d.open = true; }")
        switch = page.locator(".clocks")
        for mine in (False, True, False):
            assert switch.get_attribute("aria-pressed") == str(mine).lower()
            for where, told in TOLD[path].items():
                text = " ".join(page.locator(where).first.inner_text().split())
                assert told[mine] in text, where
            assert page.locator("#graphs + p").is_visible() == mine
            switch.click()
        assert page.url == f"{HOME}{path}?range=24h"


def test_the_choice_of_clocks_is_kept_and_no_part_of_the_address(
    browser: Browser, host: Host
) -> None:
    """By the browser: who is sent the address has clocks of their own."""
    with watching(browser, host, now=NOW, **BERLIN) as watch:
        page = watch.page
        page.locator(".clocks").click()
        page.locator("a[data-language=en]").click()
        page.wait_for_url(f"{HOME}en.html")
        assert (
            page.locator(".as-of").inner_text().startswith("as of 2 January 2026, 07")
        )
        page.locator(".clocks").click()
        page.reload()
        assert (
            page.locator(".as-of").inner_text().startswith("as of 2 January 2026, 15")
        )


def test_a_new_reading_is_told_by_the_same_clocks(browser: Browser, host: Host) -> None:
    """In the place of the old one."""
    site = Host(host.files)
    with watching(browser, site, now=NOW, **BERLIN) as watch:
        watch.page.locator(".clocks").click()
        site.files = files_of(history([*COUNTS, 1300]))
        watch.pass_time(60 * MINUTE)
        expect(watch.page.locator(".count data")).to_have_text("1,300")
        assert watch.page.locator(".as-of time").inner_text() == "2026年1月2日 08:00"
        watch.page.locator(".clocks").click()
        assert watch.page.locator(".as-of time").inner_text() == "2026年1月2日 16:00"


def test_there_is_no_choice_where_there_is_but_one_clock(
    browser: Browser, browser_without_scripts: Browser, host: Host
) -> None:
    """For visitors of the site's own zone; and without scripts."""
    with watching(browser, host, now=NOW, timezone_id="Asia/Tokyo") as watch:
        assert not watch.page.locator(".clocks").is_visible()
        assert not watch.page.locator("#graphs + p").is_visible()
    # Chromium calls it Europe/Kiev.
    kyiv = Host(files_of(history(COUNTS), ZoneInfo("Europe/Kyiv")))
    with watching(browser, kyiv, now=NOW, timezone_id="Europe/Kyiv") as watch:
        assert not watch.page.locator(".clocks").is_visible()
    with watching(browser_without_scripts, host, now=NOW, **BERLIN) as watch:
        assert not watch.page.locator(".clocks").is_visible()
