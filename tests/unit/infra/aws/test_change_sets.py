"""What is said of changes before they are made."""

from typing import Any
from unittest.mock import Mock

import pytest

import infra.aws.change_sets
from infra.aws.change_sets import Plan, list_losses, make_change_set, print_changes


def change(action: str, name: str, **more: str) -> dict[str, str]:
    """Make a change as CloudFormation tells it."""
    kind = {"ResourceType": "AWS::S3::Bucket"}
    return {"Action": action, "LogicalResourceId": name, **kind, **more}


def test_a_set_that_takes_its_time_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CloudFormation works it out in the background."""
    monkeypatch.setattr(infra.aws.change_sets, "POLL_S", 0.0)
    cloud = Mock()
    cloud.create_change_set.return_value = {"Id": "c"}
    found = {"Changes": [{"ResourceChange": change("Add", "A")}]}
    states = ("CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    look = cloud.get_paginator.return_value.paginate
    look.side_effect = [[{**found, "Status": each}] for each in states]
    made = make_change_set(cloud, Plan("s", "template", exists=True))
    assert made == ("c", [change("Add", "A")])
    cloud.get_paginator.assert_called_with("describe_change_set")
    look.assert_called_with(ChangeSetName="c", StackName="s")
    assert look.call_count == len(states)


def test_a_stack_carries_tags_that_tell_its_costs() -> None:
    """All of its resources get them; an import may not bring any."""
    cloud = Mock()
    cloud.create_change_set.return_value = {"Id": "c"}
    pages = [{"Status": "OK", "Changes": []}]
    cloud.get_paginator.return_value.paginate.return_value = pages
    make_change_set(cloud, Plan("s", "template", exists=True))
    assert cloud.create_change_set.call_args.kwargs["Tags"] == [
        {"Key": "project", "Value": "nyanpass-count"},
        {"Key": "stack", "Value": "s"},
    ]
    bucket = {"LogicalResourceId": "Bucket"}
    make_change_set(cloud, Plan("s", "template", exists=False, imports=[bucket]))
    assert "Tags" not in cloud.create_change_set.call_args.kwargs


def test_changes_are_shown_one_a_line_with_what_is_replaced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also what may be replaced: CloudFormation does not always know."""
    print_changes(
        [change("Modify", "A"), change("Modify", "B", Replacement="Conditional")]
    )
    assert capsys.readouterr().out.splitlines() == [
        "  Modify A AWS::S3::Bucket",
        "  Modify B AWS::S3::Bucket (REPLACED)",
    ]


def test_only_removed_and_replaced_resources_are_losses() -> None:
    """These are confirmed by name before they go."""
    changes: list[dict[str, Any]] = [
        {"LogicalResourceId": "A", "Action": "Add"},
        {"LogicalResourceId": "B", "Action": "Modify", "Replacement": "False"},
        {"LogicalResourceId": "C", "Action": "Modify", "Replacement": "True"},
        {"LogicalResourceId": "D", "Action": "Modify", "Replacement": "Conditional"},
        {"LogicalResourceId": "E", "Action": "Remove"},
    ]
    assert list_losses(changes) == ["C", "D", "E"]
