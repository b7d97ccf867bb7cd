"""Saving what is seen of a graph: CSV and pictures, made in the browser."""

import csv
import io
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.graphs import explore, graph, published, span_of, wait_for_span
from tests.e2e.visiting import COUNTER, Site, Visit, visiting

KINDS = ["increments", "total"]


def save(figure: Locator, kind: str) -> tuple[str, bytes]:
    """Choose from the menu of a graph; return the file's name and content."""
    figure.locator(".save summary").click()
    with figure.page.expect_download() as saved:
        figure.locator(f"[data-save={kind}]").click()
    expect(figure.locator(".save[open]")).to_have_count(0)
    return saved.value.suggested_filename, Path(saved.value.path()).read_bytes()


def zoom(figure: Locator) -> None:
    """Show a part of an interactive graph."""
    shown = span_of(figure)
    figure.locator(".cursor").focus()
    figure.page.keyboard.press("+")
    wait_for_span(figure, shown, changed=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_values_that_are_seen_are_saved_as_csv(
    visit: Visit, site: Site, kind: str
) -> None:
    """All of the picture, with what it is compared with; then those of a part."""
    figure = graph(visit.page, kind)
    name, body = save(figure, "csv")
    assert name == f"{COUNTER}-7d-{kind}.csv"
    head, *rows = csv.reader(io.StringIO(body.decode()))
    trace, *others = published(site, figure)["data"]
    assert [row[0] for row in rows] == trace["x"]
    values = [row[2 if kind == "increments" else 1] for row in rows]
    assert values == [str(y) for y in trace["y"]]
    zone = "(America/New_York)"
    if kind == "increments":
        assert head[:2] == [f"from {zone}", f"to {zone}"]
        assert head[2:] == ["increment", "complete", "previous"]
        assert [row[1] for row in rows[:-1]] == [row[0] for row in rows[1:]]
        before = dict(zip(others[0]["x"], others[0]["y"], strict=True))
        for time, _, _, complete, previous in rows:
            assert complete == "1"
            known = before[time]
            assert previous == ("" if known is None else str(known))
    else:
        assert head == [f"time {zone}", "count"]
    assert not visit.fetched("plotly")
    explore(visit, kind)
    zoom(figure)
    start, end = span_of(figure)
    name, body = save(figure, "csv")
    part = list(csv.reader(io.StringIO(body.decode())))[1:]
    assert 1 < len(part) < len(rows)
    assert all(start[:13] <= row[0][:13] <= end[:13] for row in part)
    assert name.startswith(f"{COUNTER}-7d-{kind}_{start[:10]}")


def test_the_picture_is_saved_as_it_was_published_and_then_as_it_is_seen(
    visit: Visit,
) -> None:
    """With the words that a picture needs when it is seen alone."""
    figure = graph(visit.page, "increments")
    name, body = save(figure, "png")
    assert name == f"{COUNTER}-7d-increments.png"
    address = figure.locator("[data-save=png]").evaluate("a => a.href")
    assert body == requests.get(address, timeout=9).content
    explore(visit, "increments")
    zoom(figure)
    said = figure.locator("figcaption > span:not([hidden])").inner_text()
    name, body = save(figure, "png")
    assert name.startswith(f"{COUNTER}-7d-increments_")
    picture = Image.open(io.BytesIO(body))
    plot = figure.locator(".plot").bounding_box()
    assert plot
    assert picture.width == 2 * round(plot["width"])
    assert picture.height > 2 * plot["height"]
    name, body = save(figure, "svg")
    assert name.endswith(".svg")
    assert body.startswith(b"<svg")
    assert said in body.decode()
    # What is painted in the page comes from no other place.
    visit.answers = [each for each in visit.answers if each.url[:5] != "blob:"]


def test_a_picture_as_svg_makes_the_graph_interactive(visit: Visit) -> None:
    """That is what draws it; Escape closes the menu."""
    figure = graph(visit.page, "total")
    _, body = save(figure, "svg")
    assert body.startswith(b"<svg")
    expect(figure.locator(".plot.open")).to_have_count(1)
    summary = figure.locator(".save summary")
    summary.click()
    visit.page.keyboard.press("Escape")
    expect(figure.locator(".save[open]")).to_have_count(0)
    expect(summary).to_be_focused()


def test_without_scripts_the_published_picture_can_be_saved(
    browser_without_scripts: Browser, site: Site
) -> None:
    """And nothing is offered that would not work."""
    with visiting(browser_without_scripts, site, "en.html") as visit:
        figure = graph(visit.page, "total")
        figure.locator(".save summary").click()
        assert figure.locator("[data-save]:visible").all_inner_texts() == ["PNG"]
        with visit.page.expect_download() as saved:
            figure.locator("[data-save=png]").click()
        assert saved.value.suggested_filename == f"{COUNTER}-7d-total.png"
