"""Where a running stack is said to be, and what is said when it is not there."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.errors import StackError
from infra.local.state import find_data_folder, is_running, read_state, write_state
from infra.operate.stack import find_local

STATE = {
    "AWS_REGION": "ap-northeast-1",
    "COUNTER": "nyanpass",
    "DATA_BUCKET": "data",
    "SITE_BUCKET": "site",
    "SITE_URL": "http://127.0.0.1:8333/",
    "TIME_ZONE": "Asia/Tokyo",
    "STACK_FOLDER": "/a folder/nyanpass",
    "STACK_PID": str(os.getpid()),
}


def test_the_data_lie_in_the_checkout_unless_told_otherwise() -> None:
    """Empty means the same as not given."""
    for env in ({}, {"DATA": ""}):
        assert find_data_folder(env) == Path(".local/data")
    assert find_data_folder({"DATA": "/srv/count"}) == Path("/srv/count")


def test_a_stack_that_was_killed_is_named_as_gone(tmp_path: Path) -> None:
    """Also if another process has got its id since: this one is no stack."""
    write_state(tmp_path / "stack.env", STATE)
    with pytest.raises(StackError) as caught:
        find_local({"DATA": str(tmp_path)})
    said = f"the stack (pid {os.getpid()}) is gone: start `make run`"
    assert str(caught.value) == said


def test_a_stack_is_known_by_its_command(tmp_path: Path) -> None:
    """It runs as `python -m infra.local`; a dead one that nobody waited for is none."""
    sleep = "import time; time.sleep(60)"
    for word, running in (("infra.local", True), ("infra.locals", False)):
        with subprocess.Popen([sys.executable, "-c", sleep, word]) as process:
            # Its command is there a moment after it.
            while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
                time.sleep(0.01)
            assert is_running(process.pid) is running
            write_state(
                tmp_path / "stack.env", {**STATE, "STACK_PID": f"{process.pid}"}
            )
            if running:
                found = find_local({"DATA": str(tmp_path)})
                assert found.site_url == "http://127.0.0.1:8333/"
                assert str(found.folder) == "/a folder/nyanpass"
            process.kill()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            assert not is_running(process.pid)


def test_a_damaged_file_says_so_and_what_to_do(tmp_path: Path) -> None:
    """Cut off anywhere, by a full disk or by a hand."""
    path = tmp_path / "stack.env"
    write_state(path, STATE)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(StackError, match="is damaged: stop `make run` and start"):
            find_local({"DATA": str(tmp_path)})


def test_a_file_of_other_bytes_is_damaged_too(tmp_path: Path) -> None:
    """What is no UTF-8 is no state."""
    path = tmp_path / "stack.env"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StackError, match="is damaged"):
        read_state(path)
