"""Notes: one form and no other, and of several about a moment the newest holds."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.errors import BrokenObjectError
from renderer.readings.naming import make_name
from renderer.readings.notes import (
    Note,
    encode_note,
    make_notes_prefix,
    parse_note,
    settle_notes,
)
from tests.unit.renderer.histories import FIRST, HOUR

MADE_AT = FIRST + 1000 * HOUR
BOTH = Note(
    FIRST, {"ja": "テレビに出た", "en": "On TV"}, "https://example.org/a?b=1#c", MADE_AT
)
ALONE = Note(FIRST, {"en": "On TV"}, None, MADE_AT)
TAKEN_BACK = Note(FIRST, {}, None, MADE_AT)


@pytest.mark.parametrize("note", [BOTH, ALONE, TAKEN_BACK])
def test_a_note_is_what_was_written(note: Note) -> None:
    """One line of JSON under a name that tells its time and its content."""
    key, body = encode_note("cat", note)
    assert key.startswith("notes/counter=cat/20260211T160000Z-")
    assert body.count(b"\n") == 1
    assert parse_note(key, body, "cat") == note


def test_the_order_of_the_languages_is_none_of_its_matter() -> None:
    """The same note is the same object."""
    turned = replace(BOTH, texts={code: BOTH.texts[code] for code in ("en", "ja")})
    assert encode_note("cat", turned) == encode_note("cat", BOTH)


def parse_fields(**changes: Any) -> Note:
    """Parse a note of which some fields say something else."""
    fields = {**json.loads(encode_note("cat", BOTH)[1]), **changes}
    body = f"{json.dumps(fields, ensure_ascii=False)}\n".encode()
    key = f"{make_notes_prefix('cat')}{make_name(MADE_AT, body)}.json"
    return parse_note(key, body, "cat")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"at": "2026-01-01"}, "is not a note: ValueError"),
        ({"at": "0001-01-01T00:00:00Z"}, "is not a note: ValueError"),
        ({"at": None}, "is not a note: "),
        ({"texts": None}, "is not a note: TypeError"),
        ({"texts": "On TV"}, "is not a note: ValueError"),
        ({"texts": [["en", "On TV"]]}, "is not a note of this schema"),
        ({"texts": {"english": "On TV"}}, "without a code of two letters"),
        ({"texts": {"en": ""}}, "not of 1 to 200 characters"),
        ({"texts": {"en": "x" * 201}}, "not of 1 to 200 characters"),
        ({"texts": {"en": 5}}, "not of 1 to 200 characters"),
        ({"texts": {"en": "two\nlines"}}, "cannot be printed"),
        ({"texts": {"en": "\u202eback"}}, "cannot be printed"),
        ({"texts": {}}, "has an address, and nothing to tell of it"),
        ({"url": ""}, "no https://"),
        ({"url": 5}, "more than 500 characters"),
        ({"url": "https://example.org/" + "x" * 500}, "more than 500 characters"),
        ({"url": "http://example.org/"}, "no https://"),
        ({"url": "javascript:alert(1)"}, "no https://"),
        ({"url": "https://localhost/"}, "no https://"),
        ({"url": "https://me:secret@example.org/"}, "no https://"),
        ({"url": 'https://example.org/"onclick="'}, "no https://"),
        ({"url": "https://example.org/a b"}, "no https://"),
        ({"url": "https://example.org/\n"}, "no https://"),
        ({"made_at": "2026-01-01T00:00:00Z"}, "is not a note of this schema"),
        ({"schema": 2}, "is not a note of this schema"),
        ({"counter": "dog"}, "is not a note of this schema"),
        ({"author": "me"}, "is not a note of this schema"),
    ],
)
def test_any_other_form_is_refused(changes: dict[str, Any], why: str) -> None:
    """The message says why."""
    with pytest.raises(BrokenObjectError, match=why):
        parse_fields(**changes)


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"{" * 9999, b"null", b"5"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Whatever the bytes."""
    key = f"{make_notes_prefix('cat')}{make_name(MADE_AT, body)}.json"
    with pytest.raises(BrokenObjectError, match="is not a note: "):
        parse_note(key, body, "cat")


def test_an_object_that_is_not_what_it_was_is_refused() -> None:
    """Its name says what it was."""
    key, body = encode_note("cat", BOTH)
    with pytest.raises(BrokenObjectError, match="is not what it was"):
        parse_note(key, body.replace(b"TV", b"tv"), "cat")


def test_the_newest_of_a_moment_holds_and_one_that_is_empty_takes_back() -> None:
    """Another moment has its own, however close it is."""
    second = timedelta(seconds=1)
    mended = replace(BOTH, texts={"en": "On the radio"}, made_at=MADE_AT + second)
    other = replace(ALONE, at=FIRST - second, made_at=MADE_AT + 5 * second)
    gone = replace(TAKEN_BACK, made_at=MADE_AT + 2 * second)
    assert settle_notes([BOTH, mended, other]) == [other, mended]
    assert settle_notes([BOTH, mended, gone, other]) == [other]
    assert settle_notes([gone]) == []


@given(
    st.lists(
        st.builds(
            Note,
            st.integers(0, 3).map(lambda hours: FIRST + hours * HOUR),
            st.sampled_from([{}, {"ja": "あ"}, {"en": "a"}]),
            st.none(),
            st.integers(0, 3).map(lambda hours: MADE_AT + hours * HOUR),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_any_order_of_arrival_settles_alike(notes: list[Note], chance: Any) -> None:
    """For their keys have one order."""
    objects = {encode_note("cat", each)[0]: each for each in notes}
    shuffled = dict(chance.sample(sorted(objects.items()), len(objects)))
    in_order = [shuffled[key] for key in sorted(shuffled)]
    assert settle_notes(in_order) == settle_notes(
        [objects[key] for key in sorted(objects)]
    )
    for found in settle_notes(in_order):
        rivals = [each for each in notes if each.at == found.at]
        assert found.made_at == max(each.made_at for each in rivals)
