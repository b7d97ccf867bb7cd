"""Where a running stack is: its files, and one that leads other commands to it.

That file has `NAME=value` lines, which a shell can read. It holds the key to the
storage, so only its owner may read it.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

from infra.errors import StackError

FILE = "stack.env"
# In the folder of a counter, beside its storage.
FUNCTIONS_LOG, STORAGE_LOG, FAILURES = "functions.log", "storage.log", "failures"


def find_data_folder(env: Mapping[str, str]) -> Path:
    """Return the folder for everything that stays: `DATA`, or else `.local/data`."""
    return Path(env.get("DATA") or ".local/data")


def write_state(path: Path, values: Mapping[str, str]) -> None:
    """Write the values to a new file, which is never seen in part."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(_format_lines(values), "utf-8")
    part.rename(path)


def remove_state(path: Path, values: Mapping[str, str]) -> None:
    """Remove the file, unless another stack has written its own values by now."""
    if path.exists() and path.read_text("utf-8") == _format_lines(values):
        path.unlink()


def read_state(path: Path) -> dict[str, str]:
    """Read the values that write_state wrote; raises StackError for a damaged file."""
    try:
        lines = path.read_text("utf-8")
        values = dict(word.split("=", 1) for word in shlex.split(lines))
    except ValueError as error:
        raise StackError(describe_damage(path)) from error
    if not lines.endswith("\n"):
        raise StackError(describe_damage(path))
    return values


def describe_damage(path: Path) -> str:
    """Say what to do about a file that does not hold what write_state wrote."""
    return f"{path} is damaged: stop `make run` and start it again, which writes it"


def is_running(pid: int) -> bool:
    """Say whether a process is a stack: another one may have got the id since."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"infra.local" in command.split(b"\0")


def _format_lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
