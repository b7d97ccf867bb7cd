"""The format of a correction, which takes back what was read or imported; pure.

A correction is written once, by the operator, and changes no reading: it says what
counts for some hours instead. Of several about an hour the newest holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from renderer.errors import BrokenObjectError
from renderer.readings.format import MAX_COUNT, format_utc, parse_utc
from renderer.readings.naming import make_name, parse_name

SUFFIX = ".json"
LONGEST_REASON = 300
# Not printed, and yet a part of what is: of Persian words, and of emoji.
JOINERS = "\u200c\u200d"
Kind = Literal["void", "correct", "restore"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What counts for the hours from `first` to `last` (UTC), both included.

    kind: `void` (they count as missing), `correct` (`count` is the true one; of one
    hour) or `restore` (what was read counts again, whatever an earlier correction
    says). reason: a sentence. made_at: when it was made, by the operator's clock.
    """

    kind: Kind
    first: datetime
    last: datetime
    count: int | None
    reason: str
    made_at: datetime


def make_corrections_prefix(counter: str) -> str:
    """Return what the keys of all corrections of a counter begin with.

    >>> make_corrections_prefix("nyanpass")
    'corrections/counter=nyanpass/'
    """
    return f"corrections/counter={counter}/"


def encode_correction(counter: str, correction: Correction) -> tuple[str, bytes]:
    """Return key and body of a correction: one line of JSON."""
    fields = {
        "schema": 1,
        "counter": counter,
        "kind": correction.kind,
        "first": format_utc(correction.first),
        "last": format_utc(correction.last),
        "count": correction.count,
        "reason": correction.reason,
        "made_at": format_utc(correction.made_at),
    }
    body = f"{json.dumps(fields, ensure_ascii=False)}\n".encode()
    name = make_name(correction.made_at, body)
    return f"{make_corrections_prefix(counter)}{name}{SUFFIX}", body


def parse_correction(key: str, body: bytes, counter: str) -> Correction:
    """Return the correction that an object holds.

    Raises BrokenObjectError, whose message says why, unless it is what
    `encode_correction` writes.
    """
    name = key.removeprefix(make_corrections_prefix(counter)).removesuffix(SUFFIX)
    made_at = parse_name(name, body)
    try:
        fields = json.loads(body.decode())
        correction = Correction(
            kind=fields["kind"],
            first=parse_utc(fields["first"]),
            last=parse_utc(fields["last"]),
            count=fields["count"],
            reason=fields["reason"],
            made_at=made_at,
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"is not a correction: {type(error).__name__}: {error}"
        raise BrokenObjectError(why[:200]) from error
    if problem := find_correction_problem(correction):
        raise BrokenObjectError(problem)
    # Another spelling, another field, another counter: nothing else is known.
    if encode_correction(counter, correction) != (key, body):
        raise BrokenObjectError("is not a correction of this schema and counter")
    return correction


def find_correction_problem(correction: Correction) -> str | None:
    """Return what is wrong with a correction, None if nothing is."""
    if correction.kind not in get_args(Kind):
        return f"has a kind that is none of {get_args(Kind)}"
    hours = (correction.first, correction.last)
    if hours[0] > hours[1] or any(hour.minute or hour.second for hour in hours):
        return "has no span of full hours"
    reason = correction.reason
    if not isinstance(reason, str) or not 0 < len(reason) <= LONGEST_REASON:
        return f"has no reason of 1 to {LONGEST_REASON} characters"
    if not is_printable(reason):
        return "has a reason with characters that cannot be printed"
    return find_count_problem(correction)


def is_printable(text: str) -> bool:
    """Tell whether a text has only characters that can be shown."""
    return all(each.isprintable() or each in JOINERS for each in text)


def find_count_problem(correction: Correction) -> str | None:
    """Return what is wrong with the count of a correction, None if nothing is."""
    if correction.kind != "correct":
        return None if correction.count is None else "has a count that it must not have"
    if correction.first != correction.last:
        return "gives one count for several hours"
    if type(correction.count) is not int or not 0 <= correction.count <= MAX_COUNT:
        return "has a count that is no whole number from 0 to 10^18 - 1"
    return None
