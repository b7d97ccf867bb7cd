"""The folder of failures, seen as a queue."""

import json
from pathlib import Path

import pytest

from infra.local.failures import FailureFolder
from infra.operate.queues import HIDDEN, WAITING, parse_failure

COUNTS = {"AttributeNames": [WAITING, HIDDEN]}


class Clock:
    """A clock that stands until it is set."""

    now = 100.0

    def __call__(self) -> float:
        """Give the time in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands."""
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> FailureFolder:
    """Make a queue of twelve failures."""
    for hour in range(12):
        failure = {
            "function": "renderer",
            "failed_at": f"2026-11-23T{hour:02}:00:05Z",
            "error": "it broke",
            "event": {"hour": hour},
        }
        path = tmp_path / f"20261123T{hour:02}0005Z-renderer-0.json"
        path.write_text(json.dumps(failure))
    return FailureFolder(tmp_path, clock)


def receive(queue: FailureFolder, hidden_s: int = 600) -> list[int]:
    """Receive up to ten failures, and give the hours of their events."""
    request = {"MaxNumberOfMessages": 10, "VisibilityTimeout": hidden_s}
    found = queue.receive({**request, "WaitTimeSeconds": 2})["Messages"]
    return [parse_failure(each).event["hour"] for each in found]


def count(queue: FailureFolder) -> tuple[str, str]:
    """Give how many failures wait, and how many are hidden."""
    found = queue.count(COUNTS)["Attributes"]
    return found[WAITING], found[HIDDEN]


def test_what_is_received_is_hidden_so_the_next_ten_come(queue: FailureFolder) -> None:
    """The oldest first, and each once."""
    assert receive(queue) == [*range(10)]
    assert count(queue) == ("2", "10")
    assert receive(queue) == [10, 11]
    assert receive(queue) == []
    assert count(queue) == ("0", "12")


def test_what_is_not_deleted_shows_up_again(queue: FailureFolder, clock: Clock) -> None:
    """After the time that the request said."""
    receive(queue, 600)
    clock.now += 599
    assert receive(queue) == [10, 11]
    clock.now += 1
    assert receive(queue) == [*range(10)]


def test_a_failure_can_be_shown_again_at_once(queue: FailureFolder) -> None:
    """That one alone."""
    [*_, message] = queue.receive({"MaxNumberOfMessages": 3})["Messages"]
    handle = {"ReceiptHandle": message["ReceiptHandle"]}
    queue.change_visibility({**handle, "VisibilityTimeout": 0})
    assert receive(queue) == [*range(2, 12)]
    queue.delete(handle)
    assert count(queue) == ("0", "11")
