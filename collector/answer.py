"""From the source's answer to a count and a time. Knows no network.

The rules are strict: a reading is kept for ever and cannot be corrected.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jmespath

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


def parse_answer(body: bytes, settings: Settings, now: datetime) -> Answer:
    """Find the count and the time in an answer.

    `{"count": "1234", "time": "2026-11-24 07:00:02"}` is 1234 at 22:00:02 UTC with
    the default settings. Raises AnswerError for anything but a JSON object with a
    count in it, and for an answer whose own time is more than two hours from now.
    """
    document = _parse_object(body)
    found = _search("COUNT_PATH", settings.count_path, document)
    if found is None:
        raise AnswerError("the answer has nothing at COUNT_PATH: check the expression")
    count = parse_count(found, settings.thousands_separator)
    time = _search("TIME_PATH", settings.time_path, document)
    if time is None:
        return Answer(count, None)
    source_time = parse_time(time, settings.source_utc_offset)
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
        text = str(value) if abs(value) < 10**MAX_DIGITS else "too long"
    elif isinstance(value, str):
        text = value
    else:
        raise AnswerError(
            f"the count is neither text nor an integer: {_show_value(value)}"
        )
    if separator and re.fullmatch(rf"\d{{1,3}}({re.escape(separator)}\d{{3}})+", text):
        text = text.replace(separator, "")
    if re.fullmatch(rf"\d{{1,{MAX_DIGITS}}}", text, re.ASCII) is None:
        raise AnswerError(
            f"the count is not 1 to {MAX_DIGITS} digits: {_show_value(value)} "
            "(THOUSANDS_SEPARATOR allows a separator)"
        )
    return int(text)


def parse_time(value: object, offset: timezone) -> datetime:
    """Turn an ISO-8601 time into UTC; a time without an offset is at the given one.

    `parse_time("2026-11-24 07:00:02", timezone(timedelta(hours=9)))` is 22:00:02 UTC
    of the day before. Raises AnswerError for anything else, also for a mere date.
    """
    try:
        if not isinstance(value, str) or len(value) <= len("YYYY-MM-DD"):
            raise ValueError
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            time = time.replace(tzinfo=offset)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise AnswerError(
        f"the time is not like 2026-11-24 07:00:02 or ISO 8601: {_show_value(value)}"
    )


def _parse_object(body: bytes) -> dict[str, Any]:
    """Parse a body that has to be one JSON object.

    A byte-order mark may stand before it: RFC 8259 section 8.1 allows readers to
    ignore it, and the answer stays unambiguous.
    """
    try:
        document = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_check_pairs,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise AnswerError(
            f"the answer ({len(body)} bytes) is not one JSON object with unique keys: "
            "check what COUNT_URL serves"
        )
    return document


def _check_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError
    return document


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(name)


def _search(setting: str, path: str, document: dict[str, Any]) -> object:
    if not path:
        return None
    try:
        found: object = jmespath.search(path, document)
    except ValueError:  # the base of jmespath's errors
        pass
    else:
        return found
    raise AnswerError(f"{setting} does not work on the answer: check the expression")


def _show_value(value: object) -> str:
    """Show a value only where it looks like a number or a time.

    Anything else, such as an error page, could hold the source's address.
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9 ,.:/TZ+-]{0,32}", value):
        return repr(value)
    return f"a value of type {type(value).__name__}"
