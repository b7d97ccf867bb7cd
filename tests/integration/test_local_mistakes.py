"""What `make run` says to whoever starts it wrongly: one line, and nothing more."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(data: str, **given: str) -> tuple[int, str]:
    """Start it as `make run` does; return the exit code and its one line."""
    installed = ROOT / ".browser"
    env = {
        "BROWSER_PATH": str(installed / "chromium"),
        "PLOTLY_JS": str(installed / "plotly.min.js"),
        "PATH": os.environ["PATH"],
        "DATA": data,
        "PORT": "0",
        **given,
    }
    done = subprocess.run(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    [line] = (done.stdout + done.stderr).splitlines()
    assert line.startswith("make run: ")
    return done.returncode, line.removeprefix("make run: ")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PORT": "1.5"}, "PORT=1.5 is not a whole number from 0 to 65535"),
        ({"LISTEN": "localhost"}, "LISTEN=localhost is no IP address of a machine: "),
        ({"FAST": "1"}, "FAST=1 is not a number from 3 to 3600"),
        ({"ONCE": "yes"}, "ONCE=yes is neither 0 nor 1"),
        ({"DRY": "1"}, "there is no dry run of it"),
        ({"COUNT_URL": "s3cret.example"}, "settings: COUNT_URL is wrong, "),
    ],
)
def test_a_wrong_setting_ends_it_at_once(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:
    """With the exit code that says that another start changes nothing."""
    code, line = run(str(tmp_path / "data"), **given)
    assert code == 2
    assert line.startswith(said)
    assert "s3cret" not in line
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands in the way, or the file system takes no folders."""
    (tmp_path / "file").touch()
    for data in ("/dev/null", str(tmp_path / "file"), "/proc/a folder"):
        code, line = run(data)
        assert code == 1
        assert line.startswith(data)
        assert line.endswith("or choose another folder: DATA=<folder>")


def test_a_folder_that_leads_to_itself_is_named(tmp_path: Path) -> None:
    """Before it is taken for one that has yet to be made."""
    (tmp_path / "loop").symlink_to("loop")
    code, line = run(str(tmp_path / "loop"))
    assert code == 2
    assert line == f"DATA={tmp_path / 'loop'} leads to itself"


def test_an_address_in_use_is_named(tmp_path: Path) -> None:
    """Before anything else is started; the port may be free on another address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, line = run(str(tmp_path), PORT=f"{port}")
        assert (code, line) == (
            1,
            f"port {port} is in use; choose another: PORT=<port>",
        )
    code, line = run(str(tmp_path), LISTEN="192.0.2.1")
    assert code == 1
    assert line.startswith("192.0.2.1 is no address of this machine")
