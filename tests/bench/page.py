"""Measure what a visit to the page costs: `python -m tests.bench.page ADDRESS`.

Bytes are those that went over the wire, headers included. Times are those of the
pinned browser, slowed down as many times as SLOWDOWN says, the best of some visits:
what the page takes where nothing else disturbs.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from renderer.figures.ranges import RANGES
from tests.e2e.visiting import browsing, start_playwright

SLOWDOWN = 4
VISITS = 3
WATCH = """
window.measured = {lcp: 0, what: "", cls: 0};
new PerformanceObserver(list => {
  const last = list.getEntries().at(-1);
  measured.lcp = last.startTime;
  measured.what = last.element?.outerHTML.slice(0, 60);
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const shift of list.getEntries())
    if (!shift.hadRecentInput) measured.cls += shift.value;
}).observe({type: "layout-shift", buffered: true});
"""

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Cost:
    """What one kind of visit costs: `first` and `all` in bytes; `lcp` in ms."""

    width: int
    scheme: Scheme
    first: int
    all: int
    bundle: int
    lcp_ms: float
    lcp_of: str
    cls: float


class Wire:
    """Adds up the bytes of what a page fetches, by address."""

    def __init__(self, page: Page) -> None:
        """Listen to the browser's network."""
        self.bytes: dict[str, int] = {}
        self._addresses: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        address = self._addresses[event["requestId"]]
        size = int(event["encodedDataLength"])
        self.bytes[address] = self.bytes.get(address, 0) + size

    def total(self, part: str = "") -> int:
        """Return the bytes of all addresses with this part."""
        return sum(size for url, size in self.bytes.items() if part in url)


@contextmanager
def opened(browser: Browser, width: int, scheme: Scheme) -> Iterator[Page]:
    """Give a page of a browser that has never been here."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="ja-JP",
    )
    yield context.new_page()
    context.close()


def first_bytes(
    browser: Browser, url: str, width: int, scheme: Scheme, visits: int = VISITS
) -> int:
    """Return the bytes of the first view, of the visit that took fewest.

    Chromium reads ahead of its parser, and where no scripts run it does not always know
    that yet: then it fetches pictures that the page does not ask it for.
    """
    sizes = []
    for _ in range(visits):
        with opened(browser, width, scheme) as page:
            wire = Wire(page)
            page.goto(url, wait_until="networkidle")
            sizes.append(wire.total())
    return min(sizes)


def whole_visit(
    browser: Browser, url: str, width: int, scheme: Scheme
) -> tuple[int, int, float]:
    """Look at all there is; return bytes, bytes of the bundle, and layout shift."""
    with opened(browser, width, scheme) as page:
        wire = Wire(page)
        page.add_init_script(WATCH)
        page.goto(url, wait_until="networkidle")
        for tab in RANGES:
            page.locator(f".tabs a[href='#{tab}']").click()
            for figure in page.locator(".graph:visible").all():
                figure.scroll_into_view_if_needed()
                if tab == next(iter(RANGES)):  # from then on the wish goes along
                    figure.locator("[data-action=explore]").click()
                figure.locator(".plot.open").wait_for()
            page.wait_for_load_state("networkidle")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        bundle = wire.total("assets/plotly")
        return wire.total() - bundle, bundle, page.evaluate("measured.cls")


def largest_paint(
    browser: Browser, url: str, width: int, scheme: Scheme
) -> tuple[float, str]:
    """Return when the largest thing was painted, at best, and what it was.

    A visit of a busy machine may end before its browser has told of any paint.
    """
    times = []
    for _ in range(VISITS):
        with opened(browser, width, scheme) as page:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
            page.add_init_script(WATCH)
            page.goto(url, wait_until="networkidle")
            lcp_ms, what = page.evaluate("[measured.lcp, measured.what]")
            times.append((lcp_ms if what else math.inf, what))
    return min(times)


def cost_of(
    browser: Browser, without_scripts: Browser, url: str, width: int, scheme: Scheme
) -> Cost:
    """Measure all of it, the first view without scripts."""
    rest, bundle, cls = whole_visit(browser, url, width, scheme)
    lcp_ms, lcp_of = largest_paint(browser, url, width, scheme)
    first = first_bytes(without_scripts, url, width, scheme)
    return Cost(width, scheme, first, rest, bundle, lcp_ms, lcp_of, cls)


def main(url: str) -> None:
    """Print what each kind of visit costs."""
    with (
        tempfile.TemporaryDirectory() as cache,
        start_playwright() as playwright,
        browsing(playwright, Path(cache)) as browser,
        browsing(playwright, Path(cache), scripts=False) as plain,
    ):
        print("width scheme  first KB  all KB  bundle KB  LCP ms     CLS")
        for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light")):
            cost = cost_of(browser, plain, url, width, scheme)  # type: ignore[arg-type]
            print(
                f"{width:5} {scheme:6} {cost.first / 1000:9.1f} {cost.all / 1000:7.1f}"
                f" {cost.bundle / 1000:10.1f} {cost.lcp_ms:7.0f} {cost.cls:7.4f}"
                f"  {cost.lcp_of}"
            )


if __name__ == "__main__":
    main(sys.argv[1])
