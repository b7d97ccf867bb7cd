"""Which lines of the log are shown."""

from pathlib import Path

import pytest

from infra.errors import SettingsError
from infra.local.state import FUNCTIONS_LOG
from infra.operate.logs import NOISE, show_logs
from tests.unit.infra.operate.stacks import make_local_stack


@pytest.mark.parametrize(
    ("line", "noise"),
    [
        ("START RequestId: 1 Version: $LATEST", True),
        ("END RequestId: 1", True),
        ('{"_aws": {}}', True),
        ("REPORT RequestId: 1 Duration: 2 ms", False),
        ("[ERROR] it failed: START again", False),
        ("[INFO]\t2026-11-23T22:00:03Z\tid\toutcome=stored", False),
    ],
)
def test_only_lines_that_say_nothing_are_left_out(line: str, noise: bool) -> None:
    """Reports stay: they tell the duration and the memory."""
    assert bool(NOISE.search(line)) is noise


def test_one_machine_s_log_is_shown_without_the_noise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last lines; and one that says so where there are none."""
    stack = make_local_stack(tmp_path)
    assert show_logs(stack, {}) == 0
    assert capsys.readouterr().out == "no lines in the last 60 minutes\n"
    lines = [f"renderer outcome=published readings={n}" for n in range(300)]
    noise = ["renderer START RequestId: 1", 'collector {"_aws": {}}']
    (tmp_path / FUNCTIONS_LOG).write_text("\n".join([*lines, *noise]))
    assert show_logs(stack, {}) == 0
    assert capsys.readouterr().out.splitlines() == lines[-200:]


@pytest.mark.parametrize("text", ["an hour", "0", "-5", "1.5"])
def test_wrong_minutes_are_named(tmp_path: Path, text: str) -> None:
    """In one line."""
    with pytest.raises(
        SettingsError, match=f"SINCE={text} is not a whole number from 1"
    ):
        show_logs(make_local_stack(tmp_path), {"SINCE": text})
