"""The functions under the real runtime and emulator, and asynchronous delivery."""

import json
import os
import queue
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.invocations import Event, list_keys
from infra.local.delivery import Delivery
from infra.local.events import MAX_RECORDS, Record, make_record
from infra.local.functions import (
    Function,
    FunctionSettings,
    InvocationError,
    call_function,
    start_function,
)
from infra.local.logs import Log
from infra.local.processes import start_child

HANDLER = """
import os, time

def handler(event, context):
    print("logged", event.get("say", ""), flush=True)
    if event.get("fail"):
        raise ValueError("it fails\\nin two lines")
    if event.get("exit"):
        os._exit(3)
    if event.get("list"):
        return [1]
    time.sleep(event.get("sleep", 0))
    return {
        "env": dict(os.environ),
        "left_ms": context.get_remaining_time_in_millis(),
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "records": len(event.get("Records", [])),
    }
"""

Outcomes = queue.Queue[tuple[Event, dict[str, Any] | None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file that the function's lines go to."""
    return tmp_path_factory.mktemp("function") / "functions.log"


@pytest.fixture(scope="module")
def function(log: Path) -> Iterator[Function]:
    """Run a small function that does what its event says."""
    folder = log.parent
    (folder / "sample_function.py").write_text(HANDLER)
    file = Log(log)
    running = start_function(
        FunctionSettings("sample", "sample_function.handler", 2, 256),
        {"PYTHONPATH": str(folder), "SETTING": "value"},
        file,
    )
    yield running
    running.child.stop()
    file.close()


@pytest.fixture
def outcomes() -> Outcomes:
    """Collect what a delivery reports."""
    return queue.Queue()


@pytest.fixture
def delivery(
    function: Function, outcomes: Outcomes, tmp_path: Path
) -> Iterator[Delivery]:
    """Deliver to the sample function, with hardly any wait before a retry."""
    running = Delivery(
        function,
        tmp_path / "failures",
        lambda event, result: outcomes.put((event, result)),
        retry_waits_s=(0.01, 0.01),
    )
    yield running
    running.stop()


def record(number: int) -> Record:
    """Make a record of one reading."""
    key = f"readings/{number:04}.json"
    return make_record("data", key, size_bytes=1, etag="e", at_ns=number)


def test_a_function_sees_what_lambda_gives_it(function: Function) -> None:
    """Name, memory, timeout and exactly the given settings; nothing of the caller's."""
    result = call_function(function, {})
    assert (result["name"], result["memory"]) == ("sample", "256")
    assert 1000 < result["left_ms"] <= 2000
    env = result["env"]
    assert env["SETTING"] == "value"
    assert env["AWS_LAMBDA_FUNCTION_NAME"] == "sample"
    assert env["AWS_LAMBDA_FUNCTION_TIMEOUT"] == "2"
    assert "PYTEST_CURRENT_TEST" not in env
    assert "HOME" not in env


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"fail": True}, r"^ValueError: it fails in two lines$"),
        ({"exit": True}, r"Runtime\.ExitError"),
        ({"sleep": 5}, r"Task timed out after 2\.00 seconds"),
        ({"list": True}, r"the result is no object"),
    ],
)
def test_a_failure_is_told_in_one_line(
    function: Function, event: dict[str, Any], said: str
) -> None:
    """An exception, an exit and a timeout are errors; the function lives on."""
    with pytest.raises(InvocationError, match=said) as caught:
        call_function(function, event)
    assert "\n" not in str(caught.value)
    assert call_function(function, {})["name"] == "sample"


