"""Finding a graph of the page, making it interactive, and asking what it shows."""

from typing import Any

import requests
from playwright.sync_api import Locator, Page

from renderer.figures.ranges import DEFAULT_RANGE
from tests.e2e.visiting import Site, Visit

# The plot's own division, which plotly.js makes its home of.
PLOT = ".interactive > div"


def graph(page: Page, kind: str, span: str = DEFAULT_RANGE) -> Locator:
    """Find the graph of a kind in a range."""
    return page.locator(f".range[data-range='{span}'] .graph[data-kind={kind}]")


def explore(visit: Visit, kind: str, span: str = DEFAULT_RANGE) -> Locator:
    """Make a graph interactive, and wait until it is."""
    figure = graph(visit.page, kind, span)
    figure.locator("[data-action=explore]").click()
    figure.locator(".plot.open .main-svg").first.wait_for()
    return figure


def drawn(figure: Locator) -> dict[str, Any]:
    """Return what plotly.js was given to draw, and what it made of it."""
    found: dict[str, Any] = figure.locator(PLOT).evaluate(
        "p => JSON.parse(JSON.stringify({data: p.data, layout: p.layout,"
        " x: p._fullLayout.xaxis.range, y: p._fullLayout.yaxis.range,"
        " type: p._fullLayout.yaxis.type}))"
    )
    return found


def published(site: Site, figure: Locator) -> dict[str, Any]:
    """Fetch the figure that the picture was drawn from."""
    address = figure.get_attribute("data-figures") or ""
    answer = requests.get(site.url + address, timeout=9).json()
    found: dict[str, Any] = answer[figure.get_attribute("data-kind")]
    return found


def span_of(figure: Locator) -> list[str]:
    """Return the first and the last minute in sight."""
    return [each.replace("T", " ")[:16] for each in drawn(figure)["x"]]


def wait_for_span(figure: Locator, span: list[str], *, changed: bool) -> None:
    """Wait until this is what is in sight, or until it no longer is."""
    figure.page.wait_for_function(
        "([plot, start, end, changed]) => {"
        " const range = plot._fullLayout.xaxis.range"
        "   .map(each => each.replace('T', ' ').slice(0, 16));"
        " return (range[0] === start && range[1] === end) !== changed; }",
        arg=[figure.locator(PLOT).element_handle(), *span, changed],
    )


def wait_for_paper(figure: Locator, colour: str) -> None:
    """Wait until the graph lies on this colour."""
    figure.page.wait_for_function(
        "([plot, colour]) => plot.layout.paper_bgcolor === colour",
        arg=[figure.locator(PLOT).element_handle(), colour],
    )


def place(part: Locator) -> list[float]:
    """Return where on the page something is, and its size, to the pixel."""
    found: list[float] = part.evaluate(
        "e => { const r = e.getBoundingClientRect();"
        " return [r.x, r.y + scrollY, r.width, r.height].map(Math.round); }"
    )
    return found


def card_text(figure: Locator) -> str:
    """Wait for the card of a point and return what it says."""
    card = figure.locator(".value")
    card.wait_for()
    return card.inner_text()
