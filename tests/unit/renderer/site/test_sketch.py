"""The sketch beside the count: the hours of a week, with its gaps as gaps."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings

from renderer.figures.marks import count_missing_hours, select_gaps
from renderer.figures.ranges import make_ranges
from renderer.findings.frames import make_frames
from renderer.site.sketch import BASE, HOURS, ROOM, WIDTH, Sketch, sketch_week
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UNSHRUNK,
    any_history,
    history,
    read_late,
)
from tests.unit.renderer.pages import files_of, page_of


def sketch(counts: list[int | None], zone: ZoneInfo = TOKYO) -> Sketch:
    """Give the sketch of a history."""
    found = sketch_week(make_frames(history(counts), zone))
    assert found is not None
    return found


def test_each_known_hour_is_a_bar_and_the_newest_stands_out() -> None:
    """As high as it has presses, beside the others at the right edge."""
    found = sketch([0, 10, 15, 15, 35])
    assert found.bars == f"M328 {BASE}V44h2V65h2V{BASE}h2V{BASE}z"
    assert found.newest == f"M334 {BASE}V{BASE - ROOM}h2V{BASE}z"
    assert found.best == (20, FIRST + timedelta(hours=3), None)
    assert (found.gaps, found.missing) == ("", 0)
    # What was before is nothing, and no row of zeros.
    assert found.base == f"M328 {BASE}H{WIDTH}"
    assert sketch([*range(HOURS + 9)]).base == f"M0 {BASE}H{WIDTH}"


def test_the_highest_bar_is_told_by_its_readings_if_they_were_not_an_hour_apart() -> (
    None
):
    """What came in nearly two hours is as high as it is, and is told as that."""
    delay = timedelta(minutes=50)
    odd = (30, FIRST + timedelta(seconds=3), FIRST + HOUR + delay)
    for counts, best in (
        ([0, 30, 31, 46], odd),
        ([0, 30], odd),
        ([0, 30, 31, 61], (30, FIRST + 2 * HOUR, None)),
    ):
        late = read_late(history(counts), FIRST + HOUR, delay)
        found = sketch_week(make_frames(late, TOKYO))
        assert found is not None
        assert found.best == best
    late = read_late(history([0, 30, 31, 46]), FIRST + HOUR, delay)
    said = "most: +30 (1 January 2026, 09:00 – 10:50)"
    assert said in page_of(files_of(late), "en").words


def test_a_gap_is_shown_as_one_and_what_was_before_the_recording_is_none() -> None:
    """Nothing is spread over it; the hour that its last one begins is unknown, too."""
    found = sketch([0, 10, None, None, 40, 50])
    assert found.bars == f"M326 {BASE}V2h2V{BASE}z"
    assert found.gaps == f"M328 {BASE}V0h6V{BASE}z"
    assert found.missing == 2


def test_a_reset_and_readings_set_aside_have_no_bar() -> None:
    """What fell has not risen by nothing."""
    reset = sketch([*range(100, 120), 3, *range(4, 20)])
    aside = sketch([*range(100, 120), 0, 121, 122])
    assert [reset.gaps, aside.gaps] == [
        f"M302 {BASE}V0h2V{BASE}z",
        f"M330 {BASE}V0h4V{BASE}z",
    ]
    # What was read is not missing, and no graph says so.
    assert reset.missing == aside.missing == 0


def test_only_the_last_week_is_drawn() -> None:
    """However long the history; a higher hour before it sets no measure."""
    found = sketch([0, 1000, *range(1001, 1201)])
    assert found.best[0] == 1
    assert found.bars == f"M0 {BASE}V2h{WIDTH - 2}V{BASE}z"


def test_the_days_are_those_of_the_zone() -> None:
    """A line at each midnight, and the weekday where there is room for it."""
    counts = [*range(HOURS + 1)]
    found = sketch(counts)
    # It begins at 9:00 of a Thursday in Tokyo.
    assert re.findall(r"M(\d+) 0", found.midnights) == [
        str(30 + 48 * day) for day in range(7)
    ]
    assert [day for _, day in found.days] == [3, 4, 5, 6, 0, 1, 2]
    there = sketch(counts, ZoneInfo("UTC"))
    assert [day for _, day in there.days] == [3, 4, 5, 6, 0, 1, 2]
    assert there.days[0] == (24, 3)


@pytest.mark.parametrize("counts", [[5], [5, None, 9], [9, 3]])
def test_without_a_known_hour_there_is_no_sketch(counts: list[int | None]) -> None:
    """And none on the page."""
    readings = history(counts)
    assert sketch_week(make_frames(readings, TOKYO)) is None
    page = page_of(files_of(readings))
    assert "sketch" not in [figure["class"] for figure in page.all("figure")]


def test_huge_and_still_counts_stay_within_the_drawing() -> None:
    """No number is too large for it, and none too small."""
    assert sketch([0, MAX, MAX]).best == (MAX, FIRST, None)
    still = sketch([7] * 30)
    assert still.best[0] == 0
    assert still.newest == f"M334 {BASE}V{BASE}h2V{BASE}z"


@settings(max_examples=30, deadline=None, phases=UNSHRUNK)
@given(any_history(max_size=200))
def test_any_history_is_drawn_within_its_frame(readings: pl.DataFrame) -> None:
    """Each hour once: a bar, a gap, or before the recording."""
    frames = make_frames(readings, TOKYO)
    found = sketch_week(frames)
    if found is None:
        return
    path = found.bars + found.newest
    widths = [int(width) for width in re.findall(r"h(\d+)", path + found.gaps)]
    assert sum(widths) <= WIDTH
    assert all(0 <= int(y) <= BASE for y in re.findall(r"V(\d+)", path))
    end = frames.readings.item(-1, "scheduled_at")
    assert end - HOURS * HOUR <= found.best[1] < end
    # The graph of the same week tells the same number.
    first = frames.readings.item(0, "scheduled_at")
    [week] = [each for each in make_ranges(first, end, TOKYO) if each.name == "7d"]
    gaps = select_gaps(frames.gaps, week)
    assert found.missing == count_missing_hours(gaps, week)


def test_the_page_says_in_words_what_the_sketch_shows() -> None:
    """The highest hour and when it was, and what is missing."""
    files = files_of(history([0, 10, None, None, 40, 50, 80]))
    assert "直近7日間、1時間ごと 最多 +30（1月1日 14:00）、欠測 2時間" in (
        page_of(files).words
    )
    said = "Last 7 days, hour by hour most: +30 (1 January, 14:00), 2 hours missing"
    assert said in page_of(files, "en").words
    [drawing] = [s for s in page_of(files).all("svg") if "viewbox" in s]
    assert drawing["aria-hidden"] == "true"
