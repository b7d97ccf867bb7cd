"""The feeds: valid, the same for the same history, and nothing but news."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.frames import make_frames
from renderer.findings.summary import summarise_history
from renderer.readings.notes import Note
from renderer.site.languages import LANGUAGES
from renderer.site.page import render_files
from renderer.site.words import load_texts
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UNSHRUNK,
    ZONES,
    any_history,
    history,
)
from tests.unit.renderer.pages import PAGES, SITE_URL, TITLE, view_of

ATOM = "{http://www.w3.org/2005/Atom}"
NAMESPACE = UUID("fd439805-7d1a-4b62-845e-fc24f8175660")
FEEDS = {each.code: each.feed for each in LANGUAGES}
JSON_FEEDS = {each.code: each.json_feed for each in LANGUAGES}
STATES: dict[str, Callable[[], pl.DataFrame]] = {
    "one reading": lambda: history([5]),
    "a jump over many milestones": lambda: history([1, None, MAX, MAX]),
    "records and milestones": lambda: history(range(24 * 70)),
}
NOTES = [
    Note(FIRST, {"en": "On TV &amp; <air>"}, "https://a.example/?b&c", FIRST),
    Note(FIRST + HOUR, {"ja": "放送", "en": "On air"}, None, FIRST + 2 * HOUR),
]
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
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


def ids(root: ElementTree.Element) -> list[str]:
    """Give the id of a feed and those of its entries, in order."""
    return [texts(each, "id")[0] for each in (root, *root.findall(f"{ATOM}entry"))]


def entries(
    readings: pl.DataFrame, language: str = "ja", zone: ZoneInfo = TOKYO
) -> dict[str, ElementTree.Element]:
    """Give the entries of a feed by what their ids are made of."""
    frames = make_frames(readings, zone)
    summary = summarise_history("nyanpass", frames)
    names = [f"milestone/{count}" for count in frames.milestones["count"]]
    for name in ("best_hour", "best_day", "best_week", "best_month"):
        if record := summary["records"][name]:
            when = record.get("start") or record.get("date") or record.get("month")
            names.append(f"{name.replace('_', '-')}/{when}")
    known = {
        uuid5(NAMESPACE, f"nyanpass/{language}/{name}").urn: name for name in names
    }
    found = feed(readings, language, zone).findall(f"{ATOM}entry")
    return {known[texts(entry, "id")[0]]: entry for entry in found}


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
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
    for each in (root, *entries):
        [title], [updated] = texts(each, "title"), texts(each, "updated")
        assert title
        assert datetime.fromisoformat(updated).utcoffset() is not None
    for entry in entries:
        [link] = entry.findall(f"{ATOM}link")
        assert link.attrib["href"].startswith(f"{SITE_URL}{PAGES[language]}#")
        name = load_texts(language)["subject"]["title"]
        assert name in texts(entry, "content")[0]


@both
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("title", [TITLE, "<b>&amp;</b> {x}"])
def test_the_json_feed_says_the_same(state: str, language: str, title: str) -> None:
    """As plain text; https://www.jsonfeed.org/version/1.1/ has the names."""
    files = render_files(view_of(STATES[state](), title=title, notes=NOTES)[0])
    root = ElementTree.fromstring(files[FEEDS[language]])
    found = json.loads(files[JSON_FEEDS[language]])
    items = found.pop("items")
    assert found == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": texts(root, "title")[0],
        "home_page_url": SITE_URL + PAGES[language],
        "feed_url": SITE_URL + JSON_FEEDS[language],
        "description": texts(root, "subtitle")[0],
        "language": language,
        "authors": [{"name": "nyanpass-count"}],
    }
    more = [item.pop("external_url") for item in items if "external_url" in item]
    assert items == [
        {
            "id": texts(entry, "id")[0],
            "url": entry.findall(f"{ATOM}link")[0].attrib["href"],
            "title": title.text,
            "content_text": texts(entry, "content")[0],
            "date_published": texts(entry, "published")[0],
            "language": title.attrib.get(LANG, language),
        }
        for entry in root.findall(f"{ATOM}entry")
        for title in entry.findall(f"{ATOM}title")
    ]
    related = root.findall(f"{ATOM}entry/{ATOM}link[@rel='related']")
    assert more == [link.attrib["href"] for link in related]
    if title != TITLE:
        assert title in found["title"]
        assert all(title in item["content_text"] for item in items)


