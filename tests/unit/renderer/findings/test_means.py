"""The mean of seven days: of what is known, and of nothing else."""

from zoneinfo import ZoneInfo

from renderer.findings.frames import make_frames
from tests.unit.renderer.histories import UTC_ZONE, at, history

DAY = 24


def means_of(counts: list[int | None]) -> list[float | None]:
    """Give the means of a history that begins at midnight."""
    found = make_frames(history(counts), UTC_ZONE).means["mean"].to_list()
    assert all(isinstance(each, float | None) for each in found)
    return found


def test_there_is_none_before_seven_days_are_over() -> None:
    """Six days and an hour have none; the day that is not over has none either."""
    assert means_of([*range(6 * DAY + 2)]) == [None]
    assert means_of([*range(7 * DAY + 1)]) == [DAY]
    assert means_of([5]) == []


def test_the_week_ends_with_the_day() -> None:
    """And each of its days counts as much: 24 of one are 3.4 of seven."""
    counts = [*[0] * (7 * DAY), *range(2 * DAY + 1)]
    assert means_of(counts) == [0, 3.4, 6.9]


def test_a_gap_breaks_the_weeks_that_it_leaves_at_a_side_and_no_other() -> None:
    """What came in it is known where both of its readings lie in the week."""
    counts: list[int | None] = [*range(16 * DAY + 1)]
    # Over the midnight between the eighth day and the ninth.
    counts[8 * DAY - 3 : 8 * DAY + 3] = [None] * 6
    # The weeks end with the days 7 to 16.
    assert means_of(counts) == [24, None, *[24] * 6, None, 24]
    # Within a day nothing is lost.
    counts[8 * DAY - 3 : 8 * DAY + 3] = range(8 * DAY - 3, 8 * DAY + 3)
    counts[9 * DAY + 3] = None
    assert means_of(counts) == [24] * 10


def test_a_reset_breaks_all_weeks_that_it_lies_in() -> None:
    """Nobody knows what it hid."""
    counts = [*range(10 * DAY), *range(15 * DAY + 1)]
    found = means_of([*counts])
    reset = [None] * 7
    # The first reading after it is the last of the tenth day.
    assert found == [24, 24, 24, *reset, *[24] * 9]


def test_large_means_are_whole_and_days_may_have_23_hours() -> None:
    """As the page writes them; seven days are seven, whatever the clocks do."""
    zone = ZoneInfo("Europe/Berlin")
    counts = [n * 10 for n in range(24 * 14)]
    means = make_frames(history(counts, at("2026-03-20", zone)), zone).means
    assert means["mean"].to_list()[:2] == [240, 240]
    # The day of the 29th has 23 hours.
    days = means.filter(means["bucket"] == at("2026-03-29", zone))
    assert days["mean"].to_list() == [round(167 * 10 / 7)]
