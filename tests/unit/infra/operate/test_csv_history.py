"""An old history: each line is judged by itself, and none is lost to another."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.operate.csv_history import Format, HeaderError, History, parse_history

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
FORM = Format("nyanpass", timezone(timedelta(hours=9)), ",", NOW)


def parse(*lines: str, head: str = "time,count\n") -> History:
    """Parse lines under a header."""
    return parse_history([head, *lines], FORM)


def counts(history: History) -> dict[str, int]:
    """Give the counts by hour."""
    return {
        f"{reading.scheduled_at:%m-%dT%H}": reading.count
        for reading in history.readings.values()
    }


def test_a_line_is_a_reading_of_its_hour() -> None:
    """With its own time as the time of the observation, and no source time."""
    ((key, reading),) = parse("2013-01-01T10:40:05Z,6\n").readings.items()
    assert key == "readings/counter=nyanpass/date=2013-01-01/20130101T100000Z.json"
    assert reading.to_line() == (
        b'{"schema":1,"counter":"nyanpass","scheduled_at":"2013-01-01T10:00:00Z",'
        b'"observed_at":"2013-01-01T10:40:05Z","count":6}\n'
    )


def test_times_without_an_offset_are_at_the_configured_one() -> None:
    """With a T or a space; an offset in the file wins."""
    history = parse(
        "2013-01-01 10:00:00,1\n",
        "2013-01-01T11:00:00,2\n",
        "2013-01-01T12:00:00+00:00,3\n",
    )
    assert counts(history) == {"01-01T01": 1, "01-01T02": 2, "01-01T12": 3}


def test_of_several_lines_in_an_hour_the_earliest_wins() -> None:
    """Wherever it stands; of two at the same instant the upper one."""
    history = parse(
        "2013-01-01T10:20:00Z,3\n",
        "2013-01-01T10:10:00Z,1\n",
        "2013-01-01T10:10:00Z,9\n",
        "2013-01-01T10:59:59Z,5\n",
    )
    assert counts(history) == {"01-01T10": 1}
    assert history.surplus == 3
    assert history.bad_lines == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2013-01-01T10:00:00Z", "1 fields"),
        ("2013-01-01T10:00:00Z,1,234", "3 fields"),
        ("2013-01-01T10:00:00Z,", "not 1 to 18 digits"),
        ("2013-01-01T10:00:00Z,-1", "not 1 to 18 digits"),
        ("2013-01-01T10:00:00Z,1.5", "not 1 to 18 digits"),
        ('2013-01-01T10:00:00Z,"12,34"', "not 1 to 18 digits"),
        ("2013-02-30T10:00:00Z,1", "the time is not like"),
        ("1357034400,1", "the time is not like"),
        ("\\xff\\xfe,1", "the time is not like"),
        ("2026-11-23T22:30:01Z,1", "in the future"),
        ('2013-01-01T10:00:00Z,"1', "no line of CSV"),
    ],
)
def test_a_bad_line_is_named_and_costs_no_other(line: str, reason: str) -> None:
    """Not even where a quote is opened and never closed."""
    good = ("2013-01-01T01:00:00Z,1\n", "2013-01-01T02:00:00Z,2\n")
    history = parse(good[0], line + "\n", good[1])
    assert counts(history) == {"01-01T01": 1, "01-01T02": 2}
    ((number, said),) = history.bad_lines
    assert number == 3
    assert reason in said
    assert "\n" not in said


def test_spaces_quotes_empty_lines_and_windows_are_no_mistakes() -> None:
    """They change nothing about what is meant."""
    history = parse(
        "\r\n",
        ' 2013-01-01T01:00:00Z , "1" \r\n'.replace(' "1" ', '"1,234"'),
        "2013-01-01T02:00:00Z,2",
        head='\ufeffTime,"count"\r\n',
    )
    assert counts(history) == {"01-01T01": 1234, "01-01T02": 2}
    assert history.bad_lines == []


@pytest.mark.parametrize("lines", [[], [""], ["count,time\n"], ["2013-01-01,5\n"]])
def test_a_file_without_the_header_is_refused_as_a_whole(lines: list[str]) -> None:
    """Its columns could be anything."""
    with pytest.raises(HeaderError):
        parse_history(lines, FORM)


@given(st.lists(st.text() | st.from_regex(r"\A201\d-01-01 10:00:00,\d{1,3}\n\Z")))
def test_every_line_is_a_reading_or_surplus_or_bad_or_empty(lines: list[str]) -> None:
    """None disappears, and none stops the import."""
    history = parse(*lines)
    named = len(history.readings) + history.surplus + len(history.bad_lines)
    assert named == sum(1 for line in lines if line.strip())
