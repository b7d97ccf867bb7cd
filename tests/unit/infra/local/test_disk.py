"""A full disk is told in one line, and so is that there is room again."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from infra.errors import StartError
from infra.local.disk import AGAIN_BYTES, LEAST_BYTES, Room, sync_disk

Usage = namedtuple("Usage", "free")


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the free bytes of all disks, to be changed by the test."""
    free = [10 * AGAIN_BYTES]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free[0]))
    return free


def test_each_change_is_told_once(
    free: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Threads wait meanwhile, and a little room is not enough to go on."""
    folder = tmp_path / "demonstration"
    room = Room(folder)
    assert not room.has_come_back()
    for free[0] in (LEAST_BYTES - 1, 0, AGAIN_BYTES):
        assert not room.has_come_back()
        assert not room.there.is_set()
    free[0] += 1
    assert room.has_come_back()
    # The storage has to be there before anything goes on.
    assert not room.there.is_set()
    room.there.set()
    assert not room.has_come_back()
    told = [line[6:] for line in capsys.readouterr().out.splitlines()]
    assert told == [
        f"     disk | disk full: DATA={tmp_path} has no room; all waits until it has",
        "     disk | there is room again: starting the storage anew",
    ]


def test_nothing_starts_on_a_full_disk(free: list[int], tmp_path: Path) -> None:
    """The error is the same line."""
    free[0] = 0
    said = f"^disk full: DATA={tmp_path} has no room$"
    with pytest.raises(StartError, match=said):
        Room(tmp_path / "demonstration")


def test_a_folder_is_synced(tmp_path: Path) -> None:
    """It needs no more than to be there."""
    sync_disk(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_disk(tmp_path / "nothing")
