"""The template of the repositories: their names, what Lambda may do, what may go."""

import json
from typing import Any

import pytest

from infra.aws.template import load_template
from infra.errors import StackError
from infra.images.build import FUNCTIONS
from infra.images.ecr import REPOSITORIES as KIND
from infra.images.ecr import TEMPLATE, ensure_stack
from infra.images.remove import refuse_missing

REPOSITORIES = load_template(TEMPLATE.read_text("utf-8"))["Resources"]


def properties() -> list[dict[str, Any]]:
    """Give the properties of both repositories."""
    assert len(REPOSITORIES) == 2
    assert {item["Type"] for item in REPOSITORIES.values()} == {"AWS::ECR::Repository"}
    return [item["Properties"] for item in REPOSITORIES.values()]


def test_the_repositories_are_named_after_the_stack() -> None:
    """As `make push-images` expects; and the stack is known by them."""
    names = [repository["RepositoryName"]["Fn::Sub"] for repository in properties()]
    assert names == [f"${{AWS::StackName}}/{function}" for function in FUNCTIONS]
    assert REPOSITORIES.keys() == KIND.marks


def test_only_images_without_a_tag_are_ever_deleted() -> None:
    """Each image has its commit as an immutable tag, so none in use can expire."""
    for repository in properties():
        assert repository["ImageTagMutability"] == "IMMUTABLE"
        rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])[
            "rules"
        ]
        assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged"]
        # But with the stack, which is deleted only while no function runs one.
        assert repository["EmptyOnDelete"] is True


def test_images_are_scanned_when_they_are_pushed() -> None:
    """Known holes show in the console."""
    for repository in properties():
        assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_lambda_may_pull_for_functions_of_this_account_and_nobody_else_may() -> None:
    """The service alone, two read actions, and the account as part of one condition.

    That Lambda sends `aws:SourceAccount` as well is written nowhere.
    """
    for repository in properties():
        [statement] = repository["RepositoryPolicyText"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert statement["Action"] == [
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ]
        function = "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:*"
        condition = {"StringLike": {"aws:SourceArn": {"Fn::Sub": function}}}
        assert statement["Condition"] == condition


def test_a_stack_that_is_stuck_can_be_removed_by_the_command_that_is_named() -> None:
    """What cannot be updated is told with the way on, and that way takes it."""

    class Cloud:
        """Stands for CloudFormation's client."""

        def describe_stacks(self, **_: str) -> dict[str, Any]:
            """Give a stack whose deletion broke off."""
            return {"Stacks": [{"StackId": "arn", "StackStatus": "DELETE_FAILED"}]}

        def describe_stack_resources(self, **_: str) -> dict[str, Any]:
            """Give what it was made of."""
            names = [{"LogicalResourceId": mark} for mark in KIND.marks]
            return {"StackResources": names}

    with pytest.raises(StackError, match=r"DELETE_FAILED.*`make destroy IMAGES=1`"):
        ensure_stack(Cloud(), "s")
    refuse_missing(Cloud(), "s")
