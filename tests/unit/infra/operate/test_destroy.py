"""What a destroy tells, and how it empties a bucket."""

import shlex
from contextlib import nullcontext
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from infra.aws.stacks import Deployed
from infra.errors import FailedError, SettingsError
from infra.operate.destroy import (
    destroy,
    destroy_on_aws,
    empty_bucket,
    write_deploy,
)
from infra.operate.stack import Buckets
from tests.resolved import PARAMETERS

LISTED = {"Key": "k", "VersionId": "v", "Size": 1}
NAMED = {"Key": "k", "VersionId": "v"}


def make_s3(*listings: list[dict[str, Any]], errors: Any = ()) -> Mock:
    """Make an S3 client that finds these pages, one listing after the other."""
    s3 = Mock()
    s3.get_paginator.return_value.paginate.side_effect = listings
    s3.delete_objects.return_value = {"Errors": errors}
    return s3


def test_what_is_put_while_a_bucket_is_emptied_is_deleted_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A page is up to a thousand versions or delete markers."""
    first = [{"Versions": [LISTED]}, {"DeleteMarkers": [LISTED], "Versions": [LISTED]}]
    s3 = make_s3(first, [{"Versions": [LISTED]}], [{}])
    empty_bucket(lambda _: s3, "b")
    deleted = [
        call.kwargs["Delete"]["Objects"] for call in s3.delete_objects.call_args_list
    ]
    assert deleted == [[NAMED], [NAMED, NAMED], [NAMED]]
    assert capsys.readouterr().out.splitlines()[-1] == "4 objects deleted"


def test_what_cannot_be_deleted_ends_it() -> None:
    """It would else be listed for ever."""
    s3 = make_s3(
        [{"Versions": [LISTED]}], errors=[{"Key": "k", "Code": "AccessDenied"}]
    )
    with pytest.raises(FailedError, match=r"^k cannot be deleted: .*AccessDenied"):
        empty_bucket(lambda _: s3, "b")


@pytest.mark.parametrize("code", ["NoSuchBucket", "AccessDenied"])
def test_a_stack_without_its_site_s_bucket_is_deleted(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """But not by whoever may not list what is there."""
    s3, deleted = Mock(), Mock()
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, "Call")
    s3.get_paginator.return_value.paginate.side_effect = error
    found = Deployed("s", "arn", "IMPORT_COMPLETE", {}, {})
    for name, value in (
        ("name_buckets", Mock(return_value=Buckets("data", "site"))),
        ("find_deletable", Mock(return_value=found)),
        ("find_bucket", Mock(return_value=False)),
        ("mention_images", Mock()),
        ("delete_stack", deleted),
    ):
        monkeypatch.setattr(f"infra.operate.destroy.{name}", value)
    way = nullcontext() if code == "NoSuchBucket" else pytest.raises(ClientError)
    with way:
        destroy_on_aws(lambda _: s3, "s", {"YES": "s"}, with_data=False)
    assert deleted.called == (code == "NoSuchBucket")


def test_the_name_of_a_stack_is_one_that_deploy_takes() -> None:
    """boto3 would else show a pattern."""
    with pytest.raises(SettingsError, match=r"^STACK=Foo is not up to 28 of a-z, 0-9"):
        destroy({"STACK": "Foo"})


def test_the_way_back_has_what_was_not_the_default() -> None:
    """It can be pasted into a shell; the address is in none of AWS's answers."""
    given = {**PARAMETERS, "CountUrl": "****", "Counter": "cat", "Title": "A 'b' c"}
    words = shlex.split(write_deploy("s", {**given, "Cdn": "0", "Former": "x"}))
    assert words == [
        *("make", "deploy", "STACK=s", "COUNT_URL=..."),
        *(f"ALARM_EMAIL={PARAMETERS['AlarmEmail']}", "COUNTER=cat", "TITLE=A 'b' c"),
    ]


def test_the_images_are_not_of_one_machine() -> None:
    """Nothing is destroyed instead."""
    with pytest.raises(SettingsError, match="without STACK=local"):
        destroy({"STACK": "local", "IMAGES": "1"})
