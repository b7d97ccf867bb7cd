"""Every odd state of a history looks right: in both languages, themes, all widths.

Each is published by the real renderer into the real S3. The pictures of all of them
are drawn by one browser, which is most of the time that it takes.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from collector.reading import Reading
from infra.local.storage import Storage, create_buckets
from renderer.drawing.process import Drawing
from renderer.figures.figure import Figure
from renderer.figures.ranges import DEFAULT_RANGE
from renderer.fingerprint import fingerprint
from renderer.handler import connect
from renderer.pipeline import run_pipeline
from renderer.readings.notes import Note, encode_note
from renderer.settings import Settings
from renderer.site.keys import PICTURES
from renderer.site.languages import LANGUAGES
from tests.e2e.visiting import (
    BROWSER,
    PAGES,
    PLOTLY_JS,
    Scheme,
    Site,
    put_readings,
    visiting,
)
from tests.integration.renderer_world import computing_once

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HOUR = timedelta(hours=1)
START = datetime(2026, 8, 30, 22, tzinfo=UTC)
DAY, MONTH = 24, 31 * 24
HUGE = 2**53
WIDTHS = (1280, 390, 320)
TITLE = "にゃんぱすー <b>ボタン</b>"


def busy(hours: int, first: int = 1_234_000, a_day: int = 900) -> list[int | None]:
    """Give the counts of a source that is busy by day and idle by night."""
    counts, count = [], first
    for hour in range(hours):
        counts.append(count)
        count += a_day // 24 * (hour * 7 % 24) // 12
    return [*counts]


def gone(hours: int) -> list[int | None]:
    """Give hours without a reading."""
    return [None] * hours


# What each counted, hour by hour.
STATES: Mapping[str, list[int | None]] = {
    "first": [1_234_567],
    "two": [1_234_567, 1_234_570],
    "day": busy(DAY + 1),
    "month-gap": [*busy(12 * DAY), *gone(MONTH), *busy(10 * DAY, 1_260_000)],
    "reset": [*busy(9 * DAY), *busy(30, 0), *busy(2 * DAY, 12, 80)],
    "odd": [*busy(9 * DAY), 0, 5, *busy(DAY, 1_260_000), 10**12, *busy(9, 1_290_000)],
    "zero": [0] * 30,
    "huge": [HUGE + 1 + 2 * hour for hour in range(3 * DAY)],
    "stopped": [*busy(8 * DAY), *[1_300_000] * 9 * DAY],
    "lone": [*busy(1), *gone(5), *busy(1, 1_235_000), *gone(30), *busy(1, 1_236_000)],
}
# What the operator told of one: of before and after it, too, and in one language only.
TOLD = {
    "reset": [
        Note(START + hours * HOUR, texts, "https://example.org/", START)
        for hours, texts in (
            (-5, {"ja": "はじまりの前"}),
            (9 * DAY - 1, {"ja": "メンテナンス", "en": "Maintenance"}),
            (9 * DAY, {"en": "A reset that was announced a long time beforehand"}),
            (300, {"ja": "お祭り"}),
        )
    ]
}
OWN_PICTURES = (*PICTURES, f"graphs/{DEFAULT_RANGE}-", "graphs/all-")
# Those of which a count is ten times another.
LOGARITHMIC = {"reset"}
# The source of this one was last reached days ago.
LATER = {"stopped": timedelta(days=3)}


def readings_of(counter: str, counts: list[int | None]) -> list[Reading]:
    """Give a reading for each hour that has a count."""
    hours = ((START + n * HOUR, count) for n, count in enumerate(counts))
    return [
        Reading(counter, hour, hour + timedelta(seconds=3), count)
        for hour, count in hours
        if count is not None
    ]


def settings_of(server: Storage, counter: str) -> Settings:
    """Give the renderer's settings for one state."""
    return Settings.from_env(
        {
            **server.env,
            "DATA_BUCKET": "states-data",
            "SITE_BUCKET": f"state-{counter}",
            "SITE_URL": f"{server.endpoint}/state-{counter}/",
            "COUNTER": counter,
            "TITLE": TITLE,
            "TIME_ZONE": "Asia/Tokyo",
            "BROWSER_PATH": str(BROWSER),
            "PLOTLY_JS": str(PLOTLY_JS),
        }
    )


