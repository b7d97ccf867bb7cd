"""How the bounds of a replay and of a correction are read."""

from datetime import UTC, datetime

import pytest

from infra.errors import SettingsError
from infra.operate.readings import parse_bound


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T22", datetime(2026, 11, 23, 22, tzinfo=UTC)),
        ("2026-11-24T07:00+09:00", datetime(2026, 11, 23, 22, tzinfo=UTC)),
    ],
)
def test_a_bound_is_a_time_in_utc(text: str, hour: datetime) -> None:
    """Unless it has an offset of its own."""
    assert parse_bound("FROM", text) == hour


def test_a_day_as_the_end_is_taken_whole() -> None:
    """An hour as the end is not."""
    end = parse_bound("TO", "2026-11-23", end=True)
    assert end == datetime(2026, 11, 24, tzinfo=UTC)
    end = parse_bound("TO", "2026-11-23T22", end=True)
    assert end == datetime(2026, 11, 23, 22, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-13-01"])
def test_what_is_no_time_is_named(text: str | None) -> None:
    """With an example."""
    with pytest.raises(SettingsError, match=r"FROM .*give a UTC time like 2026-11-23"):
        parse_bound("FROM", text)
