"""Render all that a visitor reads, in each language, from what was found; pure.

The templates are files that a web designer can edit: `index.html` puts the parts
of the page together for every language, `words/` holds what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from renderer.findings.calendar import find_best_day, group_months
from renderer.findings.week import find_busiest_hour
from renderer.site.badge import render_badge
from renderer.site.data import HOURLY
from renderer.site.dates import Dates
from renderer.site.feed import render_feed
from renderer.site.templating import load_asset, load_templates
from renderer.site.words import load_texts

if TYPE_CHECKING:
    from renderer.figures.graphs import RangeGraphs
    from renderer.findings.shading import Cell

ASSETS = ("style.css", "icon.svg", "blank.svg", "language.js", "page.js", "graph.js")
# The first is for whoever speaks neither; it comes last, when all else is there.
PAGES = {"ja": "index.html", "en": "en.html"}
FEEDS = {"ja": "feed.xml", "en": "feed.en.xml"}
BADGE = "badge.svg"
PICTURES = "graphs/pictures.css"


@dataclass(frozen=True)
class View:
    """What the page shows, and where it finds what it names."""

    title: str
    zone: ZoneInfo
    site_url: str
    code: str
    summary: Mapping[str, Any]
    ranges: list[RangeGraphs]
    weekly: list[list[Cell]]
    calendar: list[list[Cell | None]]
    versions: Mapping[str, str]
    data: list[str]
    schema: Mapping[str, Any]
    plotly: str


def render_files(view: View) -> dict[str, bytes]:
    """Return assets, badge and feeds, then the pages that name them."""
    assets = {name: load_asset(name) for name in ASSETS}
    files = {each.key: each.body for each in assets.values()}
    environment = load_templates()
    title = strip_unsafe(view.title)
    files[BADGE] = render_badge(environment, title, view.summary["count"])
    versions = {**view.versions, BADGE: hashlib.sha256(files[BADGE]).hexdigest()[:16]}
    contexts = {language: make_context(view, title, language) for language in PAGES}
    for language, key in FEEDS.items():
        files[key] = render_feed(environment, contexts[language], key, PAGES[language])
    page = environment.get_template("index.html")
    rest = {
        "view": view,
        "assets": {name: each.key for name, each in assets.items()},
        "url": lambda key: f"{key}?v={versions[key]}",
        "pictures": PICTURES,
        **collect_parts(view),
    }
    style = environment.get_template("pictures.css").render(rest)
    files[PICTURES] = style.encode()
    versions[PICTURES] = hashlib.sha256(files[PICTURES]).hexdigest()[:16]
    for language, key in reversed(PAGES.items()):
        files[key] = page.render(contexts[language] | rest).encode()
    return files


def make_context(view: View, title: str, language: str) -> dict[str, Any]:
    """Return what both the page and the feed of a language are made from."""
    texts = load_texts(language)
    return {
        "title": title,
        "site_url": view.site_url,
        "summary": view.summary,
        "language": language,
        "texts": texts,
        "dates": Dates(texts, view.zone),
        "pages": PAGES,
        "feeds": FEEDS,
    }


def collect_parts(view: View) -> dict[str, Any]:
    """Return what only the page shows, the same in each language."""
    newest = max(key for key in view.data if key.startswith(HOURLY))
    return {
        "files": describe_files(view.schema, view.data),
        "newest_year": newest.rpartition(".")[0],
        "busiest": find_busiest_hour(view.weekly),
        "best_day": find_best_day(view.calendar),
        "months": group_months(view.calendar),
    }


def strip_unsafe(title: str) -> str:
    """Return a title without the characters that no XML file can hold.

    https://www.w3.org/TR/xml/#charsets
    """
    return "".join(
        character
        for character in title
        if character in "\t\n"
        or " " <= character < "\ud800"
        or "\ue000" <= character < "\ufffe"
        or character > "\uffff"
    )


def describe_files(
    schema: Mapping[str, Any], keys: Iterable[str]
) -> list[dict[str, Any]]:
    """Return the schema's files, each with the keys that it describes."""
    files = []
    for file in schema["files"]:
        start, _, end = file["key"].partition("<year>")
        named = [key for key in keys if key.startswith(start) and key.endswith(end)]
        files.append({**file, "keys": sorted(named, reverse=True)})
    return files
