"""News: what a later reading confirms, and nothing that one contradicts."""

from collections.abc import Sequence

import pytest

from renderer.findings.findings import make_findings
from renderer.findings.news import News
from tests.unit.renderer.histories import UTC_ZONE, history, settle


def news_of(counts: Sequence[int | None]) -> News:
    """Give the news of a reading an hour."""
    return make_findings(settle(history(counts)), "nyanpass", UTC_ZONE).news


def milestones(counts: Sequence[int | None]) -> list[int]:
    """Give the milestones that are news, the newest first."""
    return [each["count"] for each in news_of(counts).milestones]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([95, 101], []),
        ([95, 101, 101], [100]),
        ([95, 101, 99], []),
        # A leap that the source then takes back for good is no news, however long ago.
        ([95, 900_000, 5, 6, 7], []),
        # A counter that starts anew each day passes it again.
        ([95, 101, 3, *range(10, 80, 10), *range(81, 100), 100], [100]),
    ],
)
def test_a_milestone_is_news_when_a_later_reading_has_reached_it_too(
    counts: list[int], told: list[int]
) -> None:
    """Before, nobody knows whether it was."""
    assert milestones(counts) == told


def test_a_leap_does_not_push_older_news_out() -> None:
    """It passes more milestones than are told."""
    counts = [95, 101, 111, 112]
    assert milestones([*counts, 10**12]) == milestones(counts) == [110, 100]


@pytest.mark.parametrize(
    ("after", "told"), [([], False), ([50], True), ([49], False), ([5], False)]
)
def test_a_record_is_news_where_the_count_goes_on(after: list[int], told: bool) -> None:
    """From where it ended."""
    found = [each.increment for each in news_of([0, 1, 2, 50, *after]).records]
    assert (48 in found) is told
