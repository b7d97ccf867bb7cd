"""Notes on the page, in the feeds and in the data: in each language, and safely."""

import csv
import io
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest

from renderer.readings.notes import Note
from renderer.site.page import render_files
from tests.unit.renderer.histories import FIRST, HOUR, TOKYO, history
from tests.unit.renderer.pages import PAGES, page_of, view_of

ATOM = "{http://www.w3.org/2005/Atom}"
MADE_AT = FIRST + 1000 * HOUR
URL = "https://example.org/a?b=1&c=2"
BOTH = Note(FIRST + 20 * HOUR, {"ja": "テレビに出た", "en": "On TV"}, URL, MADE_AT)
JAPANESE = Note(FIRST + 30 * HOUR, {"ja": "お祭り"}, None, MADE_AT + HOUR)
ENGLISH = Note(FIRST + 900 * HOUR, {"en": "<b>Soon</b> & “well”"}, None, MADE_AT)
NOTES = [BOTH, JAPANESE, ENGLISH]
# The languages that these notes are in.
both = pytest.mark.parametrize("language", list(BOTH.texts))


def site(notes: Sequence[Note]) -> dict[str, bytes]:
    """Give a site of two days with notes."""
    view, others = view_of(history(range(50)), TOKYO, notes=notes)
    return others | render_files(view)


@both
def test_without_notes_the_page_says_nothing_of_them(language: str) -> None:
    """Neither section nor legend nor flag."""
    page = page_of(site([]), language)
    assert "notes" not in page.ids()
    assert not [tag for _, tag in page.tags if "note" in tag.get("class", "").split()]
    assert not [a for a in page.all("a") if a["href"] == "#notes"]


@both
def test_each_note_has_its_number_time_and_text(language: str) -> None:
    """The newest first; what a language lacks is told in another, and marked so."""
    page = page_of(site(NOTES), language)
    assert "notes" in page.ids()
    said = page.words
    shown = ["テレビに出た", "お祭り"] if language == "ja" else ["On TV", "お祭り"]
    assert said.index("<b>Soon</b> & “well”") < said.index(shown[1])
    assert said.index(shown[1]) < said.index(shown[0])
    flags = [tag for name, tag in page.tags if tag.get("class") == "flag"]
    assert len(flags) == 3
    other = {"ja": ["en"], "en": ["ja"]}[language]
    assert [a["lang"] for a in page.all("span") if "lang" in a] == other
    moments = {"ja": "2026年1月2日 05:00", "en": "2 January 2026, 05:00"}
    assert moments[language] in said


@both
def test_a_note_leads_to_its_days_and_to_its_address(language: str) -> None:
    """One whose moment the graphs do not reach leads nowhere."""
    page = page_of(site(NOTES), language)
    addresses = [each["href"] for each in page.all("a")]
    assert addresses.count(URL) == 1
    days = [each for each in addresses if each.startswith("?")]
    assert days == [
        "?from=2025-12-30&to=2026-01-05#graphs",
        "?from=2025-12-30&to=2026-01-05#graphs",
    ]
    [rel] = [each["rel"] for each in page.all("a") if each["href"] == URL]
    assert rel == "noopener nofollow"


@both
def test_the_legend_and_the_alternative_text_count_the_notes(language: str) -> None:
    """Of the range, with the way to what they say."""
    page = page_of(site([BOTH, JAPANESE]), language)
    words = {"ja": "できごと 2件", "en": "2 notes"}[language]
    # Both graphs of all time, the only range here that is longer than a day.
    assert sum(a["href"] == "#notes" for a in page.all("a")) == 4
    assert sum(words in each["alt"] for each in page.all("img")) == 2


def test_older_notes_are_folded_away() -> None:
    """Ten are open; the rest is one click away, without scripts too: all are there."""
    many = [
        Note(FIRST + n * HOUR, {"en": f"No. {n}"}, None, MADE_AT) for n in range(12)
    ]
    page = page_of(site(many), "en")
    assert "2 more, older" in page.words
    assert page.words.index("No. 2") < page.words.index("2 more, older")
    assert page.words.index("2 more, older") < page.words.index("No. 1 ")
    assert "Also in notes.csv." in page.words
    assert "so far. All" not in page.words


@both
def test_the_feeds_tell_of_notes_when_they_were_made(language: str) -> None:
    """With their address, and in the language that they are in."""
    feed = {"ja": "feed.xml", "en": "feed.en.xml"}[language]
    root = ElementTree.fromstring(site([BOTH, JAPANESE])[feed])
    entries = {
        entry.findtext(f"{ATOM}title"): entry
        for entry in root.findall(f"{ATOM}entry")
        if entry.find(f"{ATOM}link").attrib["href"].endswith("#notes")  # type: ignore[union-attr]
    }
    text = BOTH.texts[language]
    assert set(entries) == {text, "お祭り"}
    assert entries[text].findtext(f"{ATOM}updated") == "2026-02-11T16:00:00Z"
    links = {
        each.attrib["rel"]: each.attrib["href"]
        for each in entries[text].findall(f"{ATOM}link")
    }
    assert links["related"] == URL
    assert text in (entries[text].findtext(f"{ATOM}content") or "")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    [title] = entries["お祭り"].findall(f"{ATOM}title")
    assert title.attrib.get(lang) == (None if language == "ja" else "ja")
    assert root.findtext(f"{ATOM}updated") == "2026-02-11T17:00:00Z"


def test_a_note_in_place_of_another_is_the_same_entry() -> None:
    """With a later time, as Atom has it."""
    mended = Note(BOTH.at, {"ja": "ラジオに出た"}, None, MADE_AT + 5 * HOUR)
    first, second = (
        ElementTree.fromstring(site([each])["feed.xml"]).findall(f"{ATOM}entry")[0]
        for each in (BOTH, mended)
    )
    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id")
    assert first.findtext(f"{ATOM}updated") != second.findtext(f"{ATOM}updated")


def test_the_file_has_every_note_in_the_order_of_time() -> None:
    """Each text in its own column; what is not told is empty."""
    rows = list(csv.reader(io.StringIO(site(NOTES)["data/notes.csv"].decode())))
    made = "2026-02-11T16:00:00Z"
    none = [""] * (len(PAGES) - 2)
    assert rows == [
        ["number", "at", *PAGES, "url", "noted_at"],
        ["1", "2026-01-01T20:00:00Z", "テレビに出た", "On TV", *none, URL, made],
        ["2", "2026-01-02T06:00:00Z", "お祭り", "", *none, "", "2026-02-11T17:00:00Z"],
        ["3", "2026-02-07T12:00:00Z", "", "<b>Soon</b> & “well”", *none, "", made],
    ]
    assert len(site([])["data/notes.csv"].splitlines()) == 1
