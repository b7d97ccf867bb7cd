"""An emulated account, a counter to read, and the operator's commands.

Only `make test-aws` collects these tests: the emulator is installed by it.
"""

import contextlib
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

import infra.aws.change_sets
import infra.aws.stacks
import infra.operate.deploy
from infra.operate.__main__ import main
from tests.aws.emulator import Emulator, run_emulator
from tests.aws.zips import BUCKET, make_template, put_function
from tests.counter import serve_counter
from tests.rights import load_policy, name_actions

if not os.environ.get("TEST_AWS"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Start one emulator for all tests; its functions have the checkout's browser."""
    browser = {name: os.environ[name] for name in ("BROWSER_PATH", "PLOTLY_JS")}
    with run_emulator(tmp_path_factory.mktemp("aws"), browser) as emulator:
        place = {"LocationConstraint": emulator.env["AWS_REGION"]}
        s3 = emulator.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield emulator


@dataclass
class Operator:
    """Runs the commands on a stack, as make does.

    env: what they are given. asked: the actions that they have asked AWS for.
    """

    aws: Emulator
    env: dict[str, str]
    asked: set[str] = field(default_factory=set)

    def run(self, command: str, **arguments: str) -> str:
        """Run a command that succeeds, and return what it printed."""
        return self.try_to(command, 0, **arguments)

    def try_to(self, command: str, expected: int, /, **arguments: str) -> str:
        """Run a command that ends with this code, and return what it printed."""
        printed = io.StringIO()
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            noting_calls(self.asked),
        ):
            code = main([command], {**self.env, **arguments})
        assert code == expected, f"{command}: {printed.getvalue()}"
        return printed.getvalue()

    def bucket(self, what: str) -> str:
        """Return the name of the stack's bucket for `data` or for the `site`."""
        region = self.env["AWS_REGION"]
        return f"{self.env['STACK']}-{what}-123456789012-{region}"

    def read(self, key: str) -> bytes:
        """Read one object of the site; nothing if it is not there."""
        s3 = self.aws.client("s3")
        try:
            answer = s3.get_object(Bucket=self.bucket("site"), Key=key)
        except s3.exceptions.NoSuchKey:
            return b""
        found: bytes = answer["Body"].read()
        return gzip.decompress(found) if "ContentEncoding" in answer else found

    def objects(self, what: str) -> dict[str, bytes]:
        """Read a bucket of the stack, byte for byte."""
        s3, bucket = self.aws.client("s3"), self.bucket(what)
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {
            key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys
        }

    def invoke(self, function: str, event: bytes) -> bytes:
        """Invoke a function of the stack; return its answer."""
        name = f"{self.env['STACK']}-{function}"
        answer = self.aws.client("lambda").invoke(FunctionName=name, Payload=event)
        found: bytes = answer["Payload"].read()
        return found


@contextlib.contextmanager
def noting_calls(asked: set[str]) -> Iterator[None]:
    """Note the actions that all calls of AWS ask for, as long as the block lasts."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def note(client: Any, operation: str, arguments: Any) -> Any:
        service = client.meta.service_model.service_id.hyphenize()
        asked.update(name_actions(service, operation))
        return call(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", note):
        yield


@pytest.fixture(scope="session")
def rights(aws: Emulator) -> dict[str, str]:
    """Make a user with the rights of the guide, and nothing else; give the keys."""
    iam, name = aws.client("iam"), "operator"
    iam.create_user(UserName=name)
    policy = iam.create_policy(
        PolicyName="nyanpass-count", PolicyDocument=json.dumps(load_policy())
    )
    iam.attach_user_policy(UserName=name, PolicyArn=policy["Policy"]["Arn"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


@pytest.fixture
def operator(
    aws: Emulator,
    rights: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Operator]]:
    """Give what makes the operator of a stack of that name."""
    # What the emulator does takes no time.
    monkeypatch.setattr(infra.aws.change_sets, "POLL_S", 0.1)
    monkeypatch.setattr(infra.aws.stacks, "POLL_S", 0.1)
    template = tmp_path / "template.yaml"
    template.write_text(make_template(), "utf-8")
    monkeypatch.setattr(infra.operate.deploy, "PATH", template)
    # It is the process's own environment that boto3 looks for it in.
    monkeypatch.setenv("AWS_CA_BUNDLE", aws.env["AWS_CA_BUNDLE"])
    images = {
        f"{package.upper()}_IMAGE": put_function(aws.client, package)
        for package in ("collector", "renderer")
    }
    with serve_counter() as port:

        def make(stack: str, **more: Any) -> Operator:
            given = {
                "STACK": stack,
                "COUNT_URL": f"http://127.0.0.1:{port}/",
                "ALARM_EMAIL": "operator@example.org",
                **images,
                **more,
            }
            return Operator(aws, {**aws.env, **rights, **given})

        yield make
