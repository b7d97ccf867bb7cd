"""The feed: milestones and records as Atom (RFC 4287), in each language; pure.

Only what a later reading confirms is told. An entry's id is made of what happened, so
that a reader never sees it twice: of the counter's name, the language and the event,
and of nothing that could change, as the site's address and its first reading may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from jinja2 import Environment

from renderer.findings.clocks import find_day_start
from renderer.readings.format import format_utc
from renderer.site.dates import Dates
from renderer.site.words import format_count, say

NEWEST = 30
# The namespace of all ids; it must never change, and neither must their names.
NAMESPACE = UUID("fd439805-7d1a-4b62-845e-fc24f8175660")


@dataclass(frozen=True)
class Entry:
    """One entry of the feed.

    name: what happened, such as `milestone/1000`. anchor: the section of the page
    that tells of it. time: when it happened.
    """

    name: str
    anchor: str
    time: datetime
    title: str
    text: str

    @property
    def updated(self) -> str:
        """The time of the entry as Atom writes it, in UTC."""
        return format_utc(self.time)


def render_feed(environment: Environment, context: Mapping[str, Any]) -> bytes:
    """Return the feed of the language in the context (`page.make_context`).

    It changes only when something has happened, and a later reading has come.
    """
    summary, dates = context["summary"], context["dates"]
    found = [
        *tell_milestones(summary, dates, context["title"]),
        *tell_records(summary, dates, context["title"]),
    ]
    newest = dates.at(summary["scheduled_at"])
    # The newest reading may yet turn out to be an error of the source.
    confirmed = [entry for entry in found if entry.time < newest]
    # Of what happened at the same time, the larger milestone stays first.
    entries = sorted(confirmed, key=lambda entry: entry.time, reverse=True)[:NEWEST]
    feed = environment.get_template("feed.xml").render(
        **context,
        make_id=partial(make_id, summary["counter"], context["language"].code),
        updated=entries[0].updated if entries else summary["first_scheduled_at"],
        entries=entries,
    )
    return feed.encode()


def make_id(counter: str, language: str, event: str) -> str:
    """Return the id of an entry, or of the feed itself: the same one for ever.

    >>> make_id("nyanpass", "ja", "milestone/1000")
    'urn:uuid:70451ddf-2d49-59e8-bc60-e9d8fd8113a7'
    """
    return uuid5(NAMESPACE, f"{counter}/{language}/{event}").urn


def tell_milestones(
    summary: Mapping[str, Any], dates: Dates, title: str
) -> Iterator[Entry]:
    """Yield an entry for each of the newest milestones, when it was reached."""
    words = dates.texts["feed"]
    for each in summary["milestones"]["newest"]:
        count = format_count(each["count"])
        span = dates.span(each["after"], each["by"])
        yield Entry(
            f"milestone/{each['count']}",
            "milestones",
            dates.at(each["by"]),
            say(words["milestone"], count=count),
            say(words["milestone_text"], title=title, count=count, span=span),
        )


def tell_records(
    summary: Mapping[str, Any], dates: Dates, title: str
) -> Iterator[Entry]:
    """Yield an entry for each present record, at the end of its hour or days."""
    words = dates.texts["feed"]
    ends = {
        "best_hour": (dates.moment, end_of_hour),
        "best_day": (dates.day, lambda day: midnight_after(day, dates, days=1)),
        "best_week": (dates.week, lambda day: midnight_after(day, dates, days=7)),
        "best_month": (dates.month, lambda month: end_of_month(month, dates)),
    }
    for name, (write, end) in ends.items():
        if record := summary["records"][name]:
            value = format_count(record["increment"])
            when = next(text for key, text in record.items() if key != "increment")
            yield Entry(
                f"{name.replace('_', '-')}/{when}",
                "records",
                end(when),
                say(words[name], value=value),
                say(words["record_text"], title=title, value=value, when=write(when)),
            )


def end_of_hour(start: str) -> datetime:
    """Return the end of the hour that begins at an instant."""
    return datetime.fromisoformat(start) + timedelta(hours=1)


def midnight_after(day: str, dates: Dates, days: int) -> datetime:
    """Return the midnight in the zone of the dates so many days after a day began."""
    return find_day_start(date.fromisoformat(day) + timedelta(days=days), dates.zone)


def end_of_month(month: str, dates: Dates) -> datetime:
    """Return the midnight in the zone of the dates at which a month ends."""
    # Four days after the 28th is in the next month, whatever month it is.
    later = date.fromisoformat(f"{month}-28") + timedelta(days=4)
    return midnight_after(f"{later:%Y-%m}-01", dates, days=0)