class NotYetDrawnError(Exception):
    """The figures are known, and that was all that was wanted."""


@pytest.fixture(scope="module")
def sites(s3_server: Storage, s3_client: "S3Client") -> dict[str, Site]:
    """Publish every state, with pictures that are drawn at once.

    Of each state those of two ranges are its own; the others show one of these.
    """
    everything = {name: settings_of(s3_server, name) for name in STATES}
    readings = {name: readings_of(name, counts) for name, counts in STATES.items()}
    with pytest.MonkeyPatch.context() as patch, computing_once():
        for name, value in s3_server.env.items():
            patch.setenv(name, value)

        connected = {name: connect(settings) for name, settings in everything.items()}

        def render(name: str, draw: Callable[..., dict[str, bytes]]) -> dict[str, Any]:
            source, site = connected[name]
            return run_pipeline(everything[name], source, site, draw, [], rebuild=True)

        # Young histories have the same figure in several ranges.
        wanted: dict[str, Figure] = {}
        for name in STATES:
            create_buckets(s3_server, s3_client, "states-data", f"state-{name}")
            put_readings(s3_client, "states-data", readings[name])
            for key, body in (encode_note(name, each) for each in TOLD.get(name, [])):
                s3_client.put_object(Bucket="states-data", Key=key, Body=body)

            def note(figures: Mapping[str, Figure], name: str = name) -> Any:
                wanted.update(
                    {
                        fingerprint(figure): figure
                        for key, figure in figures.items()
                        if key.startswith(OWN_PICTURES)
                    }
                )
                raise NotYetDrawnError

            with pytest.raises(NotYetDrawnError):
                render(name, note)
        with Drawing(BROWSER, PLOTLY_JS, ["single", "multi"]) as drawing:
            pictures = drawing.draw(wanted, 90)
        published = {}
        for name in STATES:

            def give(figures: Mapping[str, Figure], name: str = name) -> Any:
                any_picture = next(iter(pictures.values()))
                return {
                    key: pictures.get(fingerprint(figure), any_picture)
                    for key, figure in figures.items()
                }

            result = render(name, give)
            assert result["outcome"] == "published"
            url = everything[name].site_url
            published[name] = Site(url, result["objects"], readings[name])
    return published


@pytest.fixture(scope="module")
def axe() -> Axe:
    """Give the checker of accessibility."""
    return Axe()


RULES = {
    "runOnly": {
        "type": "tag",
        "values": [
            *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
            "best-practice",
        ],
    },
    # What is right needs not be told.
    "resultTypes": ["violations"],
}


def violations(axe: Axe, page: Page) -> list[str]:
    """List what is hard to reach for some, and where."""
    found = axe.run(page, options=RULES).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"][:3]
    ]


# Each state in every language and both themes, each language in both themes.
LOOKS = [
    (state, language, ("light", "dark")[(number + place) % 2])
    for number, state in enumerate(STATES)
    for place, language in enumerate(PAGES)
]


