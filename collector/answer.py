"""From the source's answer to a count and a time. Knows no network.

The rules are strict: a reading is kept for ever and cannot be corrected.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import jmespath

from collector.document import Body, describe_value, parse_document
from collector.errors import AnswerError
from collector.settings import Settings

MAX_DIGITS = 18  # fits a signed 64-bit integer
# A clock may be off by minutes. An hour or more is a cache that no longer asks the
# counter: its count belongs to another hour, and a gap says so where a value would lie.
MAX_AGE = timedelta(hours=2)


@dataclass(frozen=True)
class Answer:
    """The count, and the time (UTC) that the source gave with it, if it gave one."""

    count: int
    source_time: datetime | None


def parse_answer(body: Body, settings: Settings, now: datetime) -> Answer:
    """Find the count and the time in an answer.

    `{"count": "1234", "time": "2026-11-24 07:00:02"}` is 1234 at 22:00:02 UTC with
    the default settings. Raises AnswerError for anything but a JSON value with a
    count in it, and for an answer whose own time is more than two hours from now.
    """
    document = parse_document(body)
    found = _search("COUNT_PATH", settings.count_path, document)
    if found is None:
        raise AnswerError(
            f"the answer is {describe_value(document)} and has nothing at COUNT_PATH: "
            "check the expression (@ is the whole answer)"
        )
    try:
        count = parse_count(found, settings.thousands_separator)
    except AnswerError as error:
        raise AnswerError(f"{error}: check COUNT_PATH") from None
    time = _search("TIME_PATH", settings.time_path, document)
    if time is None:
        return Answer(count, None)
    try:
        source_time = parse_time(time, settings.source_utc_offset, near=now)
    except AnswerError as error:
        hint = "check TIME_PATH (where it is empty, no time is read)"
        raise AnswerError(f"{error}: {hint}") from None
    if abs(source_time - now) > MAX_AGE:
        raise AnswerError(
            f"the answer's time is {source_time:%Y-%m-%d %H:%M:%S} UTC, more than two "
            "hours from now: either it is an old copy, or SOURCE_UTC_OFFSET is wrong"
        )
    return Answer(count, source_time)


def parse_count(value: object, separator: str = "") -> int:
    """Turn a count into an integer from 0 to 10^18 - 1.

    `parse_count("1,234", ",")` is 1234. Raises AnswerError for anything that is not
    ASCII digits, which `int()` would take: "+5", " 1_0", full-width digits.
    """
    if type(value) is int:  # a bool is an int too, and no count
        if value < 0:
            raise AnswerError("the count is a negative number")
        text = str(value) if value < 10**MAX_DIGITS else "too long"
    elif isinstance(value, str):
        text = value
    else:
        raise AnswerError(
            f"the count is neither text nor an integer: {describe_value(value)}"
        )
    if separator and re.fullmatch(rf"\d{{1,3}}({re.escape(separator)}\d{{3}})+", text):
        text = text.replace(separator, "")
    if re.fullmatch(rf"\d{{1,{MAX_DIGITS}}}", text, re.ASCII) is None:
        hint = " (THOUSANDS_SEPARATOR allows a separator)" if value is text else ""
        raise AnswerError(
            f"the count is not 1 to {MAX_DIGITS} digits: {describe_value(value)}{hint}"
        )
    return int(text)


def parse_time(value: object, zone: tzinfo, near: datetime | None = None) -> datetime:
    """Turn an ISO-8601 time into UTC; one without an offset is by the zone's clocks.

    `parse_time("2026-11-24 07:00:02", timezone(timedelta(hours=9)))` is 22:00:02 UTC
    of the day before. Raises AnswerError for anything else, also for a mere date; near
    is as in place_on_clock.
    """
    try:
        if not isinstance(value, str) or len(value) <= len("YYYY-MM-DD"):
            raise ValueError
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            return place_on_clock(time, zone, near)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise AnswerError(
        f"the time is not like 2026-11-24 07:00:02 or ISO 8601: {describe_value(value)}"
    )


def place_on_clock(
    wall: datetime, zone: tzinfo, near: datetime | None = None
) -> datetime:
    """Return the instant (UTC) at which the zone's clocks show a time.

    Where clocks are put back, they show an hour twice, and where they are put forward,
    they skip one: then it is the instant nearest to `near`. Without `near` it is none:
    raises AnswerError, since of two instants either could be the wrong one.
    """
    # The fold tells the two apart, https://peps.python.org/pep-0495/
    first, second = (
        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    if first == second:
        return first
    if near is None:
        how = "twice" if first < second else "never"
        raise AnswerError(
            f"the clocks of {zone} show {wall} {how}: give the time with its offset"
        )
    return min(first, second, key=lambda instant: abs(instant - near))


def _search(setting: str, path: str, document: object) -> object:
    if not path:
        return None
    try:
        found: object = jmespath.search(path, document)
    except ValueError:  # the base of jmespath's errors
        pass
    else:
        return found
    raise AnswerError(f"{setting} does not work on the answer: check the expression")
