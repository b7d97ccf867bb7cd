"""What a visitor sees and what others get: the page, the pictures, feeds and embeds.

Published by the real renderer into the real S3 server.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser

from renderer.site.languages import LANGUAGES
from tests.e2e.visiting import (
    PAGES,
    TITLE,
    Scheme,
    Site,
    Visit,
    visiting,
)

ZONE = ZoneInfo("America/New_York")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """Give each of the colour schemes that a visitor may prefer."""
    scheme: Scheme = request.param
    return scheme


@pytest.fixture(params=PAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Give each of the languages that a visitor may prefer."""
    language: str = request.param
    return language


@pytest.fixture(params=[390, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """Give the width of a telephone and of a desk."""
    return int(request.param)


@pytest.fixture
def visit(
    browser: Browser, site: Site, language: str, scheme: Scheme, width: int
) -> Iterator[Visit]:
    """Open the page and scroll through it, as a person does."""
    path = PAGES[language]
    with visiting(
        browser, site, path, language=language, scheme=scheme, width=width
    ) as visit:
        visit.look_at_all()
        yield visit


def test_a_wrong_address_leads_to_the_page_in_every_look(
    browser_without_scripts: Browser,
    site: Site,
    language: str,
    scheme: Scheme,
    width: int,
) -> None:
    """Read in light and dark, and one step from the page; without scripts."""
    with visiting(
        browser_without_scripts, site, "404.html", scheme=scheme, width=width
    ) as visit:
        page = visit.page
        shades = Image.open(BytesIO(page.screenshot())).convert("L").tobytes()
        assert (shades[0] > 200) == (scheme == "light")
        assert max(shades) - min(shades) > 150
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        link = page.locator(f"p[lang={language}] a")
        assert TITLE in link.inner_text()
        link.click()
        assert page.url == f"{site.url}{PAGES[language]}"
        visit.check_quiet()


def test_everything_is_seen_quietly_in_every_look(
    visit: Visit, site: Site, language: str, scheme: Scheme, width: int
) -> None:
    """Count, time, title as it was written, pictures of the right kind; no message."""
    page, last = visit.page, site.readings[-1]
    count = page.locator(".count").first
    assert f"{last.count:,}" in count.inner_text()
    assert count.is_visible()
    assert page.locator("h1").inner_text().startswith(TITLE)
    assert f"{last.count:,}" in page.title()
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("time").first.get_attribute("datetime") == utc(last.observed_at)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in paper.strip("rgb()").split(",")) / 3
    assert (brightness > 200) == (scheme == "light")
    assert (brightness < 60) == (scheme == "dark")
    looks = page.evaluate(
        "[...document.querySelectorAll('.plot img')].filter(i => i.checkVisibility())"
        ".map(i => [i.currentSrc, i.naturalWidth])"
    )
    assert len(looks) == 2
    for address, pixels in looks:
        assert pixels > 0
        assert ("narrow" in address) == (width == 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    visit.check_quiet()


def utc(instant: datetime) -> str:
    """Write an instant as the page does."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def test_a_number_of_eighteen_digits_fits_a_telephone(
    browser: Browser, site: Site
) -> None:
    """The longest count there can be, at the narrowest common width."""
    with visiting(browser, site, width=320) as visit:
        visit.page.locator(".count").first.evaluate(
            "e => e.firstChild.data = '999,' .repeat(5) + 999"
        )
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PAGES.values())
def test_every_address_on_the_page_can_be_fetched_by_anybody(
    browser: Browser, site: Site, path: str
) -> None:
    """Also those that are only linked: the data, the feeds, the other language."""
    with visiting(browser, site, path, language="ja") as visit:
        links = visit.page.evaluate(
            "[...document.querySelectorAll('a[href], link[href]')].map(l => l.href)"
        )
        metas = visit.page.evaluate(
            "[...document.querySelectorAll('meta[property=\"og:image\"]')]"
            ".map(m => m.content)"
        )
    # The licence's deed lies elsewhere.
    ours = {link.partition("#")[0] for link in links if link.startswith(site.url)}
    assert len(ours) >= 14
    assert len(metas) == 1
    for link in [*ours, *metas]:
        assert requests.get(link, timeout=9).status_code == 200, link


def test_all_that_was_published_is_public_and_says_what_it_is(site: Site) -> None:
    """With a type that has an encoding where it is text, and a time to keep it."""
    types = {
        "html": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json; charset=utf-8",
        "png": "image/png",
        "svg": "image/svg+xml",
        "txt": "text/plain; charset=utf-8",
        "xml": "application/atom+xml; charset=utf-8",
        "parquet": "application/vnd.apache.parquet",
    }
    feeds = {
        each.json_feed: "application/feed+json; charset=utf-8" for each in LANGUAGES
    }
    assert {"index.html", "en.html", "graph.png", "data/summary.json"} < set(site.keys)
    for key in site.keys:
        answer = requests.get(site.url + key, timeout=9)
        assert answer.status_code == 200, key
        known = feeds.get(key) or types[key.rpartition(".")[2]]
        assert answer.headers["Content-Type"] == known, key
        assert answer.headers["Cache-Control"].startswith("max-age="), key


@pytest.mark.parametrize(
    ("key", "lang"), [(each.feed, each.code) for each in LANGUAGES]
)
def test_the_feeds_are_atom_with_absolute_links(
    site: Site, key: str, lang: str
) -> None:
    """A reader of feeds has no page that an address could be relative to."""
    feed = ET.fromstring(requests.get(site.url + key, timeout=9).content)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    # A link inside of an element that is not there would be None.
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    for element in [feed, *entries]:
        for name in ("id", "title", "updated"):
            assert (element.findtext(f"{ATOM}{name}") or "").strip(), name
        updated = element.findtext(f"{ATOM}updated") or ""
        assert datetime.fromisoformat(updated).tzinfo
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    assert links
    for link in links:
        assert link.startswith(site.url)
        assert requests.get(link, timeout=9).status_code == 200


def test_the_embed_snippets_work_on_another_page(
    browser: Browser, site: Site, elsewhere: tuple[Path, str], scheme: Scheme
) -> None:
    """What there is to copy shows picture and badge on a page of another origin."""
    folder, origin = elsewhere
    with visiting(browser, site) as visit:
        # As it would be copied: also what is folded away.
        snippets = visit.page.evaluate(
            "[...document.querySelectorAll('[data-copy]')]"
            ".map(b => document.getElementById(b.dataset.copy).textContent)"
        )
    pictures = [text for text in snippets if "<picture" in text or "<img" in text]
    assert pictures
    page_text = f"<!doctype html><meta charset=utf-8>{''.join(pictures)}"
    (folder / "blog.html").write_text(page_text, "utf-8")
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{origin}blog.html", wait_until="load")
    images = page.evaluate(
        "[...document.images].map(i => ({at: i.currentSrc, width: i.naturalWidth,"
        " shown: i.clientWidth, alt: i.alt}))"
    )
    context.close()
    assert images
    for image in images:
        assert image["at"].startswith(site.url)
        assert image["width"] > 0
        assert 0 < image["shown"] <= 1280
        assert image["alt"]
    [graph] = [image for image in images if "graph" in image["at"]]
    assert ("graph-dark.png" in graph["at"]) == (scheme == "dark")


def test_the_badge_has_the_newest_count_and_the_card_its_size(
    browser: Browser, site: Site
) -> None:
    """The one says it as text; the other is as large as others expect."""
    badge = requests.get(f"{site.url}badge.svg", timeout=9).content
    text = "".join(ET.fromstring(badge).itertext())
    assert f"{site.readings[-1].count:,}" in text
    with visiting(browser, site) as visit:
        meta = visit.page.locator("meta[property='og:image']").get_attribute("content")
        assert meta
        assert meta.startswith(site.url)
        size = visit.page.evaluate(
            "async at => { const i = new Image(); i.src = at; await i.decode();"
            " return [i.naturalWidth, i.naturalHeight]; }",
            meta,
        )
    assert size == [1200, 630]
