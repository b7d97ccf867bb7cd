"""Other programs: what they print, and what is said when they fail or are missing."""

import os
from pathlib import Path

import pytest

from infra.errors import ToolError
from infra.images.programs import read_output, require_programs, run_program


def test_a_program_is_given_its_environment_and_its_input() -> None:
    """What it prints comes back without the last line's end."""
    command = ["sh", "-c", 'cat; echo " $NAME"']
    assert read_output(command, "it", {"NAME": "value"}, stdin="read") == "read value"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo first >&2; echo last >&2; exit 3", "^it failed: last$"),
        ("exit 3", "^it failed: it said nothing$"),
    ],
)
def test_a_failure_is_told_by_the_program_s_last_line(
    script: str, problem: str
) -> None:
    """Or by its exit code, where its lines are on the console already."""
    with pytest.raises(ToolError, match=problem):
        read_output(["sh", "-c", script], "it")
    with pytest.raises(ToolError, match=r"it failed \(exit code 3\); see above"):
        run_program(["sh", "-c", script], "it")


def test_who_may_not_install_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the command that installs it."""
    (tmp_path / "openssl").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("infra.images.programs.ROOTS", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    require_programs("openssl")
    with pytest.raises(ToolError, match="apt-get install apache2-utils"):
        require_programs("openssl", "htpasswd")
