"""What a command says when something is wrong, and how it ends."""

import os
import signal
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

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
        (UnauthorizedSSOTokenError(), "not logged in to AWS (The SSO session"),
        (CredentialRetrievalError(provider="p", error_msg="e"), "not logged in to AWS"),
        (ResponseParserError("a\nb"), "what answered is no service of AWS: put AWS_"),
        (UnicodeEncodeError("utf-8", "secret", 0, 1, "no"), "a variable holds what is"),
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


def test_an_interrupt_before_a_command_begins_is_one_line() -> None:
    """Its packages take half a second to import; and it ends as other programs do."""
    code = "import infra.operate; raise KeyboardInterrupt"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.stderr == b"interrupted\n"
    assert done.returncode == -signal.SIGINT
    code = "import infra.operate; raise LookupError"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.stderr.startswith(b"Traceback")


def test_a_terminal_that_lacks_a_letter_ends_no_command() -> None:
    """As one in Latin-1 does `にゃん`, and each what a variable has in other bytes."""
    code = (
        "from infra.commands import run_command; from infra.console import say; "
        "run_command('fly', lambda: say('\u306b \\udcff'))"
    )
    command = [sys.executable, "-X", "utf8=0", "-c", code]
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, capture_output=True, check=True, env=env)
    assert done.stdout == rb"\u306b \udcff" + b"\n"
