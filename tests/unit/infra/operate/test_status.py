"""What the status says of an age, and of what it cannot see."""

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError

import infra.operate.status
from infra.local.disk import LEAST_BYTES
from infra.operate.status import format_age, show_disk, show_status
from tests.unit.infra.operate.stacks import make_local_stack


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
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Each part that is missing, or may not be read, is named at the end."""
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Look")
    log = PermissionError(13, "Permission denied", "/log")
    for name, why in {"readings": error, "site": error, "failures": log}.items():
        show = MagicMock(side_effect=why)
        monkeypatch.setattr(infra.operate.status, f"show_{name}", show)
    monkeypatch.setattr(infra.operate.status, "show_alarms", lambda _: ["one rings"])
    monkeypatch.setattr(infra.operate.status, "show_cost", lambda _: [])
    assert show_status(make_local_stack(tmp_path), {}) == 1
    out = capsys.readouterr().out
    assert "no; infra/aws/operator-policy.json has all the rights" in out
    assert "the failures cannot be looked at: /log: Permission denied; mend" in out
    needs = out.split("needs a look   ")[1:]
    said = [line.split(":")[0].strip() for line in needs]
    parts = [
        f"the {name} cannot be looked at" for name in ("readings", "site", "failures")
    ]
    assert said == [*parts, "one rings"]


def test_a_reader_who_left_is_not_told_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`make status | head -3` asks AWS nothing more."""
    show = MagicMock(side_effect=BrokenPipeError)
    monkeypatch.setattr(infra.operate.status, "show_readings", show)
    with pytest.raises(BrokenPipeError):
        show_status(MagicMock(), {})


def test_a_full_disk_needs_a_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The stack waits for room, and for two hours nothing else would show it."""
    stack = make_local_stack(tmp_path / "nyanpass")
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(LEAST_BYTES))
    assert show_disk(stack) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(LEAST_BYTES - 1))
    assert show_disk(stack) == [f"disk full: DATA={tmp_path} has no room"]
