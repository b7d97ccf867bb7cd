"""What a command says when something is wrong, and how it ends."""

import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from infra.commands import run_command
from infra.errors import StackError
from renderer.errors import ConflictError


def refusal(code: str) -> ClientError:
    """Make AWS's refusal of a call."""
    return ClientError({"Error": {"Code": code, "Message": "no\nway"}}, "Call")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (StackError("it is\nnot there"), "it is not there"),
        (ConflictError("somebody was first"), "somebody was first"),
        (EndpointConnectionError(endpoint_url="http://h/"), "Could not connect"),
        (refusal("Throttling"), "calling the Call operation: no way"),
        (refusal("AccessDenied"), "no way; infra/aws/operator-policy.json has all"),
        (refusal("ExpiredToken"), "not logged in to AWS (An error"),
        (refusal("ExpiredToken"), "set AWS_PROFILE and AWS_REGION, or do without\n"),
        (
            OSError(30, "Read-only file system", "/a b"),
            "make fly: /a b: Read-only file system; mend that and try again\n",
        ),
        (OSError(28, "No space left"), "make fly: [Errno 28] No space left\n"),
        (KeyboardInterrupt(), "make fly: interrupted\n"),
        (EOFError(), "make fly: interrupted\n"),
    ],
)
def test_an_error_is_one_line_with_the_way_on(
    capsys: pytest.CaptureFixture[str], error: BaseException, line: str
) -> None:
    """And exit code 2."""

    def fail() -> int:
        raise error

    assert run_command("fly", fail, "do without") == 2
    said = capsys.readouterr().err
    assert said.startswith("make fly: ")
    assert line in said
    assert said.count("\n") == 1


def test_a_command_that_has_done_its_work_says_how_it_ended() -> None:
    """By its own exit code."""
    assert run_command("fly", lambda: 0) == 0
    assert run_command("fly", lambda: 1) == 1


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    """`make logs | head` ends in silence."""
    code = (
        "from infra.commands import run_command; from infra.console import say; "
        "import itertools, sys; "
        "sys.exit(run_command('fly', lambda: [say() for _ in itertools.count()]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        assert command.stdout
        assert command.stderr
        command.stdout.readline()
        command.stdout.close()
        assert command.stderr.read() == b""
    assert command.returncode == 0


@pytest.mark.parametrize(
    "given",
    [
        {"AWS_PROFILE": "nobody"},
        {"AWS_SECRET_ACCESS_KEY": "s"},
        {"AWS_ACCESS_KEY_ID": "a"},
        {},
    ],
    ids=["profile", "secret alone", "key alone", "nothing"],
)
def test_half_a_login_is_none(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: dict[str, str],
) -> None:
    """Whichever half it is."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    nowhere = {"AWS_CONFIG_FILE": "/none", "AWS_SHARED_CREDENTIALS_FILE": "/none"}
    more = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-west-1"}
    for name, value in {**nowhere, **more, **given}.items():
        monkeypatch.setenv(name, value)

    def ask() -> int:
        boto3.Session().client("sts", "eu-west-1").get_caller_identity()
        return 0

    assert run_command("fly", ask) == 2
    assert "fly: not logged in to AWS (" in capsys.readouterr().err
