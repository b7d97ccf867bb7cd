"""Which stacks a command can work on."""

import shutil
from collections import namedtuple
from pathlib import Path
from unittest.mock import Mock

import pytest

from infra.aws.stacks import Deployed
from infra.errors import StackError
from infra.operate.__main__ import main
from infra.operate.stack import refuse_unfinished
from tests.unit.infra.operate.stacks import make_local_stack

COMPLETE = {"SiteUrl": "http://site/"}


def look(state: str, outputs: dict[str, str], *resources: str) -> None:
    """Look whether a stack in a state, with these parts, is finished."""
    found = [{"LogicalResourceId": name} for name in resources]
    cloud = Mock()
    cloud.describe_stack_resources.return_value = {"StackResources": found}
    refuse_unfinished(cloud, Deployed("s", "arn", state, {}, outputs))


@pytest.mark.parametrize(
    "state", ["REVIEW_IN_PROGRESS", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]
)
def test_a_stack_of_nothing_but_the_data_is_to_be_finished(state: str) -> None:
    """As an import leaves it, also where the update after it was rolled back."""
    with pytest.raises(StackError, match=f"s is {state}: run `make deploy` to finish"):
        look(state, {}, "DataBucket")


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"])
def test_a_stack_of_nothing_is_to_be_finished(state: str) -> None:
    """As a first creation that was rolled back leaves it."""
    with pytest.raises(StackError, match=f"s is {state}: run `make deploy` to finish"):
        look(state, {})


def test_a_whole_stack_is_worked_on_in_any_state() -> None:
    """Also one that is being created, which has no outputs yet."""
    look("UPDATE_ROLLBACK_COMPLETE", COMPLETE)
    look("CREATE_IN_PROGRESS", {}, "DataBucket", "Renderer")


def look_at_full_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, **given: str
) -> int:
    """Run a command for a stack of this machine, whose disk has no room."""
    stack = make_local_stack(tmp_path / "nyanpass")
    monkeypatch.setattr("infra.operate.stack.find_local", lambda _: stack)
    monkeypatch.setattr("infra.operate.archive.find_local", lambda _: stack)
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0))
    (history := tmp_path / "history.csv").write_text("time,count\n")
    given |= {"CSV": str(history)} if command == "import" else {"STACK": "local"}
    return main([command], given)


@pytest.mark.parametrize("command", ["void", "rebuild", "import"])
def test_a_command_that_writes_names_a_full_disk(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: str,
) -> None:
    """Before it asks a storage that can say nothing but that it failed."""
    assert look_at_full_disk(monkeypatch, tmp_path, command) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"make {command}: disk full: DATA={tmp_path} has no room")
    assert told.count("\n") == 1


@pytest.mark.parametrize("command", ["redrive", "import"])
def test_a_dry_run_needs_no_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    """It goes on to ask the storage."""
    with pytest.raises(AssertionError, match="is asked"):
        look_at_full_disk(monkeypatch, tmp_path, command, DRY="1")
