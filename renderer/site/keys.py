"""The public files of the site: the one list of their keys.

A file under `graphs/`, `data/` or `assets/` is a line here. Any other one is a
line of PUBLIC_KEYS as well, which the buckets' policies are made of; a test says
where the template for AWS has to name it.
"""

from __future__ import annotations

from enum import StrEnum

from renderer.fingerprint import fingerprint
from renderer.site.languages import LANGUAGES

# Where a visit begins.
FRONT_PAGE = LANGUAGES[0].page
# What a wrong address gets.
NOT_FOUND = "404.html"
# What a badge tells -> its key.
BADGES = {
    "count": "badge.svg",
    "today": "badge-today.svg",
    "week": "badge-week.svg",
}
# The count for shields.io.
SHIELD = "badge.json"
# Without what follows: `.png` in light colours, `-dark.png` in dark ones.
WHOLE_HISTORY = "graph"
CARD = "graphs/card"
# Those that belong to no range.
PICTURES = (f"{WHOLE_HISTORY}.png", f"{WHOLE_HISTORY}-dark.png", f"{CARD}.png")

# The hourly files, one a year and format.
HOURLY = "data/hourly/"
# All of them in one, made once a day.
ALL_HOURS = "data/all.parquet"
# All of them for Frictionless.
PACKAGE = "data/datapackage.json"
# For the next run, not for visitors; that they may read it does no harm.
MANIFEST = "data/manifest.json"


class Table(StrEnum):
    """The data files, but those of every hour."""

    SUMMARY = "data/summary.json"
    DAILY = "data/daily.csv"
    MONTHLY = "data/monthly.csv"
    MILESTONES = "data/milestones.csv"
    CORRECTIONS = "data/corrections.csv"
    NOTES = "data/notes.csv"
    SCHEMA = "data/schema.json"
    LICENCE = "data/LICENSE.txt"


# What visitors may read, and what the renderer may write: nothing else.
PUBLIC_KEYS = (
    *(language.page for language in LANGUAGES),
    NOT_FOUND,
    *(picture for picture in PICTURES if not picture.startswith("graphs/")),
    *BADGES.values(),
    SHIELD,
    *(language.feed for language in LANGUAGES),
    *(language.json_feed for language in LANGUAGES),
    "graphs/*",
    "data/*",
    "assets/*",
)


def name_graph(name: str) -> str:
    """Return the key of a graph of a range, without its variant and suffix.

    `name_graph("7d-total")` is `graphs/7d-total`.
    """
    return f"graphs/{name}"


def name_asset(name: str, body: bytes) -> str:
    """Return the key of a file that the page needs; it never has another content.

    `name_asset("page.js", b"")` is `assets/page.e3b0c44298fc.js`.
    """
    stem, _, suffix = name.rpartition(".")
    return f"assets/{stem}.{fingerprint(body)[:12]}.{suffix}"
