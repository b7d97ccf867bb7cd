"""The answer: what is a count, what is a time, and what is neither."""

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.answer import Answer, parse_answer, parse_count, parse_time
from collector.document import Body
from collector.errors import AnswerError
from collector.settings import Settings

JST = timezone(timedelta(hours=9))
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 22, 0, 3, tzinfo=UTC)


def settings(**env: str) -> Settings:
    """Make settings with some variables set."""
    base = {"DATA_BUCKET": "data", "COUNT_URL": "https://counter.example/"}
    return Settings.from_env(base | env)


def parse(body: bytes, **env: str) -> Answer:
    """Parse an answer with some variables set."""
    return parse_answer(Body(body), settings(**env), NOW)


# Digits of all scripts, and what int() forgives: signs, blanks, underscores.
LOOKALIKES = st.text(
    st.one_of(
        st.characters(categories=["Nd", "Nl", "No"]), st.sampled_from("0123 _+-.,e\n")
    ),
    max_size=20,
)


@given(LOOKALIKES | st.text(max_size=20) | st.from_regex(r"\A[0-9]{1,19}\Z"))
def test_a_text_is_a_count_if_it_is_1_to_18_ascii_digits(text: str) -> None:
    """Full-width digits, signs, blanks and underscores are no count."""
    if 1 <= len(text) <= 18 and set(text) <= set("0123456789"):
        assert parse_count(text) == int(text)
    else:
        with pytest.raises(AnswerError):
            parse_count(text)


@given(st.integers(-(10**20), 10**20) | st.integers(10**18 - 5, 10**18 + 5))
def test_an_integer_is_a_count_if_it_is_not_negative_and_below_10_18(n: int) -> None:
    """JSON integers are taken like their digits."""
    if 0 <= n < 10**18:
        assert parse_count(n) == n
    else:
        with pytest.raises(AnswerError):
            parse_count(n)


@pytest.mark.parametrize("value", [True, False, 1.0, 1e3, None, [1], {"a": 1}, b"1"])
def test_nothing_else_is_a_count(value: object) -> None:
    """A float has lost digits already, and True is not 1."""
    with pytest.raises(AnswerError, match="neither text nor an integer"):
        parse_count(value)


@given(st.integers(0, 10**18 - 1), st.sampled_from([",", ".", "'", " ", "\u202f"]))
def test_thousands_are_separated_only_as_configured(n: int, separator: str) -> None:
    """Without the setting a separator is an error: in "1.234" it may be a point."""
    text = f"{n:,}".replace(",", separator)
    assert parse_count(text, separator) == n
    assert parse_count(str(n), separator) == n
    if n >= 1000:
        with pytest.raises(AnswerError):
            parse_count(text)
        with pytest.raises(AnswerError):
            parse_count(text, "_")


@pytest.mark.parametrize(
    "text", ["1,23", "1,2345", ",123", "1,,234", "12,", "1234,567"]
)
def test_thousands_come_in_threes(text: str) -> None:
    """Anything else is a truncated or another kind of number."""
    with pytest.raises(AnswerError):
        parse_count(text, ",")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-24 07:00:02", "2026-11-23T22:00:02+00:00"),
        ("2026-11-24T07:00:02", "2026-11-23T22:00:02+00:00"),
        ("2026-11-23T22:00:02Z", "2026-11-23T22:00:02+00:00"),
        ("2026-11-23T22:00:02.75-05:00", "2026-11-24T03:00:02.750000+00:00"),
    ],
)
def test_a_time_without_an_offset_is_at_the_configured_one(text: str, utc: str) -> None:
    """An offset in the text wins."""
    assert parse_time(text, JST).isoformat() == utc


@given(st.text(max_size=30) | st.datetimes().map(str) | st.integers() | st.none())
def test_any_time_is_utc_or_an_answer_error(value: object) -> None:
    """Also in the years 1 and 9999, where an offset leads out of the calendar."""
    try:
        time = parse_time(value, JST)
    except AnswerError:
        return
    assert time.utcoffset() == timedelta(0)
    assert isinstance(value, str)
    assert value.isascii()


@pytest.mark.parametrize("text", ["2026-11-24", "0001-01-01 00:00:00", "now", ""])
def test_what_is_no_instant_is_no_time(text: str) -> None:
    """A date alone has no hour."""
    with pytest.raises(AnswerError, match="the time is not like"):
        parse_time(text, JST)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01 12:00:00", "2026-07-01T10:00:00+00:00"),
        ("2026-12-01 12:00:00", "2026-12-01T11:00:00+00:00"),
        ("2026-10-25 01:59:59", "2026-10-24T23:59:59+00:00"),
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00+00:00"),
        ("2026-10-25 02:30:00+02:00", "2026-10-25T00:30:00+00:00"),
        ("2026-03-29 03:00:00", "2026-03-29T01:00:00+00:00"),
    ],
)
def test_a_zone_follows_summer_time(text: str, utc: str) -> None:
    """With a fixed offset, half the year would be an hour wrong."""
    assert parse_time(text, BERLIN).isoformat() == utc


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2026-10-25 02:00:00", "twice"),
        ("2026-10-25 02:59:59", "twice"),
        ("2026-03-29 02:00:00", "never"),
    ],
)
def test_a_time_that_comes_twice_or_never_is_none_by_itself(
    text: str, how: str
) -> None:
    """Of two instants an hour apart, either could be wrong, and be kept for ever."""
    with pytest.raises(AnswerError, match=f"clocks of Europe/Berlin show {text} {how}"):
        parse_time(text, BERLIN)


