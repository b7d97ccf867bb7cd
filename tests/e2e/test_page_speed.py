"""How fast the page is there, and how little it moves: the limits of what it costs."""

import re
from urllib.parse import urljoin

import pytest
import requests
from playwright.sync_api import Browser, expect

from infra.local.storage import Storage
from tests.bench.children import run_cold
from tests.bench.grounds import make_ours
from tests.bench.page import WATCH, Scheme, first_bytes, opened, whole_visit
from tests.bench.run import YEAR

FIND_TEXTS = """
[...document.querySelectorAll('main *')].filter(e => e.innerText).map(e => e.outerHTML)
"""
LOOKS = [(1280, "light"), (1280, "dark"), (390, "light")]


@pytest.fixture(scope="module")
def address(s3_server: Storage) -> str:
    """Publish a year, for no page has more to show; give the page's address."""
    ground = make_ours(s3_server, YEAR)
    run_cold(ground)
    return f"{ground.env['SITE_URL']}index.html"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_first_view_is_small(
    browser: Browser,
    browser_without_scripts: Browser,
    address: str,
    width: int,
    scheme: Scheme,
) -> None:
    """With scripts or without, all before anybody scrolls: below 100 KB."""
    assert 5_000 < first_bytes(browser, address, width, scheme, visits=1) < 100_000
    assert (
        5_000 < first_bytes(browser_without_scripts, address, width, scheme) < 100_000
    )


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_whole_visit_is_small_and_nothing_jumps(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    """All ranges, all graphs interactive: below 300 KB, but for plotly.js."""
    size, bundle, cls = whole_visit(browser, address, width, scheme)
    assert 5_000 < size < 300_000
    assert 100_000 < bundle < 700_000
    assert cls < 0.02


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_largest_thing_waits_for_no_script_and_no_picture(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    """It is a text that is there without them, and not made anew for the estimate.

    How long it takes is for the benchmark to say.
    """
    summary = requests.get(urljoin(address, "data/summary.json"), timeout=10).json()
    with opened(browser, width, scheme) as page:
        page.route(re.compile(r"\.(js|png|svg)\b"), lambda route: route.abort())
        page.goto(address, wait_until="networkidle")
        texts = page.evaluate(FIND_TEXTS)
    with opened(browser, width, scheme) as page:
        page.add_init_script(WATCH)
        page.clock.set_fixed_time(summary["observed_at"])
        page.goto(address, wait_until="networkidle")
        expect(page.locator(".guess")).to_be_visible()
        page.wait_for_function("measured.what")
        assert find_tag(page.evaluate("measured.what")) in map(find_tag, texts)


def find_tag(html: str) -> str:
    """Return the opening tag with which an element begins."""
    return html.partition(">")[0]
