"""One line an hour, whatever order the functions end in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collector.reading import format_utc
from infra.local.hour_lines import HourLines

FIRST = datetime(2026, 11, 26, 14, tzinfo=UTC)
DAY = "2026-11-26, Asia/Tokyo"


def event_of(hour: int) -> dict[str, str]:
    """Return what the schedule sends so many hours after the first."""
    return {"scheduled_time": format_utc(FIRST + timedelta(hours=hour))}


def collected(hour: int, count: int, outcome: str = "stored") -> dict[str, Any]:
    """Return what the collector returns."""
    at = FIRST + timedelta(hours=hour)
    key = f"readings/counter=a/date={at:%Y-%m-%d}/{at:%Y%m%dT%H%M%SZ}.json"
    return {"outcome": outcome, "key": key, "count": count}


def rendered(hour: int, number: int, outcome: str = "published") -> dict[str, Any]:
    """Return what the renderer returns."""
    newest = format_utc(FIRST + timedelta(hours=hour))
    names = [f"{each}.png" for each in range(number)]
    return {"outcome": outcome, "newest": newest, "broken": [], "objects": names}


def make_hours(last_count: int | None = 323_540) -> HourLines:
    """Begin with a known count of the hour before the first."""
    last = None if last_count is None else (FIRST - timedelta(hours=1), last_count)
    return HourLines(ZoneInfo("Asia/Tokyo"), last)


def test_what_was_added_over_hours_without_a_reading_says_so() -> None:
    """It is not the growth of the one hour."""
    hours = make_hours()
    hours.note_collected(event_of(2), collected(2, 323_640))
    assert hours.note_rendered(rendered(2, 4), 1.0) == [
        "2026-11-27, Asia/Tokyo",
        "01:00  323,640  +100 in 3 hours  4 objects",
    ]


def test_an_hour_has_a_line_when_it_is_published() -> None:
    """In the site's zone, with what was added since the reading before."""
    hours = make_hours()
    hours.begin(FIRST, 10.0)
    assert hours.note_collected(event_of(0), collected(0, 323_616)) == []
    assert hours.note_rendered(rendered(0, 31), 12.62) == [
        DAY,
        "23:00  323,616  +76  31 objects in 2.6 s",
    ]
    hours.begin(FIRST + timedelta(hours=1), 20.0)
    hours.note_collected(event_of(1), collected(1, 323_610))
    assert hours.note_rendered(rendered(1, 4), 21.0) == [
        "2026-11-27, Asia/Tokyo",
        "00:00  323,610  -6  4 objects in 1.0 s",
    ]


def test_the_first_reading_of_all_has_nothing_to_be_compared_with() -> None:
    """And what nobody timed has no seconds."""
    hours = make_hours(None)
    hours.note_collected(event_of(0), collected(0, 5))
    assert hours.note_rendered(rendered(0, 31), 1.0) == [DAY, "23:00  5  31 objects"]


def test_a_run_that_did_not_know_the_reading_tells_nothing_of_it() -> None:
    """Its line comes with the run that knows it, and comes once."""
    hours = make_hours()
    hours.note_collected(event_of(1), collected(1, 323_616))
    assert hours.note_rendered(rendered(0, 31), 1.0) == []
    assert hours.note_rendered(rendered(1, 0, "overtaken"), 2.0) == []
    assert hours.note_rendered({"outcome": "empty", "newest": None}, 2.0) == []
    assert hours.note_rendered({"outcome": "ok"}, 2.0) == []
    assert len(hours.note_rendered(rendered(1, 0, "unchanged"), 3.0)) == 2
    assert hours.note_rendered(rendered(1, 31), 4.0) == []


def test_hours_that_waited_for_a_site_have_a_line_each() -> None:
    """The objects are those of the run, so the last line has them."""
    hours = make_hours()
    for hour in (0, 1, 2):
        hours.begin(FIRST + timedelta(hours=hour), 100.0 * hour)
        hours.note_collected(event_of(hour), collected(hour, 323_600 + hour))
    broken = {**rendered(2, 31), "broken": ["a", "b"]}
    assert hours.note_rendered(broken, 203.0) == [
        DAY,
        "23:00  323,600  +60",
        "2026-11-27, Asia/Tokyo",
        "00:00  323,601  +1",
        "01:00  323,602  +1  31 objects, 2 broken readings in 3.0 s",
    ]


def test_an_hour_without_a_new_reading_says_why() -> None:
    """The same hour again, and one for which it is too late."""
    hours = make_hours()
    there = hours.note_collected(event_of(0), collected(0, 323_616, "duplicate"))
    assert there == [DAY, "23:00  323,616  is there already"]
    late = {"outcome": "too-late", "key": None, "count": None}
    event = {"scheduled_time": "2026-11-26T15:55:00Z"}
    assert hours.note_collected(event, late)[-1] == (
        "00:00  nothing is read: it is too late for this hour"
    )
    tried = {"outcome": "selftest", "key": None, "count": 323_617}
    assert hours.note_collected({"action": "selftest"}, tried) == []
    hours.note_collected(event_of(2), collected(2, 323_620))
    assert hours.note_rendered(rendered(2, 1), 1.0) == [
        "01:00  323,620  +4 in 2 hours  1 object"
    ]
