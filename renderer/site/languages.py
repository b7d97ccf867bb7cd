"""The languages of the site: the one list.

A language is a line here and a file of words, `templates/words/<code>.toml`, with
the keys of the others. Its page and its feed are public files: a test says where
else they have to be named.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language by its code (as in HTML's `lang`), its own name, its two files."""

    code: str
    name: str
    page: str
    feed: str


# The first one's page is the site's address, and sends on whoever reads another.
LANGUAGES = (
    Language("ja", "日本語", page="index.html", feed="feed.xml"),
    Language("en", "English", page="en.html", feed="feed.en.xml"),
)
