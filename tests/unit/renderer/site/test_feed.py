"""The feeds: valid Atom, the same for the same history, and nothing but news."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.site.languages import LANGUAGES
from renderer.site.page import render_files
from tests.unit.renderer.histories import (
    MAX,
    TOKYO,
    UNSHRUNK,
    ZONES,
    any_history,
    history,
)
from tests.unit.renderer.pages import PAGES, SITE_URL, TITLE, view_of

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = {each.code: each.feed for each in LANGUAGES}
STATES: dict[str, Callable[[], pl.DataFrame]] = {
    "one reading": lambda: history([5]),
    "a jump over many milestones": lambda: history([1, None, MAX]),
    "records and milestones": lambda: history(range(24 * 70)),
}
both = pytest.mark.parametrize("language", FEEDS)


def feed(
    readings: pl.DataFrame, language: str = "ja", zone: ZoneInfo = TOKYO, **view: Any
) -> ElementTree.Element:
    """Make a feed, and read it."""
    files = render_files(view_of(readings, zone, **view)[0])
    return ElementTree.fromstring(files[FEEDS[language]])


def texts(element: ElementTree.Element, name: str) -> list[str]:
    """Give the texts of the children of this name."""
    return [child.text or "" for child in element.findall(ATOM + name)]


@both
@pytest.mark.parametrize("state", STATES)
def test_a_feed_has_what_atom_asks_for(state: str, language: str) -> None:
    """RFC 4287: ids that are URIs, a title, a time, an author, links."""
    root = feed(STATES[state](), language)
    assert root.tag == f"{ATOM}feed"
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == language
    [author] = root.findall(f"{ATOM}author")
    assert texts(author, "name") == ["nyanpass-count"]
    links = {link.attrib["rel"]: link.attrib for link in root.findall(f"{ATOM}link")}
    assert links["self"]["href"] == SITE_URL + FEEDS[language]
    assert links["alternate"]["href"] == SITE_URL + PAGES[language]
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) <= 30
    ids = [text for each in (root, *entries) for text in texts(each, "id")]
    assert len(ids) == len(set(ids)) == len(entries) + 1
    for name in ids:
        assert re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:[!-~]+", name)
        assert name.startswith(ids[0])
    for each in (root, *entries):
        [title], [updated] = texts(each, "title"), texts(each, "updated")
        assert title
        assert datetime.fromisoformat(updated).utcoffset() is not None
    for entry in entries:
        [link] = entry.findall(f"{ATOM}link")
        assert link.attrib["href"].startswith(f"{SITE_URL}{PAGES[language]}#")
        assert TITLE in texts(entry, "content")[0]


def test_the_newest_comes_first_and_dates_the_feed() -> None:
    """An hour in which nothing happens changes nothing."""
    root = feed(STATES["records and milestones"]())
    times = [texts(entry, "updated")[0] for entry in root.findall(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert texts(root, "updated") == times[:1]


def test_a_feed_changes_only_when_something_has_happened() -> None:
    """Byte for byte."""
    counts = [*range(0, 24 * 70, 7), *range(24 * 70, 24 * 70 + 5)]
    files, later = (
        render_files(view_of(history(counts + more))[0]) for more in ([], [counts[-1]])
    )
    for key in FEEDS.values():
        assert files[key] == later[key]
    assert files["index.html"] != later["index.html"]


def test_milestones_and_records_are_told_in_sentences() -> None:
    """In both languages, with the time at which they were seen."""
    readings = history([8, 9, 11, None, 12])
    [entry, *_] = [
        each
        for each in feed(readings).findall(f"{ATOM}entry")
        if "milestone" in texts(each, "id")[0]
    ]
    assert texts(entry, "id") == [
        "tag:nyanpass.example.org,2026-01-01:nyanpass/ja/milestone/10"
    ]
    assert texts(entry, "title") == ["10 に到達"]
    assert texts(entry, "updated") == ["2026-01-01T02:00:00Z"]
    assert texts(entry, "content") == [
        f"{TITLE}は 10 に達しました（2026年1月1日 10:00 〜 11:00）。"
    ]
    titles = [
        text
        for each in feed(readings, "en").findall(f"{ATOM}entry")
        for text in texts(each, "title")
    ]
    assert "10 reached" in titles
    assert "Best hour so far: +2" in titles


def test_a_record_is_one_when_its_days_are_over() -> None:
    """At a midnight of the zone, whatever its clocks do."""
    hours = range(24 * 100)
    berlin = ZoneInfo("Europe/Berlin")
    root = feed(
        history(hours, datetime(2026, 1, 15, tzinfo=ZoneInfo("UTC"))), "en", berlin
    )
    times = {
        texts(entry, "id")[0].split("/", 2)[2]: texts(entry, "updated")[0]
        for entry in root.findall(f"{ATOM}entry")
    }
    assert times["best-hour/2026-01-15T00:00:00Z"] == "2026-01-15T01:00:00Z"
    # Of equals the earliest; a month ends where the clocks have gone forward.
    assert times["best-day/2026-01-16"] == "2026-01-16T23:00:00Z"
    assert times["best-week/2026-01-19"] == "2026-01-25T23:00:00Z"
    assert times["best-month/2026-03"] == "2026-03-31T22:00:00Z"


def test_a_title_is_text_in_a_feed() -> None:
    """Neither markup nor a template."""
    evil = "]]><script>alert('&')</script>{{ 7 }}{title}"
    root = feed(history([8, 20]), "en", title=evil)
    assert texts(root, "title") == [f"{evil} — milestones and records"]
    [content, *_] = texts(root.findall(f"{ATOM}entry")[0], "content")
    assert content.startswith(evil)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8333/site/", "127.0.0.1"),
        ("http://[::1]:8333/site/", "--1"),
        ("https://NYAN.example.org/", "nyan.example.org"),
    ],
)
def test_an_id_names_the_host_of_the_site(url: str, host: str) -> None:
    """As a tag: URI may."""
    root = feed(history([5]), site_url=url)
    assert texts(root, "id") == [f"tag:{host},2026-01-01:nyanpass/ja"]


@settings(max_examples=20, deadline=None, phases=UNSHRUNK)
@given(any_history(max_size=30), st.sampled_from(ZONES), st.text(max_size=40))
def test_any_history_and_any_title_give_valid_feeds(
    readings: pl.DataFrame, zone: ZoneInfo, title: str
) -> None:
    """In each language, with the same entries."""
    files = render_files(view_of(readings, zone, title)[0])
    roots = {code: ElementTree.fromstring(files[key]) for code, key in FEEDS.items()}
    names = [
        [
            texts(entry, "id")[0].replace(f"/{language}/", "/")
            for entry in root.findall(f"{ATOM}entry")
        ]
        for language, root in roots.items()
    ]
    assert all(each == names[0] for each in names)
