"""The languages of the site: the one list.

A language is a line here and a file of words, `templates/words/<code>.toml`, with
the keys of the others. Its page and its feeds are public files: a test says where
else they have to be named.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language by its code (as in HTML's `lang`), its own name, its three files."""

    code: str
    name: str
    page: str
    feed: str
    json_feed: str


# The first one's page is the site's address, and sends on whoever reads another.
LANGUAGES = (
    Language("ja", "日本語", "index.html", "feed.xml", "feed.json"),
    Language("en", "English", "en.html", "feed.en.xml", "feed.en.json"),
)
