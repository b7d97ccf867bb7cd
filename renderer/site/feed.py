"""The feeds: milestones, records and notes as Atom (RFC 4287) and JSON Feed; pure.

Of the readings only what a later one confirms is told. An entry's id is made of what
happened, so that a reader never sees it twice: of the counter's name, the language and
the event, and of nothing that could change, as the site's address and its first reading
may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from jinja2 import Environment

from renderer.findings.news import News
from renderer.readings.format import format_utc
from renderer.site.data import write_json
from renderer.site.dates import Dates
from renderer.site.notes import ToldNote
from renderer.site.words import format_count, say, strip_markup

NEWEST = 30
# The namespace of all ids; it must never change, and neither must their names.
NAMESPACE = UUID("fd439805-7d1a-4b62-845e-fc24f8175660")


@dataclass(frozen=True)
class Entry:
    """One entry of the feed.

    name: what happened, such as `milestone/1000`. anchor: the section of the page
    that tells of it. time: when it happened, or was told. language: of the texts, where
    it is not the feed's. url: where there is more to read.
    """

    name: str
    anchor: str
    time: datetime
    title: str
    text: str
    language: str | None = None
    url: str | None = None

    @property
    def updated(self) -> str:
        """The time of the entry as Atom writes it, in UTC."""
        return format_utc(self.time)


@dataclass(frozen=True)
class Feed:
    """The feed of a language, whatever it is written as.

    ids: those of the entries, in their order. updated: the time of the newest one.
    """

    id: str
    title: str
    updated: str
    entries: list[Entry]
    ids: list[str]
    author: str = "nyanpass-count"


def render_feeds(
    environment: Environment, context: Mapping[str, Any]
) -> dict[str, bytes]:
    """Return the feeds of the language in the context (`page.make_context`), by key.

    They change only when something has happened, and a later reading has come.
    """
    feed, language = make_feed(context), context["language"]
    atom = environment.get_template("feed.xml").render(**context, feed=feed)
    return {
        language.feed: atom.encode(),
        language.json_feed: write_json_feed(feed, context),
    }


def make_feed(context: Mapping[str, Any]) -> Feed:
    """Return the newest entries in the language of the context, the newest first."""
    summary, dates, texts = context["summary"], context["dates"], context["texts"]
    news, title = context["findings"].news, context["title"]
    found = [
        *tell_milestones(news, dates, title),
        *tell_records(news, dates, title),
        *repeat_notes(context["notes"], dates, title, context["language"].code),
    ]
    # Of what happened at the same time, the larger milestone stays first.
    entries = sorted(found, key=lambda entry: entry.time, reverse=True)[:NEWEST]
    counter, code = summary["counter"], context["language"].code
    return Feed(
        id=make_id(counter, code, "feed"),
        title=say(texts["head"]["feed"], title=title),
        updated=entries[0].updated if entries else summary["first_scheduled_at"],
        entries=entries,
        ids=[make_id(counter, code, entry.name) for entry in entries],
    )


def write_json_feed(feed: Feed, context: Mapping[str, Any]) -> bytes:
    """Return a feed as JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/"""
    language, site_url = context["language"], context["site_url"]
    page = f"{site_url}{language.page}"
    fields = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": strip_markup(feed.title),
        "home_page_url": page,
        "feed_url": f"{site_url}{language.json_feed}",
        "description": context["texts"]["feed"]["subtitle"],
        "language": language.code,
        "authors": [{"name": feed.author}],
        "items": [
            {
                "id": name,
                "url": f"{page}#{entry.anchor}",
                **({"external_url": entry.url} if entry.url else {}),
                "title": strip_markup(entry.title),
                "content_text": strip_markup(entry.text),
                "date_published": entry.updated,
                "language": entry.language or language.code,
            }
            for name, entry in zip(feed.ids, feed.entries, strict=True)
        ],
    }
    return write_json(fields)


def make_id(counter: str, language: str, event: str) -> str:
    """Return the id of an entry, or of the feed itself: the same one for ever.

    >>> make_id("nyanpass", "ja", "milestone/1000")
    'urn:uuid:70451ddf-2d49-59e8-bc60-e9d8fd8113a7'
    """
    return uuid5(NAMESPACE, f"{counter}/{language}/{event}").urn


def tell_milestones(news: News, dates: Dates, title: str) -> Iterator[Entry]:
    """Yield an entry for each of the newest milestones, when it was reached."""
    words = dates.texts["feed"]
    for each in news.milestones:
        count = format_count(each["count"])
        span = dates.span(each["after"], each["by"])
        yield Entry(
            f"milestone/{each['count']}",
            "milestones",
            dates.at(each["by"]),
            say(words["milestone"], count=count),
            say(words["milestone_text"], title=title, count=count, span=span),
        )


def tell_records(news: News, dates: Dates, title: str) -> Iterator[Entry]:
    """Yield an entry for each present record, at the end of its hour or days."""
    words = dates.texts["feed"]
    write = {
        "best_hour": dates.moment,
        "best_day": dates.day,
        "best_week": dates.week,
        "best_month": dates.month,
    }
    for each in news.records:
        value, when = format_count(each.increment), write[each.name](each.start)
        yield Entry(
            f"{each.name.replace('_', '-')}/{each.start}",
            "records",
            dates.at(each.end),
            say(words[each.name], value=value),
            say(words["record_text"], title=title, value=value, when=when),
        )


def repeat_notes(
    notes: Iterable[ToldNote], dates: Dates, title: str, language: str
) -> Iterator[Entry]:
    """Yield an entry for each note, when it was made: it may tell of long ago.

    One that takes the place of another has its id, and a later time.
    """
    words = dates.texts["feed"]
    for each in notes:
        note, when = each.note, dates.moment(each.note.at)
        yield Entry(
            f"note/{format_utc(note.at)}",
            "notes",
            dates.at(note.made_at),
            each.text,
            say(words["note_text"], title=title, when=when, text=each.text),
            each.code if each.code != language else None,
            note.url,
        )