def test_the_newest_comes_first_and_dates_the_feed() -> None:
    """An hour in which nothing happens changes nothing."""
    root = feed(STATES["records and milestones"]())
    times = [texts(entry, "updated")[0] for entry in root.findall(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert texts(root, "updated") == times[:1]


def test_a_feed_changes_only_when_something_has_happened() -> None:
    """Byte for byte."""
    counts = [*range(0, 24 * 70, 7), *range(24 * 70, 24 * 70 + 5)]
    counts.append(counts[-1])
    files, later = (
        render_files(view_of(history(counts + more))[0]) for more in ([], [counts[-1]])
    )
    for key in (*FEEDS.values(), *JSON_FEEDS.values()):
        assert files[key] == later[key]
    assert files["index.html"] != later["index.html"]


def test_milestones_and_records_are_told_in_sentences() -> None:
    """In both languages, with the time at which they were seen."""
    readings = history([8, 9, 11, None, 12])
    entry = entries(readings)["milestone/10"]
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
    readings = history(hours, datetime(2026, 1, 15, tzinfo=UTC))
    times = {
        name: texts(entry, "updated")[0]
        for name, entry in entries(readings, "en", berlin).items()
    }
    assert times["best-hour/2026-01-15T00:00:00Z"] == "2026-01-15T01:00:00Z"
    # Of equals the earliest; a month ends where the clocks have gone forward.
    assert times["best-day/2026-01-16"] == "2026-01-16T23:00:00Z"
    assert times["best-week/2026-01-19"] == "2026-01-25T23:00:00Z"
    assert times["best-month/2026-03"] == "2026-03-31T22:00:00Z"


# Confirmed by a later reading ---------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        # The last hour, or the first day, week and month of Tokyo that are complete.
        ("best-hour/2026-01-01T04:00:00Z", 5),
        ("best-day/2026-01-02", 15 + 24),
        ("best-week/2026-01-05", 15 + 24 * 3 + 168),
        ("best-month/2026-02", 15 + 24 * 30 + 24 * 28),
    ],
)
def test_a_record_is_told_when_a_later_reading_has_come(name: str, hours: int) -> None:
    """The newest reading may be an error of the source, and would be a record often."""
    counts = [n * n for n in range(hours + 1)]
    assert name not in entries(history(counts))
    assert name in entries(history([*counts, counts[-1]]))


def test_a_milestone_is_told_when_a_later_reading_has_come() -> None:
    """One that is taken back never is."""
    assert "milestone/20" not in entries(history([8, 9, 25]))
    assert "milestone/20" in entries(history([8, 9, 25, 26]))
    assert "milestone/20" in entries(history([8, 9, 25, 25]))
    assert "milestone/20" not in entries(history([8, 9, 25, 9]))
    assert "milestone/20" not in entries(history([8, 9, 25, 9, 9]))


# Ids that never change ----------------------------------------------------------


def test_an_id_is_made_of_what_never_changes() -> None:
    """Neither an older history, nor a new address, nor another title changes one."""
    counts = [min(n, 24 * 70) ** 2 for n in range(24 * 70 + 2)]
    here = ids(feed(history(counts)))
    assert len(here) == 1 + 20 + 4
    older = [0] * 24 * 30
    moved = feed(
        history([*older, *counts], FIRST - 24 * 30 * HOUR),
        title="Another",
        site_url="https://[::1]:8333/elsewhere/",
    )
    assert ids(moved) == here
    # Each language has its own: an entry of it is another text.
    assert not set(ids(feed(history(counts), "en"))) & set(here)
    assert here[0] == "urn:uuid:85ca8946-2902-59e7-97ab-632c80ff0089"


def test_a_title_is_text_in_a_feed() -> None:
    """Neither markup nor a template."""
    evil = "]]><script>alert('&')</script>{{ 7 }}{title}"
    root = feed(history([8, 20, 20]), "en", title=evil)
    assert texts(root, "title") == [f"{evil} — milestones and records"]
    [content, *_] = texts(root.findall(f"{ATOM}entry")[0], "content")
    assert content.startswith(evil)


@settings(max_examples=12, deadline=None, phases=UNSHRUNK)
@given(any_history(max_size=30), st.sampled_from(ZONES), st.text(max_size=40))
def test_any_history_and_any_title_give_valid_feeds(
    readings: pl.DataFrame, zone: ZoneInfo, title: str
) -> None:
    """In each language, with the same entries."""
    files = render_files(view_of(readings, zone, title)[0])
    roots = {code: ElementTree.fromstring(files[key]) for code, key in FEEDS.items()}
    times = [
        [texts(entry, "updated") for entry in root.findall(f"{ATOM}entry")]
        for root in roots.values()
    ]
    assert all(each == times[0] for each in times)
