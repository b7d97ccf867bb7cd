"""The repositories' stack and the login, against moto's server."""

import base64
import json
import os
from pathlib import Path

import boto3
import pytest

from infra.errors import RegistryError, StackError
from infra.images.ecr import ensure_stack, open_repositories
from tests.moto_server import Moto

STACK = "nyanpass-count"


@pytest.fixture
def moto(moto_server: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    """Lead all AWS clients to an empty moto."""
    moto_server.reset()
    for name, value in moto_server.env.items():
        monkeypatch.setenv(name, value)
    return moto_server


def test_the_first_push_makes_both_repositories_and_logs_in(moto: Moto) -> None:
    """The stack is made, and name and password are those that ECR gives out."""
    found = open_repositories(boto3.Session(), STACK)
    assert found.registry.host == "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
    assert found.names == {
        "collector": "nyanpass-count/collector",
        "renderer": "nyanpass-count/renderer",
    }
    assert found.registry.username == "AWS"
    assert found.registry.password
    assert found.registry.password not in repr(found)
    described = moto.client("ecr").describe_repositories()["repositories"]
    assert {item["imageTagMutability"] for item in described} == {"IMMUTABLE"}


def test_a_later_push_updates_the_stack_or_leaves_it(moto: Moto) -> None:
    """Nothing is made twice, and no update is no error."""
    client = moto.client("cloudformation")
    first = ensure_stack(client, STACK)
    assert ensure_stack(client, STACK) == first
    assert len(client.list_stacks()["StackSummaries"]) == 1


def test_a_stack_of_another_template_is_never_updated(moto: Moto) -> None:
    """An update would remove all that it has made."""
    client = moto.client("cloudformation")
    other = {"Description": "Not ours", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    client.create_stack(StackName=STACK, TemplateBody=json.dumps(other))
    with pytest.raises(StackError, match="IMAGES_STACK"):
        ensure_stack(client, STACK)
    [resource] = client.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    assert resource["ResourceType"] == "AWS::SQS::Queue"


def test_whoever_is_not_logged_in_to_aws_is_told_so_in_one_line(
    moto: Moto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The message says what to do, and how to do without AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(RegistryError, match=r"^not logged in to AWS .*REGISTRY=") as no:
        open_repositories(boto3.Session(), STACK)
    assert "\n" not in str(no.value)
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    with pytest.raises(RegistryError, match=r"^not logged in to AWS .*REGISTRY="):
        open_repositories(boto3.Session(), STACK)


def test_a_refusal_of_aws_is_passed_on_in_one_line(moto: Moto) -> None:
    """Without the right to make a stack, AWS's own words say so."""
    with moto.enforcing(), pytest.raises(RegistryError, match=r"^AWS refuses: ") as no:
        open_repositories(boto3.Session(), STACK)
    assert "\n" not in str(no.value)


def test_the_password_is_what_stands_behind_the_name(moto: Moto) -> None:
    """ECR gives both in one token, with a colon between them."""
    token = moto.client("ecr").get_authorization_token()["authorizationData"][0]
    decoded = base64.b64decode(token["authorizationToken"]).decode()
    found = open_repositories(boto3.Session(), STACK)
    assert decoded == f"{found.registry.username}:{found.registry.password}"
