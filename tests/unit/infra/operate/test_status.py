"""What the status says of an age, and of what it cannot see."""

from datetime import timedelta
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError

import infra.operate.status
from infra.operate.status import format_age, show_status


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=59), "0 minutes ago"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(minutes=120), "2 hours ago"),
        (timedelta(days=2, minutes=59), "48 hours ago"),
        (timedelta(seconds=-1), "ahead of this machine's clock"),
    ],
)
def test_an_age_is_told_in_minutes_or_hours(age: timedelta, text: str) -> None:
    """A demonstration's clock may be ahead."""
    assert format_age(age) == text


def test_what_cannot_be_seen_does_not_hide_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each part that is missing, or may not be read, is named at the end."""
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Look")
    for name in ("readings", "site", "failures"):
        show = MagicMock(side_effect=error)
        monkeypatch.setattr(infra.operate.status, f"show_{name}", show)
    monkeypatch.setattr(infra.operate.status, "show_alarms", lambda _: ["one rings"])
    monkeypatch.setattr(infra.operate.status, "show_cost", lambda _: [])
    assert show_status(MagicMock(), {}) == 1
    needs = capsys.readouterr().out.split("needs a look   ")[1:]
    said = [line.split(":")[0].strip() for line in needs]
    parts = [
        f"the {name} cannot be looked at" for name in ("readings", "site", "failures")
    ]
    assert said == [*parts, "one rings"]
