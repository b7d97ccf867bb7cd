"""What has ended is told once, started again, and tried less often if it fails."""

import contextlib
import signal
import threading
import time

import pytest

from infra.errors import StartError
from infra.local.__main__ import Interrupted, _interrupt
from infra.local.supervision import Supervisor, Worker


class Fragile:
    """A part that can be ended, and may refuse to start."""

    def __init__(self) -> None:
        """Begin as a part that runs."""
        self.ended: str | None = None
        self.refuses = False
        self.starts = 0

    def find_end(self) -> str | None:
        """Say how it ended."""
        return self.ended

    def start_again(self) -> None:
        """Start, or raise."""
        self.starts += 1
        if self.refuses:
            raise StartError("the part was not ready")
        self.ended = None


@pytest.fixture
def now() -> list[float]:
    """Give a clock that is set by hand."""
    return [0.0]


@pytest.fixture
def part() -> Fragile:
    """Give a part that runs."""
    return Fragile()


@pytest.fixture
def supervisor(part: Fragile, now: list[float]) -> Supervisor:
    """Supervise the part from the time 0 on; the clock then shows 1,000 s."""
    supervisor = Supervisor(lambda: now[0])
    supervisor.add("the part", part.find_end, part.start_again)
    now[0] = 1000.0
    return supervisor


def test_what_has_ended_is_told_in_one_line_and_started_again(
    supervisor: Supervisor, part: Fragile, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is done with a part that runs."""
    assert not supervisor.check()
    part.ended = "killed by SIGKILL"
    assert supervisor.check()
    assert not supervisor.check()
    assert part.starts == 1
    told = [line[6:] for line in capsys.readouterr().out.splitlines()]
    assert told == ["    stack | the part ended (killed by SIGKILL); starting it again"]


def test_what_does_not_come_up_is_tried_less_and_less_often(
    supervisor: Supervisor, part: Fragile, now: list[float]
) -> None:
    """Within an hour of twice-a-second looks there are some 60 attempts; one helps."""
    part.ended, part.refuses = "code 1", True
    for _ in range(2 * 3600):
        assert not supervisor.check()
        now[0] += 0.5
    assert 50 < part.starts < 70
    part.refuses = False
    now[0] += 60
    assert supervisor.check()


def test_what_ran_long_is_started_again_at_once(
    supervisor: Supervisor, part: Fragile, now: list[float]
) -> None:
    """However often it had failed before."""
    part.ended, part.refuses = "code 1", True
    for _ in range(1000):
        supervisor.check()
        now[0] += 0.5
    part.refuses = False
    now[0] += 60
    assert supervisor.check()
    now[0] += 61
    part.ended = "code 1"
    assert supervisor.check()


def test_a_thread_that_ends_says_why_and_can_be_started_again() -> None:
    """An error is told in a few words, and no traceback is printed."""
    outcomes = [KeyError("first"), None]
    done = threading.Event()

    def run() -> None:
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        done.set()

    worker = Worker("the thread", run)
    worker.start()
    wait_for_end(worker)
    assert worker.find_end() == "KeyError: 'first'"
    worker.start()
    wait_for_end(worker)
    assert done.is_set()
    assert worker.find_end() == "it returned"


def test_no_library_can_swallow_a_request_to_stop() -> None:
    """It comes at any moment, also within what catches every error of its own."""

    def call_library() -> None:
        with contextlib.suppress(Exception):
            _interrupt(signal.SIGTERM, None)

    with pytest.raises(Interrupted):
        call_library()


def wait_for_end(worker: Worker) -> None:
    """Wait until the thread has ended."""
    deadline = time.monotonic() + 10
    while worker.find_end() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
