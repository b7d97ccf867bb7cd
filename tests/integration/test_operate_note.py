"""Telling visitors what happened, and taking it back, on the real store."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collector.reading import Reading
from infra.errors import SettingsError
from infra.operate.archive import load_archive, open_store
from infra.operate.note import note, unnote
from infra.operate.stack import Stack
from renderer.readings.notes import Note
from tests.conftest import Buckets
from tests.integration.operating import Functions, make_stack

START = datetime(2026, 11, 23, 20, tzinfo=UTC)
AT = {"AT": "2026-11-24T06:30"}
TOLD = {**AT, "EN": " On  TV ", "URL": "https://example.org/a"}


@pytest.fixture
def stack(buckets: Buckets) -> Stack:
    """Make a stack with a reading; its days are those of Tokyo."""
    each = Reading("nyanpass", START, START, 5)
    buckets.client.put_object(Bucket=buckets.data, Key=each.key(), Body=each.to_line())
    return make_stack(buckets, Functions(lambda name, event: {}))


def notes(stack: Stack) -> list[Note]:
    """Give the notes that hold."""
    return load_archive(open_store(stack)).settle().notes


def written(stack: Stack) -> list[str]:
    """List the objects of notes."""
    return list(open_store(stack).bucket.list("notes/"))


def test_a_note_is_made_mended_and_taken_back(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is an object of its own, and says what it takes the place of."""
    assert note(stack, TOLD) == 0
    [made] = notes(stack)
    assert (made.at, dict(made.texts)) == (
        datetime(2026, 11, 23, 21, 30, tzinfo=UTC),
        {"en": "On TV"},
    )
    [key] = written(stack)
    shown = "2026-11-24 06:30:00 (Asia/Tokyo), en “On TV”, https://example.org/a"
    assert capsys.readouterr().out.splitlines() == [
        f"note: {shown}",
        "the site follows within a minute",
        f"written: {key}",
    ]
    assert note(stack, {"AT": "2026-11-23T21:30Z", "JA": "テレビ", "EN": "TV"}) == 0
    assert [dict(each.texts) for each in notes(stack)] == [{"ja": "テレビ", "en": "TV"}]
    assert f"in place of: {shown}" in capsys.readouterr().out
    assert unnote(stack, AT) == 0
    assert notes(stack) == []
    told = "taken back: 2026-11-24 06:30:00 (Asia/Tokyo), en “TV”, ja “テレビ”"
    assert told in capsys.readouterr().out
    assert len(written(stack)) == 3
    assert note(stack, TOLD) == 0
    assert len(notes(stack)) == 1


def test_a_dry_run_writes_nothing(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """It tells what it would."""
    assert note(stack, {**TOLD, "DRY": "1"}) == 0
    assert written(stack) == []
    assert note(stack, TOLD) == unnote(stack, {**AT, "DRY": "1"}) == 0
    assert len(written(stack)) == len(notes(stack)) == 1
    assert capsys.readouterr().out.count("dry run: nothing is written") == 2


def test_the_same_note_is_not_written_twice(stack: Stack) -> None:
    """So nobody has to read it for ever."""
    assert note(stack, TOLD) == note(stack, {**TOLD, "EN": "On TV"}) == 0
    assert len(written(stack)) == 1


def test_notes_of_one_second_are_in_their_order(stack: Stack) -> None:
    """The last one holds, whatever their names are."""
    for n in range(5):
        note(stack, {**AT, "EN": f"No. {n}"})
    assert [dict(each.texts) for each in notes(stack)] == [{"en": "No. 4"}]


def test_an_address_is_quoted_where_browsers_would(stack: Stack) -> None:
    """As people copy it."""
    note(stack, {**TOLD, "URL": "HTTPS://例え.jp:81/にゃん a?b=%20#c"})
    [made] = notes(stack)
    path = "%E3%81%AB%E3%82%83%E3%82%93%20a?b=%20#c"
    assert made.url == f"https://xn--r8jz45g.jp:81/{path}"


def test_a_moment_to_come_may_be_announced(stack: Stack) -> None:
    """And one long before the first reading be told of."""
    note(stack, {"AT": "2199-12-31T00:00", "JA": "まだ先"})
    note(stack, {"AT": "1999-12-31 23:59:59+00:00", "JA": "昔"})
    assert [dict(each.texts) for each in notes(stack)] == [
        {"ja": "昔"},
        {"ja": "まだ先"},
    ]


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "JA and EN are missing: say it in one of them at least"),
        ({"EN": " \n ", "JA": ""}, "JA and EN are missing"),
        ({"AT": ""}, "AT is missing: give a time like 2026-11-23T21:00, by the clocks"),
        ({"AT": "2026-11-23"}, "AT: the time is not like 2026-11-24 07:00:02"),
        ({"AT": "soon"}, "AT: the time is not like"),
        ({"AT": "2026-13-01T00:00"}, "AT: the time is not like"),
        ({"AT": "1899-12-31T00:00Z"}, "is not from 1900 to 2199"),
        ({"AT": "0001-01-01T00:00"}, "AT: the time is not like"),
        ({"EN": "x" * 201}, "a text that is not of 1 to 200 characters"),
        ({"EN": "\u202eback"}, "characters that cannot be printed"),
        ({"JA": "\udcff"}, "characters that cannot be printed"),
        ({"URL": "http://example.org/"}, "no https://"),
        ({"URL": "example.org"}, "no https://"),
        ({"URL": "https://にゃん..jp/"}, "no https://"),
        ({"URL": "https://me:secret@example.org/"}, "no https://"),
        ({"URL": "https://example.org/" + "x" * 500}, "more than 500 characters"),
        ({"DRY": "perhaps"}, "DRY"),
    ],
)
def test_what_is_wrong_with_it_is_one_line(
    stack: Stack, env: dict[str, str], said: str
) -> None:
    """And nothing is written."""
    given = {**TOLD, **env} if env else AT
    with pytest.raises(SettingsError) as caught:
        note(stack, given)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert written(stack) == []


def test_a_time_that_the_clocks_show_twice_wants_its_offset(stack: Stack) -> None:
    """Either hour could be the wrong one."""
    stack = replace(stack, time_zone="Europe/Berlin")
    with pytest.raises(SettingsError, match="twice: give the time with its offset"):
        note(stack, {"AT": "2026-10-25T02:30", "EN": "Late"})
    assert note(stack, {"AT": "2026-10-25T02:30+01:00", "EN": "Late"}) == 0
    assert notes(stack)[0].at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_where_there_is_no_note_the_nearest_are_named(stack: Stack) -> None:
    """So that its time can be copied."""
    with pytest.raises(SettingsError, match="there is none at all"):
        unnote(stack, AT)
    note(stack, TOLD)
    with pytest.raises(SettingsError, match="are at 2026-11-23T21:30:00Z"):
        unnote(stack, {"AT": "2026-11-24T06:31"})
    with pytest.raises(SettingsError, match="AT is missing"):
        unnote(stack, {})
