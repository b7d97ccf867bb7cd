"""Corrections: one form and no other, whatever lies under such a key."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from renderer.errors import BrokenObjectError
from renderer.readings.corrections import (
    Correction,
    encode_correction,
    make_corrections_prefix,
    parse_correction,
)
from renderer.readings.naming import make_name
from tests.unit.renderer.histories import FIRST, HOUR

MADE_AT = FIRST + 1000 * HOUR
VOID = Correction(
    "void", FIRST, FIRST + 5 * HOUR, None, "誤った時差で取り込んだ", MADE_AT
)
CORRECT = Correction("correct", FIRST, FIRST, 1234, "Seen on a photo", MADE_AT)
RESTORE = replace(VOID, kind="restore")


EMOJI = replace(VOID, reason="👨\u200d👩\u200d👧 می\u200cخواهم")


@pytest.mark.parametrize("correction", [VOID, CORRECT, RESTORE, EMOJI])
def test_a_correction_is_what_was_written(correction: Correction) -> None:
    """One line of JSON under a name that tells its time and its content."""
    key, body = encode_correction("cat", correction)
    assert key.startswith("corrections/counter=cat/20260211T160000Z-")
    assert body.count(b"\n") == 1
    assert parse_correction(key, body, "cat") == correction


def parse_fields(**changes: Any) -> Correction:
    """Parse a correction of which some fields say something else."""
    fields = {**json.loads(encode_correction("cat", CORRECT)[1]), **changes}
    body = f"{json.dumps(fields, ensure_ascii=False)}\n".encode()
    key = f"{make_corrections_prefix('cat')}{make_name(MADE_AT, body)}.json"
    return parse_correction(key, body, "cat")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "delete"}, "has a kind that is none of"),
        ({"first": "0001-01-01T00:00:00Z"}, "is not a correction: ValueError"),
        ({"first": "2026-01-01T00:30:00Z"}, "has no span of full hours"),
        ({"first": "2026-01-02T00:00:00Z"}, "has no span of full hours"),
        ({"last": "2026-01-01T01:00:00Z"}, "gives one count for several hours"),
        ({"count": None}, "has a count that is no whole number"),
        ({"count": True}, "has a count that is no whole number"),
        ({"count": 10**18}, "has a count that is no whole number"),
        ({"count": 1.0}, "has a count that is no whole number"),
        ({"kind": "void"}, "has a count that it must not have"),
        ({"reason": ""}, "has no reason of 1 to 300"),
        ({"reason": "x" * 301}, "has no reason of 1 to 300"),
        ({"reason": 5}, "has no reason of 1 to 300"),
        ({"reason": "two\nlines"}, "cannot be printed"),
        ({"reason": "\u202eback"}, "cannot be printed"),
        ({"made_at": "2026-01-01T00:00:00Z"}, "is not a correction of this schema"),
        ({"schema": 2}, "is not a correction of this schema"),
        ({"counter": "dog"}, "is not a correction of this schema"),
        ({"author": "me"}, "is not a correction of this schema"),
    ],
)
def test_any_other_form_is_refused(changes: dict[str, Any], why: str) -> None:
    """The message says why."""
    with pytest.raises(BrokenObjectError, match=why):
        parse_fields(**changes)


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"{" * 9999, b"null"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Whatever the bytes."""
    key = f"{make_corrections_prefix('cat')}{make_name(MADE_AT, body)}.json"
    with pytest.raises(BrokenObjectError, match="is not a correction: "):
        parse_correction(key, body, "cat")


def test_an_object_that_is_not_what_it_was_is_refused() -> None:
    """Its name says what it was."""
    key, body = encode_correction("cat", VOID)
    with pytest.raises(BrokenObjectError, match="is not what it was"):
        parse_correction(key, body.replace(b"void", b"VOID"), "cat")
    later = encode_correction("cat", replace(VOID, made_at=MADE_AT + timedelta(1)))[0]
    with pytest.raises(BrokenObjectError, match="is not what it was"):
        parse_correction(later, body, "cat")
