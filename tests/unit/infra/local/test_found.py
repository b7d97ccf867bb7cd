"""The line about what an earlier run has left."""

import json
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from infra.errors import StartError
from infra.local.found import (
    FoundReadings,
    Last,
    decode_found,
    describe_found,
    mark_ended,
    mark_running,
)
from infra.local.start import tell_found

HOUR = datetime(2026, 11, 25, 23, tzinfo=UTC)
LAST = Last(HOUR, HOUR, 5)


@pytest.mark.parametrize(
    ("found", "ended", "said"),
    [
        (FoundReadings(0, None), True, "found 0 readings"),
        (
            FoundReadings(8739, LAST),
            False,
            "found 8,739 readings, the last of 2026-11-25T23:00:00Z; "
            "the last run did not end by itself",
        ),
    ],
)
def test_what_was_found_is_told_in_one_line(
    found: FoundReadings, said: str, *, ended: bool
) -> None:
    """With the last hour, and whether the last run was cut off."""
    assert describe_found(found, ended_by_itself=ended) == said


def test_what_another_process_prints_is_read() -> None:
    """The times keep their zone."""
    time = HOUR.isoformat()
    document = {"hour": time, "observed_at": time, "count": 5}
    body = json.dumps({"readings": 3, "last": document}).encode()
    assert decode_found(body) == FoundReadings(3, LAST)
    assert decode_found(b'{"readings": 0, "last": null}') == FoundReadings(0, None)


def test_a_run_that_was_cut_off_is_recognised(tmp_path: Path) -> None:
    """Only one that has marked its end has ended by itself."""
    said = []
    for ends in (True, False, True):
        with (tmp_path / "lock").open("a+") as lock:
            said.append(mark_running(lock, "123\n"))
            if ends:
                mark_ended(lock)
    assert said == [True, True, False]


def test_what_cannot_be_read_does_not_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next hour can be recorded all the same."""
    error = StartError("the readings cannot be read (x)")
    monkeypatch.setattr("infra.local.start.find_readings", Mock(side_effect=error))
    settings = Mock(folder=Path("/data/cat"))
    tell_found(Mock(), settings, ended_by_itself=True)
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("cannot be read (x): restore a backup of DATA=/data")
