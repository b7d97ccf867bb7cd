"""The dates: as the people of a zone write them, in each language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.site.dates import Dates
from renderer.site.languages import LANGUAGES
from renderer.site.words import load_texts
from tests.unit.renderer.histories import TOKYO, ZONES

NOON = "2026-11-24T03:00:00Z"


def dates(language: str, zone: ZoneInfo = TOKYO) -> Dates:
    """Give a language's way with the dates of a zone."""
    return Dates(load_texts(language), zone)


@pytest.mark.parametrize(
    ("zone", "ja", "en"),
    [
        ("Asia/Tokyo", "2026年11月1日 14:30", "1 November 2026, 14:30"),
        ("America/New_York", "2026年11月1日 01:30", "1 November 2026, 01:30"),
        ("Pacific/Kiritimati", "2026年11月1日 19:30", "1 November 2026, 19:30"),
    ],
)
def test_an_instant_is_written_as_the_people_of_the_zone_do(
    zone: str, ja: str, en: str
) -> None:
    """Without leading zeros in the date."""
    for language, shown in (("ja", ja), ("en", en)):
        there = dates(language, ZoneInfo(zone))
        assert there.moment("2026-11-01T05:30:00Z") == shown


@pytest.mark.parametrize(
    ("end", "ja", "en"),
    [
        (NOON, "2026年11月24日 12:00", "24 November 2026, 12:00"),
        (
            "2026-11-24T05:00:00Z",
            "2026年11月24日 12:00 〜 14:00",
            "24 November 2026, 12:00 – 14:00",
        ),
        (
            "2026-12-01T05:00:00Z",
            "2026年11月24日 12:00 〜 12月1日 14:00",
            "24 November, 12:00 – 1 December 2026, 14:00",
        ),
        (
            "2027-01-01T05:00:00Z",
            "2026年11月24日 12:00 〜 2027年1月1日 14:00",
            "24 November 2026, 12:00 – 1 January 2027, 14:00",
        ),
    ],
)
def test_two_instants_share_what_they_have_in_common(
    end: str, ja: str, en: str
) -> None:
    """The day, or the year; one instant is one."""
    assert dates("ja").span(NOON, end) == ja
    assert dates("en").span(NOON, end) == en


def test_what_something_lies_between_is_said_as_such() -> None:
    """Where the language has other words for it."""
    end = "2026-12-01T05:00:00Z"
    said = "24 November, 12:00 and 1 December 2026, 14:00"
    assert dates("en").within(NOON, end) == said
    assert dates("en").within(NOON, "2026-11-24T05:00:00Z").endswith("12:00 and 14:00")
    assert dates("ja").within(NOON, end) == dates("ja").span(NOON, end)


def test_a_zone_is_called_as_people_call_it() -> None:
    """And where a language has no name for it, there is none."""
    assert dates("ja").zone_name == "日本時間"
    assert dates("en").zone_name == "Japan time (UTC+9)"
    for language in LANGUAGES:
        assert dates(language.code, ZoneInfo("Pacific/Kiritimati")).zone_name is None
        for zone in load_texts(language.code)["zones"]:
            assert ZoneInfo(zone).key == zone


def test_days_weeks_and_months_have_names() -> None:
    """Each in both languages."""
    ja, en = dates("ja"), dates("en")
    assert ja.day("2026-11-24") == "2026年11月24日"
    assert en.day(date(2026, 11, 24)) == "24 November 2026"
    assert ja.days("2026-11-24", "2026-11-24") == "2026年11月24日"
    assert en.days("2025-11-24", "2026-11-24") == "24 November 2025 – 24 November 2026"
    assert ja.week("2026-11-30") == "2026年11月30日 〜 12月6日"
    assert en.week("2026-12-28") == "28 December 2026 – 3 January 2027"
    assert ja.month("2026-11") == "2026年11月"
    assert en.month("2026-11") == "November 2026"
    assert (ja.short_month("2026-11"), en.short_month("2026-01")) == ("11月", "Jan")
    assert (ja.clock(NOON), en.clock(NOON)) == ("12:00", "12:00")


@pytest.mark.parametrize(
    ("every", "ja", "en"),
    [
        ("1h", "2026年10月5日 00:00", "5 October 2026, 00:00"),
        ("1d", "2026年10月5日", "5 October 2026"),
        ("1w", "2026年10月5日", "5 October 2026"),
        ("1mo", "2026年10月", "October 2026"),
        ("1q", "2026年10月", "October 2026"),
        ("1y", "2026年", "2026"),
    ],
)
def test_a_bucket_is_named_as_exactly_as_it_is_long(
    every: str, ja: str, en: str
) -> None:
    """By its beginning."""
    begin = datetime(2026, 10, 5, tzinfo=TOKYO)
    assert (dates("ja").bucket(begin, every), dates("en").bucket(begin, every)) == (
        ja,
        en,
    )


@pytest.mark.parametrize(
    ("earliest", "latest", "en"),
    [
        (
            "2026-11-24T04:10:00Z",
            "2026-11-24T06:00:01Z",
            "24 November 2026, 13:00 – 16:00",
        ),
        ("2026-11-24T04:10:00Z", None, "24 November 2026, 13:00 – 14:00"),
        (
            "2026-11-26T04:10:00Z",
            "2026-12-02T04:00:00Z",
            "26 November – 2 December 2026",
        ),
        ("2026-11-28T04:10:00Z", "2026-11-28T05:00:00Z", "28 November 2026"),
        (
            "2028-01-28T04:10:00Z",
            "2040-11-28T05:00:00Z",
            "January 2028 – November 2040",
        ),
        ("2040-11-02T04:10:00Z", "2040-11-28T05:00:00Z", "November 2040"),
    ],
)
def test_an_estimate_is_as_exact_as_it_deserves(
    earliest: str, latest: str | None, en: str
) -> None:
    """By the hour, the day, or the month."""
    assert dates("en").estimate(NOON, earliest, latest) == en


def test_hours_between_instants_are_those_that_pass() -> None:
    """Also through a night in which the clocks change."""
    berlin = dates("en", ZoneInfo("Europe/Berlin"))
    assert berlin.hours("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z") == 25


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(ZONES),
    st.sampled_from([each.code for each in LANGUAGES]),
)
def test_any_two_instants_can_be_written(
    one: datetime, other: datetime, zone: ZoneInfo, language: str
) -> None:
    """With both their years to be found in it."""
    first, last = sorted(time.replace(tzinfo=ZONES[1]) for time in (one, other))
    there = dates(language, zone)
    for text in (
        there.span(first, last),
        there.estimate(
            f"{first:%Y-%m-%dT%H:%M:%SZ}",
            f"{first:%Y-%m-%dT%H:%M:%SZ}",
            f"{last:%Y-%m-%dT%H:%M:%SZ}",
        ),
    ):
        assert f"{last.astimezone(zone).year}" in text or "20" in text or "19" in text
        assert "{" not in text
