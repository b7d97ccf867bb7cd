"""The lines of the running stack: their times, their parts, and their colours."""

import errno
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from infra.local.console import RED, paint, print_line, use_clock


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show 23:04, and begin with a terminal that takes colours."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    use_clock(lambda: datetime(2026, 11, 26, 23, 4, tzinfo=UTC))
    yield
    use_clock(lambda: datetime.now(UTC))


def test_a_line_has_its_time_and_its_part(capsys: pytest.CaptureFixture[str]) -> None:
    """In a file or a pipe there is no colour."""
    print_line("site", "http://127.0.0.1:8333/")
    print_line("collector", "failed: no answer", bad=True)
    assert capsys.readouterr().out.splitlines() == [
        "23:04      site | http://127.0.0.1:8333/",
        "23:04 collector | failed: no answer",
    ]


def test_a_terminal_shows_what_needs_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """In red; the rest as ever."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    print_line("collector", "failed: no answer", bad=True)
    assert "\x1b[31mfailed: no answer\x1b[0m\n" in terminal.getvalue()


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_may_want_no_colour(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """https://no-color.org/: set and not empty."""
    monkeypatch.setattr("sys.stdout", Terminal())
    assert paint("text", RED) == "\x1b[31mtext\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "")
    assert paint("text", RED) == "\x1b[31mtext\x1b[0m"
    monkeypatch.setenv(name, value)
    assert paint("text", RED) == "text"


def test_a_console_that_takes_nothing_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a file on a disk that is full: its line is lost, and the stack goes on."""

    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.stdout", Full())
    print_line("stack", "stopping")


def test_without_a_console_the_stack_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service may be started with its output closed."""
    monkeypatch.setattr("sys.stdout", None)
    print_line("site", "http://127.0.0.1:8333/", bad=True)
