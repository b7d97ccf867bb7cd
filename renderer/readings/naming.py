"""The names of what the operator writes: when it was made, and what it holds; pure.

Such a name cannot be given to another content, so an object that is not what it was
when it was written is known by its name. Names sort by the time.
"""

from __future__ import annotations

import re
from datetime import datetime

from renderer.errors import BrokenObjectError
from renderer.fingerprint import fingerprint
from renderer.readings.format import format_utc, parse_utc

NAME_PATTERN = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z-([0-9a-f]{16})"
)


def make_name(made_at: datetime, body: bytes) -> str:
    """Return the name of an object that was made at a time.

    >>> make_name(parse_utc("2026-11-23T22:00:05Z"), b"")
    '20261123T220005Z-e3b0c44298fc1c14'
    """
    time = format_utc(made_at).replace("-", "").replace(":", "")
    return f"{time}-{fingerprint(body)}"


def parse_name(name: str, body: bytes) -> datetime:
    """Return when an object was made; raises BrokenObjectError unless it is its name.

    The inverse of `make_name`.
    """
    match = NAME_PATTERN.fullmatch(name)
    if match is None:
        raise BrokenObjectError("has no name of a time and a fingerprint")
    if match[7] != fingerprint(body):
        raise BrokenObjectError("is not what it was when it was named")
    try:
        return parse_utc("{}-{}-{}T{}:{}:{}Z".format(*match.groups()))
    except ValueError as error:
        raise BrokenObjectError(f"has a name without a time: {error}") from error
