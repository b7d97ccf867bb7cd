"""Whole sites without their pictures for the renderer's tests, and a page as read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import polars as pl

from renderer.drawing.gallery import Gallery
from renderer.figures.graphs import make_graphs, select_shown
from renderer.findings.findings import make_findings
from renderer.readings.notes import Note
from renderer.site import keys
from renderer.site.data import (
    version_hourly_files,
    write_hourly_files,
    write_tables,
)
from renderer.site.languages import LANGUAGES
from renderer.site.page import render_files
from renderer.site.view import View
from renderer.subject import Subject
from tests.unit.renderer.histories import TOKYO, settle

TITLE = "にゃんぱすーボタン"
SITE_URL = "https://nyanpass.example.org/a/"
CODE = "0123456789abcdef"
PLOTLY = "assets/plotly.0123456789ab.js"
PAGES = {each.code: each.page for each in LANGUAGES}
KINDS = ("increments", "total")
LOOKS = ("", "-narrow")
VOID = {"meta", "link", "img", "br", "source", "wbr"}


def view_of(
    readings: pl.DataFrame,
    zone: ZoneInfo = TOKYO,
    title: str = TITLE,
    site_url: str = SITE_URL,
    subject: Subject | None = None,
    notes: Sequence[Note] = (),
) -> tuple[View, dict[str, bytes]]:
    """Give what the page shows of a history, and the objects that it may name."""
    findings = make_findings(settle(readings, notes=notes), "nyanpass", zone)
    frames = findings.frames
    ranges = make_graphs(frames)
    gallery = Gallery(CODE)
    for each in ranges:
        gallery.add_range(each)
    alone = {key: str(number) for number, key in enumerate(keys.PICTURES)}
    versions = {**gallery.versions, **alone}
    data = write_tables(findings) | write_hourly_files(
        findings, version_hourly_files(findings)
    )
    view = View(
        subject=subject or Subject(title),
        zone=zone,
        site_url=site_url,
        version=CODE,
        findings=findings,
        ranges=select_shown(ranges),
        versions=versions,
        data=list(data),
        plotly=PLOTLY,
    )
    drawn = {**dict.fromkeys(versions, b""), **gallery.files, PLOTLY: b""}
    return view, drawn | data


def files_of(
    readings: pl.DataFrame,
    zone: ZoneInfo = TOKYO,
    title: str = TITLE,
    subject: Subject | None = None,
) -> dict[str, bytes]:
    """Give all objects of a site: the pictures only by name, the pages last."""
    view, others = view_of(readings, zone, title, subject=subject)
    return others | render_files(view)


@dataclass
class Page(HTMLParser):
    """What a page consists of, as a browser would see it."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    style: str = ""
    data: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        """Note an element, and that it was opened."""
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), f"<{tag}> says {names}"
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        # The cells of a table stand apart, whatever is between them.
        apart = (
            tag in ("td", "th", "tr", "span") and ("class", "number") not in attributes
        )
        self.text += " " if apart else ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that elements close in order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text between the elements, apart from it a style and data."""
        if self.open[-1:] == ["style"]:
            self.style += data
        elif self.open[-1:] == ["script"]:
            self.data += data
        else:
            self.text += data

    @property
    def words(self) -> str:
        """The text as it is read: white space is but a space."""
        return " ".join(self.text.split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """Give the attributes of all elements of one kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        """Give the ids of all elements."""
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def addresses(self) -> list[str]:
        """Give every address that the page names, of whatever element."""
        names = ("href", "src", "srcset", "data-figures", "data-graph", "data-plotly")
        return [
            attributes[name]
            for _, attributes in self.tags
            for name in names
            if name in attributes
        ]


def page_of(files: dict[str, bytes], language: str = "ja") -> Page:
    """Read a page; raises where its elements do not close."""
    return read_page(files[PAGES[language]])


# Many tests look at the same page, and to read a long one takes as long as a test.
@lru_cache(maxsize=128)
def read_page(body: bytes) -> Page:
    """Read a page, each only once."""
    page = Page()
    page.feed(body.decode())
    page.close()
    assert page.open == []
    return page
