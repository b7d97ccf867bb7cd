"""Where a running stack is: its files, and one that leads other commands to it.

That file has `NAME=value` lines, which a shell can read. It holds the key to the
storage, so only its owner may read it.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

FILE = "stack.env"
# In the folder of a counter, beside its storage.
LOG, FAILURES = "functions.log", "failures"


def find_data_folder(env: Mapping[str, str]) -> Path:
    """Return the folder for everything that stays: `DATA`, or else `.local/data`."""
    return Path(env.get("DATA") or ".local/data")


def write_state(path: Path, values: Mapping[str, str]) -> None:
    """Write the values to a new file."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(_format_lines(values), "utf-8")


def remove_state(path: Path, values: Mapping[str, str]) -> None:
    """Remove the file, unless another stack has written its own values by now."""
    if path.exists() and path.read_text("utf-8") == _format_lines(values):
        path.unlink()


def read_state(path: Path) -> dict[str, str]:
    """Read the values that write_state wrote."""
    words = shlex.split(path.read_text("utf-8"))
    return dict(word.split("=", 1) for word in words)


def _format_lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
