"""Trying again after a conflict; the calls to S3, the integration tests make."""

import pytest

from renderer.bucket import ATTEMPTS, retry_conflicts
from renderer.errors import ConflictError


class Swap:
    """A swap that meets conflicts, and what was done in which order."""

    def __init__(self, conflicts: int) -> None:
        """Begin."""
        self.conflicts = conflicts
        self.done: list[str] = []

    def __call__(self) -> str:
        """Meet a conflict, or succeed once there are no more."""
        self.done.append("swap")
        if self.done.count("swap") <= self.conflicts:
            raise ConflictError("key")
        return "swapped"

    def look(self) -> None:
        """Look at what is there."""
        self.done.append("look")


def test_after_each_conflict_it_looks_and_tries_again() -> None:
    """And not before: the first try knows what was there."""
    swap = Swap(conflicts=2)
    assert retry_conflicts(swap, swap.look) == "swapped"
    assert swap.done == ["swap", "look", "swap", "look", "swap"]


def test_a_swap_that_looks_itself_is_only_tried_again() -> None:
    """As the one of the history does."""
    assert retry_conflicts(Swap(conflicts=1)) == "swapped"


def test_conflicts_without_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the next invocation to heal."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    swap = Swap(conflicts=100)
    with pytest.raises(ConflictError):
        retry_conflicts(swap, swap.look)
    assert swap.done.count("swap") == ATTEMPTS


def test_another_error_is_not_tried_again() -> None:
    """It says something else than that somebody was faster."""
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - any one does
        retry_conflicts(fail)
    assert calls == [1]
