"""What a zoomed graph says of a part: its finding, its legend, its notes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from renderer.readings.notes import Note
from renderer.site.page import render_files
from renderer.site.templating import let_numbers_break
from tests.e2e.graphs import drawn
from tests.e2e.hosting import HOME, Host, watching
from tests.e2e.test_page_address import open_view
from tests.unit.renderer.histories import FIRST, HOUR, TOKYO, history
from tests.unit.renderer.pages import files_of, view_of


def test_the_legend_of_a_part_explains_what_is_in_sight(browser: Browser) -> None:
    """All of it again where all is in sight, and where the picture is back."""
    counts = [*range(0, 900, 10), None, None, None, *range(900, 1500, 10), *range(60)]
    host = Host(files_of(history(counts)))
    gap, reset = "3 hours missing", "1 reset"
    parts = {
        "?from=2026-01-02&to=2026-01-03": [],
        "?from=2026-01-04&to=2026-01-05": [gap],
        "?from=2026-01-07&to=2026-01-09": [reset],
        "?range=all": [gap, reset],
    }
    with watching(browser, host, "en.html", now=FIRST) as watch:
        page = watch.page
        graph = page.locator(".range:visible .graph[data-kind=total]")
        signs = graph.locator(".legend li:visible").filter(has_not_text="total")
        for query, told in parts.items():
            open_view(page, query)
            if told != [gap, reset]:
                expect(graph.locator(".plot.open")).to_have_count(1)
            expect(signs).to_have_text([re.compile(each) for each in told])
        open_view(page, "?from=2026-01-02&to=2026-01-03")
        expect(signs).to_have_count(0)
        graph.locator("[data-action=explore]").click()
        expect(graph.locator(".plot.open")).to_have_count(0)
        expect(signs).to_have_count(2)


def test_numbers_of_the_whole_range_are_not_told_of_a_part(browser: Browser) -> None:
    """Of 50 hours that are missing only some are in sight, of two notes one."""
    counts = [*range(50), *[None] * 50, *range(99, 400)]
    moments = [FIRST + each * HOUR for each in (20, 200)]
    notes = [Note(at, {"en": "Quiz"}, None, FIRST) for at in moments]
    view, others = view_of(history(counts), notes=notes)
    host = Host(others | render_files(view))
    with watching(browser, host, "en.html", now=FIRST) as watch:
        page = watch.page
        open_view(page, "?range=all")
        graph = page.locator(".range:visible .graph[data-kind=increments]")
        legend = graph.locator(".legend")
        expect(legend).to_contain_text("50 hours missing", use_inner_text=True)
        expect(legend).to_contain_text("2 notes", use_inner_text=True)
        open_view(page, "?from=2026-01-01&to=2026-01-04")
        expect(legend).not_to_contain_text("50 hours", use_inner_text=True)
        expect(legend).to_contain_text("missing", use_inner_text=True)
        expect(legend).not_to_contain_text("2 notes", use_inner_text=True)
        expect(legend).to_contain_text("Notes", use_inner_text=True)
        open_view(page, "?range=all")
        expect(legend).to_contain_text("50 hours missing", use_inner_text=True)


def test_a_comparison_that_is_out_of_sight_is_not_explained(browser: Browser) -> None:
    """It begins a year after the history, and so where the range is nearly over."""
    host = Host(files_of(history(range(24 * 400))))
    with watching(browser, host, "en.html?range=1y", now=FIRST) as watch:
        graph = watch.page.locator(".range:visible .graph[data-kind=increments]")
        line = graph.locator(".legend li[data-against=previous]")
        expect(line).to_be_visible()
        open_view(watch.page, "?range=1y&from=2026-06-01&to=2026-06-30")
        expect(graph.locator(".plot.open")).to_have_count(1)
        expect(line).to_be_hidden()
        open_view(watch.page, "?range=1y&from=2027-01-10&to=2027-01-20")
        expect(line).to_be_visible()


def test_bars_of_a_part_do_not_lie_over_each_other(browser: Browser) -> None:
    """All of them do a little, or hairlines would show between so many."""
    host = Host(files_of(history(range(24 * 360), FIRST)))
    with watching(browser, host, "en.html?range=all", now=FIRST) as watch:
        graph = watch.page.locator(".range:visible .graph[data-kind=increments]")
        graph.locator("[data-action=explore]").click()
        expect(graph.locator(".plot.open")).to_have_count(1)
        assert drawn(graph)["data"][0]["offset"] < 0
        open_view(watch.page, "?from=2026-03-01&to=2026-03-31")
        bars = drawn(graph)["data"][0]
        assert min(bars["offset"]) >= 0
        day_ms = 24 * HOUR.total_seconds() * 1000
        assert max(bars["width"]) <= day_ms


def test_the_finding_of_a_part_begins_with_the_first_reading(browser: Browser) -> None:
    """The axis of weeks begins with the week, when nobody read."""
    host = Host(files_of(history(range(24 * 800), FIRST + 7 * HOUR)))
    part = "en.html?range=all&to=2026-02-28"
    with watching(browser, host, part, now=FIRST) as watch:
        graph = watch.page.locator(".range:visible .graph[data-kind=increments]")
        finding = graph.locator("figcaption > span:visible")
        first = (FIRST + 7 * HOUR).astimezone(TOKYO)
        expect(finding).to_contain_text(f"{first.day} January, {first:%H:%M} and")


def test_a_note_that_shares_a_flag_has_its_own_where_there_is_room(
    browser: Browser,
) -> None:
    """As where its link leads; what is out of sight has none, and shares none."""
    hours = [FIRST + each * HOUR for each in (300, 302, 318, 319)]
    notes = [Note(at, {"en": "Quiz"}, None, FIRST) for at in hours]
    view, others = view_of(history(range(400)), notes=notes)
    host = Host(others | render_files(view))
    # The first note was at 21 o'clock of the 13th.
    parts = {
        "?from=2026-01-13&to=2026-01-13": ["1", "2"],
        "?from=2026-01-13T22:00&to=2026-01-14T22:00": ["2", "3+"],
        "?from=2026-01-12&to=2026-01-12": [],
    }
    with watching(browser, host, "en.html", now=FIRST) as watch:
        page = watch.page
        graph = page.locator(".range:visible .graph[data-kind=total]")
        for query, flags in parts.items():
            open_view(page, query)
            texts = graph.locator(".plot.open .annotation-text")
            expect(texts).to_have_text(flags)
            sign = graph.locator(".legend li:has(.note)")
            expect(sign).to_be_visible(visible=bool(flags))


def test_the_sum_of_a_part_with_a_gap_is_the_least_that_it_was(
    browser: Browser,
) -> None:
    """What came in the gap is in no bar; of a part that is known it is the sum."""
    host = Host(files_of(history([*range(60), None, None, *range(90, 150)])))
    told = {
        "?from=2026-01-02&to=2026-01-02": r"\+24 between 2 January",
        "?from=2026-01-03&to=2026-01-04": r"at least \+\d+ between 3 January",
    }
    with watching(browser, host, "en.html", now=FIRST) as watch:
        graph = watch.page.locator(".range:visible .graph[data-kind=increments]")
        for query, finding in told.items():
            open_view(watch.page, query)
            expect(graph.locator("figcaption > span:visible")).to_have_text(
                re.compile(f"^{finding}")
            )


@pytest.mark.parametrize(
    ("query", "kind", "told"),
    [
        # Nobody read on the 4th; at 9 o'clock of the 3rd somebody did.
        ("?from=2026-01-04&to=2026-01-04", "increments", "not known"),
        ("?from=2026-01-04&to=2026-01-04", "total", "not known"),
        (
            "?from=2026-01-03T08:30&to=2026-01-03T09:30",
            "total",
            "48 on 3 January 2026, 09:00",
        ),
        # The bar is wider than the part.
        (
            "?from=2026-01-03T06:10&to=2026-01-03T06:20",
            "increments",
            "+1 between 3 January 2026, 06:00 and 07:00",
        ),
    ],
)
def test_a_part_with_little_in_it_is_told_of_that_alone(
    browser: Browser, query: str, kind: str, told: str
) -> None:
    """And never of the whole range."""
    host = Host(files_of(history([*range(50), *[None] * 50, *range(99, 120)])))
    with watching(browser, host, f"en.html{query}", now=FIRST) as watch:
        finding = watch.page.locator(f".range:visible .graph[data-kind={kind}]")
        expect(finding.locator("figcaption > span:visible")).to_have_text(told)


def test_a_number_breaks_in_a_finding_as_it_does_elsewhere(browser: Browser) -> None:
    """The scripts' rule is the page's own."""
    host = Host(files_of(history([1])))
    [key] = [key for key in host.files if "assets/stops." in key]
    texts = [
        *("12,345", "1,234,567", "+1,234,567", "−12,345,678", "-1,234,567."),
        "(1,234,567), 5 and （+1,234,567）、1,234,567 → 2,345,678 of 123456789",
    ]
    with watching(browser, host) as watch:
        broken: Any = watch.page.evaluate(
            "async ([address, texts]) => texts.map((await import(address)).breakable)",
            [HOME + key, texts],
        )
    assert broken == [let_numbers_break(text) for text in texts]