def test_what_it_prints_goes_into_the_log_and_not_to_the_console(
    function: Function, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line under its name, also those of a traceback."""
    with pytest.raises(InvocationError):
        call_function(function, {"fail": True})
    call_function(function, {"say": "something to remember"})
    deadline = time.monotonic() + 10
    while "something to remember" not in log.read_text("utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    lines = log.read_text("utf-8").splitlines()
    assert {line.split(" ")[0] for line in lines} == {"sample"}
    assert any("Traceback" in line for line in lines)
    assert capsys.readouterr().out == ""


def test_a_failing_event_is_tried_three_times_and_kept(
    delivery: Delivery,
    outcomes: Outcomes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After two retries the event and the error are in the failure folder.

    The first failure is told at once, and the last.
    """
    event = {"fail": True}
    delivery.send(event)
    assert outcomes.get(timeout=30) == (event, None)
    [path] = (tmp_path / "failures").iterdir()
    kept = json.loads(path.read_text())
    assert kept["event"] == event
    assert kept["function"] == "sample"
    assert kept["error"] == "ValueError: it fails in two lines"
    first, last = capsys.readouterr().out.splitlines()
    said = "sample | failed: ValueError: it fails in two lines;"
    assert first.endswith(f"{said} trying again")
    assert last.endswith(f"{said} kept in {path.parent}")
    # What comes after it is delivered all the same.
    delivery.send({})
    assert outcomes.get(timeout=30)[1] is not None


def test_what_can_be_neither_delivered_nor_kept_is_delivered_again(
    function: Function,
    outcomes: Outcomes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No failure of the disk ends the thread, and the event is kept in the end."""
    monkeypatch.setattr("infra.local.delivery.NOT_KEPT_WAIT_S", 0.01)
    folder = tmp_path / "failures"
    folder.write_text("in the way")
    running = Delivery(
        function, folder, lambda event, result: outcomes.put((event, result)), ()
    )
    running.send({"fail": True})
    shown = ""
    while "not kept (" not in shown:
        shown += capsys.readouterr().out
    assert running.worker.find_end() is None
    assert outcomes.empty()
    folder.unlink()
    assert outcomes.get(timeout=30) == ({"fail": True}, None)
    assert len(list(folder.iterdir())) == 1
    running.stop()


def test_nothing_is_delivered_while_there_is_no_room(
    function: Function, outcomes: Outcomes, tmp_path: Path
) -> None:
    """And all that has come meanwhile is when there is some."""
    room = threading.Event()
    running = Delivery(
        function,
        tmp_path / "failures",
        lambda event, result: outcomes.put((event, result)),
        room=room,
    )
    running.send({})
    running.send({"say": "later"})
    with pytest.raises(queue.Empty):
        outcomes.get(timeout=1)
    room.set()
    assert [outcomes.get(timeout=30)[0] for _ in range(2)] == [{}, {"say": "later"}]
    running.stop()


def test_failures_are_forgotten_after_two_weeks(
    delivery: Delivery, outcomes: Outcomes, tmp_path: Path
) -> None:
    """As SQS forgets its messages: a source that is gone for good fills no disk."""
    folder = tmp_path / "failures"
    folder.mkdir()
    day_s = 24 * 3600
    for days in (13, 15):
        (folder / f"{days}.json").touch()
        at = time.time() - days * day_s
        os.utime(folder / f"{days}.json", (at, at))
    delivery.send({"fail": True})
    outcomes.get(timeout=30)
    names = {path.name for path in folder.iterdir()}
    assert "13.json" in names
    assert "15.json" not in names
    assert len(names) == 2


def test_an_emulator_that_does_not_answer_is_killed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """So that it is started again; a function's timeout is the emulator's matter."""
    child = start_child("deaf", ["sleep", "60"], env={"PATH": "/usr/bin:/bin"})
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        running = Delivery(
            Function("deaf", child, deaf.getsockname()[1], -29),
            tmp_path / "failures",
            lambda event, result: None,
        )
        with pytest.raises(InvocationError, match="no answer within 1 s"):
            running.call({})
        running.stop()
    child.process.wait(10)
    assert child.find_end() == "killed by SIGKILL"
    child.stop()


def test_waiting_s3_events_travel_together_and_none_is_lost(
    delivery: Delivery, outcomes: Outcomes
) -> None:
    """What arrives while the function runs is joined, in order, within the limit."""
    delivery.send({"sleep": 1})
    total = 2 * MAX_RECORDS + 50
    for number in range(total // 2):
        delivery.send_record(record(number))
    delivery.send({"action": "rebuild"})
    for number in range(total // 2, total):
        delivery.send_record(record(number))
    assert outcomes.get(timeout=30)[0] == {"sleep": 1}
    keys: list[str] = []
    events = []
    while len(keys) < total:
        event, result = outcomes.get(timeout=30)
        assert result is not None
        assert result["records"] == len(event.get("Records", []))
        assert len(list_keys(event)) <= MAX_RECORDS
        events.append(event)
        keys += list_keys(event)
    assert keys == [f"readings/{number:04}.json" for number in range(total)]
    assert {"action": "rebuild"} in events
    assert len(events) == 5


def test_an_s3_event_fits_into_an_asynchronous_invocation() -> None:
    """Even with the longest keys an event stays below Lambda's limit of 256 KB."""
    key = f"readings/counter={'a' * 63}/date=2026-11-23/20261123T220000Z.json"
    one = make_record(
        "b" * 63, key, size_bytes=10**6, etag="e" * 32, at_ns=time.time_ns()
    )
    assert len(json.dumps({"Records": [one] * MAX_RECORDS})) < 256 * 1024
