"""The cards of the pace: how fast it rises, against the week before."""

from datetime import timedelta

from tests.unit.renderer.histories import FIRST, HOUR, history, read_late
from tests.unit.renderer.pages import files_of, page_of


def test_a_change_is_told_in_words_and_not_by_a_colour_alone() -> None:
    """Against the same time a week before."""
    week = 7 * 24
    faster = history([*range(2 * week), *range(2 * week, 4 * week + 1, 2)])
    slower = history([*range(0, 4 * week, 2), *range(4 * week, 5 * week + 1)])
    still = history(range(2 * week + 1))
    assert "前週比 +100%" in page_of(files_of(faster)).words
    assert "50% down on a week ago" in page_of(files_of(slower), "en").words
    assert "前の週と同じ" in page_of(files_of(still)).words


def test_a_counter_that_stands_still_is_told_as_one() -> None:
    """Nothing is missing of it: not the week before, and no hour or day."""
    files = files_of(history([7] * 24 * 15))
    page = page_of(files, "en").words
    assert page.count("the same as a week ago") == 4
    for words in ("no data from", "no comparison", "No hour known", "No whole day"):
        assert words not in page
    # One that has begun to move since has no percentage of what it was.
    moved = page_of(files_of(history([*[7] * 24 * 15, 9])), "en").words
    assert moved.count("no comparison with a week ago") == 4
    assert "no data from" not in moved


def test_a_change_too_small_to_be_told_is_none() -> None:
    """It would be "0.0% up"."""
    week = 7 * 24
    rises = [10_000] * (2 * week) + [10_001] * week
    counts = [sum(rises[:n]) for n in range(len(rises) + 1)]
    page = page_of(files_of(history(counts)), "en").words
    assert "0.0%" not in page
    assert page.count("about the same as a week ago") == 4


def test_a_last_hour_whose_readings_were_not_an_hour_apart_is_told_by_the_first() -> (
    None
):
    """It is not one since the hour, and no part of it is missing."""
    late = read_late(history([0, 30, 42]), FIRST + HOUR, timedelta(minutes=48))
    page = page_of(files_of(late), "en").words
    assert "Last hour +12 since 10:48" in page
    assert "covers 0 of 1 hour" not in page


def test_of_a_few_hours_nobody_knows_what_a_day_is() -> None:
    """What they were is told, and that they are few; no mean is made of them."""
    few, day = (
        page_of(files_of(history(range(0, 30 * hours, 30))), "en").words
        for hours in (5, 25)
    )
    assert "Daily mean (7 days) — +120 in 7 days covers 4 of 168 hours" in few
    assert "Daily mean (7 days) +720 +720 in 7 days" in day
