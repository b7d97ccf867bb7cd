"""The answer's bytes: one JSON value, or one line that names what came."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collector.document import Body, describe_value, parse_document
from collector.errors import AnswerError

TEXT = '{"count": 5, "name": "にゃんぱす"}'


@pytest.mark.parametrize(
    "charset",
    ["", "utf-8", "UTF8", "shift_jis", "euc-jp", "iso-2022-jp", "utf-16", "utf-16-le"],
)
def test_a_declared_charset_is_honoured(charset: str) -> None:
    """Without one it is UTF-8."""
    data = TEXT.encode(charset or "utf-8")
    assert parse_document(Body(data, charset)) == json.loads(TEXT)


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "us-ascii", "utf-16", "binary", "hex", "nonsense", "\0"]
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_8_is_understood_whatever_is_declared(charset: str, mark: str) -> None:
    """JSON is UTF-8, and many a server declares another charset for all it serves."""
    assert parse_document(Body((mark + TEXT).encode(), charset)) == json.loads(TEXT)


@pytest.mark.parametrize("charset", ["", "us-ascii", "utf-8", "nonsense"])
@pytest.mark.parametrize("encoding", ["shift_jis", "utf-16", "utf-16-be"])
def test_a_charset_is_not_guessed(encoding: str, charset: str) -> None:
    """What is neither UTF-8 nor what it says it is could be anything."""
    with pytest.raises(AnswerError, match="no text in UTF-8, nor in a charset"):
        parse_document(Body(TEXT.encode(encoding), charset))


CUT = "is JSON that is cut short"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        (" \r\n", "is empty"),
        ("<!DOCTYPE html><html>https://counter.example/</html>", "is an HTML page"),
        ("\n<HTML lang=en>", "is an HTML page"),
        ("<?xml version='1.0'?><rss/>", "is XML or HTML"),
        ('{"count": 5', CUT),
        ('{"count": "5', CUT),
        ('{"count": 5, ', CUT),
        ("[1, 2", CUT),
        ("+5", r"is '\+5', which is not JSON"),
        ("1,234\n", "is '1,234', which is not JSON"),
        ("007", "is '007', which is not JSON"),
        ('{"a": 1}\n{"a": 2}\n', "is no JSON from character 10 on"),
        ('callback({"count": 5})', "is no JSON from character 1 on"),
        ('{"count": 5,}', "is no JSON from character 1[23] on"),
        ("[" * 30_000, "is JSON that is nested too deeply"),
        ('{"count": ' + "9" * 5000 + "}", "has a number with too many digits"),
    ],
)
def test_what_is_no_json_is_named_for_what_it_is(text: str, what: str) -> None:
    """One line says what COUNT_URL serves, and nothing of what it says."""
    size = len(text.encode())
    line = rf"^the answer \({size} bytes\) {what}: check what COUNT_URL serves$"
    with pytest.raises(AnswerError, match=line):
        parse_document(Body(text.encode()))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"count": 1, "count": 2}', "has a key twice in one object"),
        ('[{"a": {"b": 1, "b": 1}}]', "has a key twice in one object"),
        ("NaN", "has NaN, which JSON does not know"),
        ('{"count": 5, "rate": -Infinity}', "has -Infinity, which JSON does not know"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(text: str, what: str) -> None:
    """Wherever it stands, and whatever Python would make of it."""
    with pytest.raises(AnswerError, match=f"the answer {what}: check what COUNT_URL"):
        parse_document(Body(text.encode()))


# The name is not made of what numbers and times are made of.
SECRET = "s3cret.example"


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["", "latin-1"]))
@example("<html>", "</html>", "")
@example('{"a": "', "", "")
@example("", "", "")
def test_no_message_shows_what_the_answer_holds(
    before: str, after: str, charset: str
) -> None:
    """An error page may repeat the address that was asked for."""
    text = before + SECRET + after
    body = Body(text.encode(errors="replace"), charset)
    assert SECRET not in describe_body(body)


def describe_body(body: Body) -> str:
    """Return what is said of an answer, whether it is JSON or not."""
    try:
        return describe_value(parse_document(body))
    except AnswerError as error:
        return str(error)
