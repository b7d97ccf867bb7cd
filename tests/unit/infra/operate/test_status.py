"""What the status says of an age."""

from datetime import timedelta

import pytest

from infra.operate.status import format_age


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=59), "0 minutes ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(minutes=120), "2 hours ago"),
        (timedelta(days=2, minutes=59), "48 hours ago"),
        (timedelta(seconds=-1), "ahead of this machine's clock"),
    ],
)
def test_an_age_is_told_in_minutes_or_hours(age: timedelta, text: str) -> None:
    """A demonstration's clock may be ahead."""
    assert format_age(age) == text
