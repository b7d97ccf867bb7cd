"""From an answer's bytes to the JSON value in them, or to a name of what came instead.

Knows no network and no setting. No error shows what the answer holds: an error page
may repeat the source's address.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from collector.errors import AnswerError

# JSON holds none of them unescaped, so they tell of another charset.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_KINDS = {
    bool: "true or false",
    dict: "an object",
    float: "a number with a point or an exponent",
    int: "an integer",
    list: "an array",
    type(None): "null",
}


@dataclass(frozen=True)
class Body:
    """The bytes of an answer, and the charset that it declares; empty without one."""

    data: bytes
    charset: str = ""


def parse_document(body: Body) -> Any:
    """Parse a body that has to be one JSON value, without any doubt what it says.

    Raises AnswerError for all else, also for what Python reads and JSON does not
    know (NaN), or what can be read in two ways (a key that comes twice).
    """
    text = _decode(body)
    if text is None:
        problem = "is no text in UTF-8, nor in a charset that it declares"
    else:
        try:
            return json.loads(
                text, object_pairs_hook=_check_pairs, parse_constant=_refuse_constant
            )
        except json.JSONDecodeError as error:
            problem = _name_text(text, error)
        except RecursionError:
            problem = "is JSON that is nested too deeply"
        except ValueError:  # Python limits the digits of an integer
            problem = "has a number with too many digits"
    raise AnswerError(
        f"the answer ({len(body.data)} bytes) {problem}: check what COUNT_URL serves"
    )


def describe_value(value: object) -> str:
    """Say what a value is, in the words of JSON.

    It is shown only where it looks like a number or a time.
    `describe_value([1])` is `an array`.
    """
    if isinstance(value, str):
        if re.fullmatch(r"[0-9 ,.:/TZ+-]{0,32}", value):
            return repr(value)
        return f"a text of {len(value)} characters"
    return _KINDS.get(type(value), f"a value of type {type(value).__name__}")


def _decode(body: Body) -> str | None:
    """Decode a body; None if it is no text.

    UTF-8 comes first, as RFC 8259 section 8.1 demands: many servers declare a charset
    that is not the one of their JSON. It also allows to ignore a byte-order mark.
    """
    for charset in ("utf-8", body.charset):
        try:
            text = body.data.decode(charset).removeprefix("\ufeff")
        except (LookupError, ValueError):  # an unknown charset, or another one
            continue
        if not _CONTROLS.search(text):
            return text
    return None


def _name_text(text: str, error: json.JSONDecodeError) -> str:
    """Say what a text is that is no JSON; it ends a sentence."""
    start = text.strip()[:32].lower()
    if not start:
        return "is empty"
    if start.startswith("<"):
        html = re.match("<(!doctype )?html", start)
        return "is an HTML page" if html else "is XML or HTML"
    if len(text.strip()) <= 32 and (shown := describe_value(text.strip()))[0] == "'":
        return f"is {shown}, which is not JSON"
    # A string that never ends is reported where it begins.
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return "is JSON that is cut short"
    return f"is no JSON from character {error.pos + 1} on"


def _check_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise AnswerError(
            "the answer has a key twice in one object: check what COUNT_URL serves"
        )
    return document


def _refuse_constant(name: str) -> None:
    raise AnswerError(
        f"the answer has {name}, which JSON does not know: check what COUNT_URL serves"
    )
