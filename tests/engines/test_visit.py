"""What the page does for a visitor, in the engines of other makers."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from selenium.webdriver.common.keys import Keys

from infra.local.storage import Storage
from renderer.figures.ranges import DEFAULT_RANGE
from tests.e2e.publishing import publish_again
from tests.e2e.visiting import TABS, Site
from tests.engines.conftest import HOUR, move
from tests.engines.engines import Engine
from tests.engines.visiting import Visit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SCRIPTS = True
MINUTE = timedelta(minutes=1)
WHITE, DARKEST = (0xFF, 0xFF, 0xFF), (0x43, 0x26, 0x7F)
SHOWN = (
    "return [...document.querySelectorAll('.range')]"
    ".filter(e => e.getClientRects().length).map(e => e.dataset.range)"
)
BARS = f".range[data-range='{DEFAULT_RANGE}'] [data-kind=increments]"
LINE = f".range[data-range='{DEFAULT_RANGE}'] [data-kind=total]"
SAVED = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv"}
# Neither driver tells of what is saved.
CATCH = """
window.saved = [];
const make = window.URL.createObjectURL;
let last = null;
window.URL.createObjectURL = (blob) => {
  // plotly.js makes some of its own on the way.
  last = blob;
  return make.call(window.URL, blob);
};
window.HTMLAnchorElement.prototype.click = function () {
  window.saved.push([this.download, last.type, last.size]);
};
"""


@pytest.fixture
def visit(engine: Engine, ordinary: Site) -> Visit:
    """Open the English page of a site that is as most are."""
    visit = Visit(engine, ordinary.url)
    visit.open("en.html")
    return visit


def test_tabs_choose_the_range_and_the_address_keeps_it(visit: Visit) -> None:
    """Back leads to the one before."""
    assert visit.ask(SHOWN) == [DEFAULT_RANGE]
    for name in TABS:
        visit.click(f".tabs a[href='#{name}']")
        visit.wait_for(lambda: visit.ask(SHOWN), [name])
        usual = name == DEFAULT_RANGE
        query = "" if usual else f"?range={name}"
        assert visit.driver.current_url == f"{visit.url}en.html{query}"
    visit.driver.back()
    visit.wait(lambda: visit.ask(SHOWN) == [TABS[-2]])
    visit.check_quiet()
    visit.load(f"en.html?range={TABS[-1]}#records")
    assert visit.ask(SHOWN) == [TABS[-1]]
    visit.check_quiet()


def test_values_are_said_where_the_pointer_is(visit: Visit) -> None:
    """Of bars, lines and heatmaps; they go as it does."""
    for graph in (BARS, LINE):
        card = f"{graph} .value"
        visit.point(f"{graph} .plot", 0.3)
        visit.wait_for_text(card, ",")
        before = visit.text(card)
        visit.point(f"{graph} .plot", 0.6)
        visit.wait_for_other_text(card, before)
    visit.point(".weekly tbody tr:nth-child(3) td:nth-child(10)")
    visit.wait_for_text(".weekly .value", "Wednesday 8:00")
    visit.point("h1")
    visit.wait(lambda: not visit.sees(".value"))
    visit.check_quiet()


def test_values_are_said_where_the_arrow_keys_are(visit: Visit, ordinary: Site) -> None:
    """The newest comes first; what is said aloud is what is shown."""
    newest = f"{ordinary.readings[-1].count:,}"
    visit.focus(f"{LINE} .cursor")
    visit.press(Keys.ARROW_LEFT)
    visit.wait_for_text(f"{LINE} .value", newest)
    said = "return document.querySelector('body > .said').textContent"
    assert newest in visit.ask(said)
    before = f"{ordinary.readings[-2].count:,}"
    visit.press(Keys.ARROW_LEFT)
    visit.wait_for_text(f"{LINE} .value", before)
    assert before in visit.ask(said)
    visit.press(Keys.ESCAPE)
    visit.wait(lambda: visit.text(f"{LINE} .value") == "")
    visit.focus(".weekly .scroll")
    visit.press(Keys.ARROW_LEFT)
    visit.wait_for_text(".weekly .value", "Sunday 23:00")
    visit.press(Keys.ARROW_UP)
    visit.wait_for_text(".weekly .value", "Saturday 23:00")
    visit.check_quiet()


def test_a_graph_is_explored(visit: Visit) -> None:
    """Zoomed by keys it has ticks and an address, and closes again."""
    visit.click(f"{BARS} [data-action=explore]")
    visit.wait(lambda: visit.sees(f"{BARS} .plot.open .interactive .main-svg"))
    visit.focus(f"{BARS} .cursor")
    visit.press(Keys.ARROW_LEFT)
    visit.wait_for_text(f"{BARS} .value", "+")
    visit.press("+", "+", "+")
    visit.wait(lambda: "from=" in visit.driver.current_url)
    assert visit.sees(f"{BARS} .xtick text")
    visit.press(Keys.ESCAPE)
    visit.wait(lambda: not visit.sees(".interactive"))
    visit.wait(lambda: "from=" not in visit.driver.current_url)
    visit.load("en.html?last=2d")
    visit.wait(lambda: visit.sees(f"{BARS} .plot.open .xtick text"))
    visit.check_quiet()


def test_what_is_seen_can_be_saved(visit: Visit) -> None:
    """As picture and as values; what the browser is given to save is looked at."""
    visit.click(f"{BARS} [data-action=explore]")
    visit.wait(lambda: visit.sees(f"{BARS} .plot.open .interactive .main-svg"))
    visit.ask(CATCH)
    for format, kind in SAVED.items():
        visit.click(f"{BARS} .save summary")
        visit.click(f"{BARS} [data-save={format}]")
        name, type_, size = visit.wait(lambda: visit.ask("return window.saved.pop()"))
        assert name.endswith(f"7d-increments.{format}")
        assert type_ == kind
        assert size > 1_000
    visit.check_quiet()


def test_what_is_copied_can_be_pasted(visit: Visit) -> None:
    """The button says so."""
    # WebDriver takes what is in closed <details> for hidden, whatever the style sheet
    # says.
    button = visit.bring("#badge-count-html ~ button")
    button.click()
    visit.wait(lambda: visit.ask("return arguments[0].textContent", button) == "Copied")
    visit.ask("document.body.append(document.createElement('textarea'))")
    visit.focus("textarea")
    visit.press("v", held=Keys.CONTROL)
    copied = visit.ask("return document.getElementById('badge-count-html').textContent")
    pasted = "return document.querySelector('textarea').value"
    visit.wait(lambda: visit.ask(pasted) == copied)
    visit.check_quiet()


def test_languages_are_spoken_and_chosen(visit: Visit) -> None:
    """English leads to English; what is chosen stays, and so does the range."""
    visit.load(f"index.html?range={TABS[-1]}")
    assert visit.driver.current_url == f"{visit.url}en.html?range={TABS[-1]}"
    visit.click("a[data-language=ja]")
    address = f"{visit.url}index.html?range={TABS[-1]}"
    visit.wait(lambda: visit.driver.current_url == address)
    visit.load("index.html")
    assert visit.driver.current_url == f"{visit.url}index.html"
    assert visit.ask("return document.documentElement.lang") == "ja"
    visit.check_quiet()


def test_the_mark_tells_what_is_fresh_and_what_is_stale(
    visit: Visit, engine: Engine, ordinary: Site, stale: Site
) -> None:
    """And turns while the page is open."""
    assert visit.find(".freshness.fresh").is_displayed()
    visit.set_clock(ordinary.readings[-1].observed_at + 3 * HOUR + MINUTE)
    visit.wait_for_text(".freshness.stale", "no update for 3 hours")
    visit.check_quiet()
    old = Visit(engine, stale.url)
    old.open("en.html")
    assert "days" in old.text(".freshness.stale")
    old.check_quiet()


def test_a_new_reading_changes_the_page_where_it_stands(
    visit: Visit, ordinary: Site, s3_server: Storage, s3_client: "S3Client"
) -> None:
    """Numbers and tables do; what is open, zoomed and focused stays."""
    [*_, before, last] = ordinary.readings
    [more] = move([before], last.scheduled_at + HOUR)
    more = replace(more, count=last.count + 53)
    visit.click(f"{BARS} [data-action=explore]")
    visit.wait(lambda: visit.sees(f"{BARS} .plot.open .interactive .main-svg"))
    table = f".range[data-range='{DEFAULT_RANGE}'] details.table"
    visit.click(f"{table} summary")
    visit.focus(f".tabs a[href='#{DEFAULT_RANGE}']")
    visit.ask("window.loadedOnce = true")
    publish_again(s3_server, s3_client, "ordinary", ordinary.readings, [more])
    ordinary.readings.append(more)
    visit.set_clock(last.observed_at + 70 * MINUTE)
    visit.wait_for_text(".count data", f"{more.count:,}")
    assert visit.text(".news") == "new reading: +53"
    rows = visit.driver.find_elements("css selector", f"{table} tbody tr")
    assert f"{more.count:,}" in rows[0].text
    assert f"{last.count:,}" in rows[1].text
    assert visit.find(f"{BARS} .plot.open .interactive").is_displayed()
    focused = "return document.activeElement.hash"
    assert visit.ask(focused) == f"#{DEFAULT_RANGE}"
    assert visit.ask("return window.loadedOnce") is True
    visit.check_quiet()


def test_the_first_reading_of_all_is_shown(engine: Engine, first: Site) -> None:
    """There is little to see, and nothing goes wrong."""
    visit = Visit(engine, first.url)
    for path in ("en.html", "index.html"):
        visit.open(path)
        assert visit.text(".count data") == f"{first.readings[-1].count:,}"
        assert visit.find(".freshness.fresh").is_displayed()
        assert len(visit.ask(SHOWN)) == 1
        visit.check_quiet()


def test_the_page_is_printed(visit: Visit, ordinary: Site) -> None:
    """With the count, the pictures, and what the heatmaps' colours tell."""
    if visit.engine.name == "webkit":
        pytest.skip("its driver cannot print")
    printed = visit.driver.print_page()
    paper = pypdfium2.PdfDocument(base64.b64decode(printed))
    texts = [page.get_textpage().get_text_range() for page in paper]
    assert f"{ordinary.readings[-1].count:,}" in texts[0]
    assert len(texts) < 12
    pictures = [page.render().to_pil().convert("RGB") for page in paper]
    assert pictures[0].getpixel((9, 9)) == WHITE
    colours = {colour for each in pictures for _, colour in each.getcolors(1 << 24)}
    # Browsers print no backgrounds unless a page insists on it.
    assert DARKEST in colours
    visit.check_quiet()