@pytest.mark.parametrize(
    ("text", "now", "utc"),
    [
        ("2026-10-25 02:30:00", "2026-10-25T00:30:03Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25 02:30:00", "2026-10-25T01:30:03Z", "2026-10-25T01:30:00Z"),
        ("2026-03-29 02:30:00", "2026-03-29T01:30:03Z", "2026-03-29T01:30:00Z"),
    ],
)
def test_an_answer_just_read_says_which_of_two_times_it_means(
    text: str, now: str, utc: str
) -> None:
    """Its time is near to now, so no hour is lost when clocks are changed.

    Not even where the source's clock is changed late.
    """
    env = settings(SOURCE_UTC_OFFSET="Europe/Berlin")
    body = Body(json.dumps({"count": 5, "time": text}).encode())
    found = parse_answer(body, env, datetime.fromisoformat(now))
    assert found == Answer(5, datetime.fromisoformat(utc))


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["count", "time"]) | st.text(), inner)
        ),
    ).map(lambda document: json.dumps(document).encode())
)
def test_any_body_is_an_answer_or_an_answer_error(body: bytes) -> None:
    """No body makes the collector fail in a way that nobody has thought of."""
    try:
        answer = parse(body)
    except AnswerError:
        return
    assert 0 <= answer.count < 10**18


def test_the_paths_lead_into_the_answer() -> None:
    """Any JSON API can be read, not only the one this was made for."""
    body = b'{"data": [{"n": "1.234", "at": "2026-11-23T22:00:00Z"}]}'
    env = {"COUNT_PATH": "data[0].n", "TIME_PATH": "data[0].at"}
    found = parse(body, **env, THOUSANDS_SEPARATOR=".")
    assert found == Answer(1234, NOW.replace(second=0))


@pytest.mark.parametrize(
    ("body", "path", "count"),
    [
        (b'[{"count": "5"}]', "[0].count", 5),
        (b"[3, 4]", "[-1]", 4),
        (b"[3, 4]", "length(@)", 2),
        (b"5", "@", 5),
        (b"1234\n", "@", 1234),
        (b"0", "@", 0),
        (b'"5"', "@", 5),
    ],
)
def test_any_json_value_can_hold_the_count(body: bytes, path: str, count: int) -> None:
    """An array, a number, a text: many counters answer with nothing else."""
    assert parse(body, COUNT_PATH=path) == Answer(count, None)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"[5]", "is an array and has nothing at COUNT_PATH"),
        (b"5", "is an integer and has nothing at COUNT_PATH"),
        (b"null", "is null and has nothing at COUNT_PATH"),
        (b'{"n": 5}', "is an object and has nothing at COUNT_PATH"),
    ],
)
def test_an_answer_without_the_count_is_named(body: bytes, what: str) -> None:
    """And how to take the whole of it."""
    with pytest.raises(AnswerError, match=f"{what}.*@ is the whole answer"):
        parse(body)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (1000.0, "a number with a point or an exponent"),
        (True, "true or false"),
        ([5], "an array"),
        ({"n": 5}, "an object"),
    ],
)
def test_a_count_of_another_type_is_named(value: object, what: str) -> None:
    """A float is none, even a whole one: it may have lost digits."""
    with pytest.raises(
        AnswerError, match=f"neither text nor an integer: {what}: check COUNT_PATH$"
    ):
        parse(json.dumps({"count": value}).encode())


def test_a_path_that_does_not_fit_the_answer_names_its_setting() -> None:
    """The function of the expression meets a type that it does not take."""
    with pytest.raises(AnswerError, match="COUNT_PATH does not work on the answer"):
        parse(b'{"count": 5}', COUNT_PATH="length(count)")


@pytest.mark.parametrize("body", [b'{"count": 5}', b'{"count": 5, "time": null}'])
def test_a_missing_time_is_left_out(body: bytes) -> None:
    """Nothing is invented in its place."""
    assert parse(body) == Answer(5, None)


def test_an_empty_time_path_reads_no_time() -> None:
    """That is for an API whose `time` is something else."""
    body = b'{"count": 5, "time": "a while ago"}'
    assert parse(body, TIME_PATH="") == Answer(5, None)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_answer_two_hours_off_is_taken_and_one_more_second_is_not(sign: int) -> None:
    """The count of a stale cache would be kept for ever under a wrong hour."""
    for seconds, good in ((7200, True), (7201, False)):
        time = (NOW + sign * timedelta(seconds=seconds)).isoformat()
        body = json.dumps({"count": 5, "time": time}).encode()
        if good:
            assert parse(body).count == 5
        else:
            with pytest.raises(AnswerError, match="more than two hours from now"):
                parse(body)


def test_a_value_is_shown_only_where_it_looks_like_a_number() -> None:
    """An answer that echoes the request must not bring the address into the log."""
    with pytest.raises(AnswerError, match="'1,234'"):
        parse_count("1,234")
    with pytest.raises(AnswerError, match="a text of 35 characters"):
        parse_count("https://counter.example/?key=s3cret")