@pytest.mark.parametrize(("state", "language", "scheme"), LOOKS)
def test_every_state_is_quiet_fits_and_is_accessible(
    browser: Browser,
    sites: dict[str, Site],
    axe: Axe,
    state: str,
    language: str,
    scheme: Scheme,
) -> None:
    """The exact count; no message, no other origin, no sideways scroll, for all.

    Also where there is next to nothing to see and to explore.
    """
    site = sites[state]
    now = site.soon + LATER.get(state, timedelta(0))
    with visiting(
        browser, site, PAGES[language], language=language, scheme=scheme, now=now
    ) as visit:
        page = visit.page
        count = site.readings[-1].count
        assert f"{count:,}" in page.locator(".count").first.inner_text()
        classes = page.locator(".freshness").get_attribute("class") or ""
        assert ("stale" in classes.split()) == (state in LATER)
        text = page.locator("body").inner_text()
        nonsense = {"nan", "NaN", "inf", "undefined", "Undefined", "{"}
        # In English it is also a word.
        nonsense |= {"None"} if language == "ja" else set()
        assert not nonsense & {*text.split()}
        # What is folded away is to be read, too.
        page.evaluate(
            "for (const d of document.querySelectorAll('details')) d.open = 1"
        )
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        # The pictures are the same in every language, and so is what is done with them.
        visit.look_at_all()
        if language == LANGUAGES[0].code:
            for tab in page.locator(".tabs a").all():
                tab.click()
                visit.look_at_all()
            explore(page, state)
        assert violations(axe, page) == []
        visit.check_quiet()


def explore(page: Page, state: str) -> None:
    """Explore the whole history, on a logarithmic scale, too; then on a telephone."""
    page.set_viewport_size({"width": 1280, "height": 800})
    for kind in ("increments", "total"):
        figure = page.locator(f".range[data-range=all] .graph[data-kind={kind}]")
        figure.locator("[data-action=explore]").click()
        figure.locator(".plot.open .main-svg").first.wait_for()
        host = figure.locator(".cursor")
        host.focus()
        for key in ("ArrowLeft", "ArrowLeft", "+", "Home", "-", "0", "End"):
            page.keyboard.press(key)
    log = page.locator(".range[data-range=all] [data-action=log]")
    # Elsewhere it would show nothing more.
    assert log.count() == (state in LOGARITHMIC)
    for scale, pressed in (("log", "true"), ("linear", "false")) * log.count():
        log.click()
        expect(log).to_have_attribute("aria-pressed", pressed)
        axis = "p => p._fullLayout.yaxis.type"
        assert figure.locator(".interactive > div").evaluate(axis) == scale
        for key in ("+", "+", "Home"):
            page.keyboard.press(key)
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(
        "() => [...document.querySelectorAll('.plot.open')].every(p => "
        "p.querySelector('.main-svg').clientWidth <= p.clientWidth)"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_count_that_no_double_can_hold_is_shown_exactly(
    browser: Browser, sites: dict[str, Site]
) -> None:
    """On the page, in the summary as text, in the table, in what a point says."""
    site = sites["huge"]
    last = site.readings[-1].count
    assert last > HUGE
    assert last % 2 == 1
    summary = requests.get(f"{site.url}data/summary.json", timeout=9).json()
    assert summary["count_text"] == str(last)
    with visiting(browser, site, "index.html#24h") as visit:
        page = visit.page
        assert f"{last:,}" in page.locator(".count").first.inner_text()
        section = page.locator(".range[data-range='24h']")
        section.locator("details.table summary").click()
        assert f"{last:,}" in section.locator("tbody tr").first.inner_text()
        figure = section.locator(".graph[data-kind=total]")
        figure.locator("[data-action=explore]").click()
        figure.locator(".plot.open").wait_for()
        figure.locator(".cursor").focus()
        page.keyboard.press("End")
        expect(figure.locator(".value")).to_contain_text(f"{last:,}")
        expect(page.locator("body > .said")).to_contain_text(f"{last:,}")


def test_a_stopped_source_is_told_in_words(
    browser: Browser, sites: dict[str, Site]
) -> None:
    """Three days later the page says so itself, in both languages."""
    site = sites["stopped"]
    for path, words in (("index.html", "3日の"), ("en.html", "for 3 days")):
        with visiting(browser, site, path, now=site.soon + LATER["stopped"]) as visit:
            mark = visit.page.locator(".freshness")
            assert words in mark.inner_text()
            assert mark.is_visible()
