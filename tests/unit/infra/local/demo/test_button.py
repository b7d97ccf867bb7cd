"""The count of the button page."""

from datetime import UTC, datetime, timedelta

from infra.local.clock import HOUR
from infra.local.demo.button.__main__ import Button
from infra.local.demo.button.presses import count_presses

SINCE = datetime(2026, 11, 24, 7, 20, tzinfo=UTC)
DAYS = 50


def test_a_page_that_runs_for_weeks_counts_as_one_just_started() -> None:
    """Each answer asks for the presses of two days at most, however long it runs."""
    hours: list[datetime] = []

    def rhythm(hour: datetime) -> int:
        hours.append(hour)
        return 60 + hour.hour

    instants = [SINCE + day * timedelta(1) + HOUR / 3 for day in range(DAYS)]
    clock = iter(instants)
    button = Button(lambda: next(clock), rhythm, 1_000, SINCE)
    button.press()
    for now in instants:
        hours.clear()
        answer = button.read()
        assert len(hours) < 3 * 24
        assert int(answer["count"]) == 1_001 + count_presses(rhythm, SINCE, now)
