"""An old history as lines of CSV: which are readings, and which are not.

Knows no storage. Each line is parsed alone, so that a bad one, even with a quote that
never ends, costs no other.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone

from collector.answer import parse_count, parse_time
from collector.errors import AnswerError
from collector.reading import Reading, floor_hour

HEADER = ["time", "count"]


class HeaderError(Exception):
    """The first line is not the header `time,count`."""


@dataclass(frozen=True)
class Format:
    """How to read a file.

    offset: of times that have none. separator: of thousands, or empty. now: later
    times are refused.
    """

    counter: str
    offset: timezone
    separator: str
    now: datetime


@dataclass
class History:
    """Key -> reading, the bad lines as (number, reason), and a count of surplus lines.

    A line is surplus when another one of the same hour is earlier.
    """

    readings: dict[str, Reading] = field(default_factory=dict)
    bad_lines: list[tuple[int, str]] = field(default_factory=list)
    surplus: int = 0

    def add(self, reading: Reading) -> None:
        """Add a reading; of several in one hour, the earliest stays."""
        key = reading.key()
        other = self.readings.get(key)
        if other is not None:
            self.surplus += 1
        if other is None or reading.observed_at < other.observed_at:
            self.readings[key] = reading


def parse_history(lines: Iterable[str], form: Format) -> History:
    """Parse all lines; raises HeaderError unless the first is the header."""
    history = History()
    numbered = enumerate(lines, start=1)
    _, head = next(numbered, (1, ""))
    # Without quotes, so that nothing here can be a line that is no CSV.
    names = head.removeprefix("\ufeff").replace('"', "").lower().split(",")
    if [name.strip() for name in names] != HEADER:
        raise HeaderError
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            history.add(_parse_line(line, form))
        except AnswerError as error:
            history.bad_lines.append((number, str(error)))
    return history


def _parse_line(line: str, form: Format) -> Reading:
    fields = _split_line(line)
    if len(fields) != len(HEADER):
        raise AnswerError(
            f"{len(fields)} fields instead of {len(HEADER)} "
            "(a count with separators has to be quoted)"
        )
    time = parse_time(fields[0], form.offset)
    if time > form.now:
        raise AnswerError("the time is in the future")
    count = parse_count(fields[1], form.separator)
    return Reading(form.counter, floor_hour(time), time, count)


def _split_line(line: str) -> list[str]:
    try:
        row = next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        raise AnswerError(f"no line of CSV: {error}") from error
    return [text.strip() for text in row]
