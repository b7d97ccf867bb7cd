"""The source's address in Parameter Store: asked of moto's, under its IAM too."""

import json
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from collector.address import fetch_address
from collector.errors import CollectorError, SettingsError, UnavailableError
from collector.handler import handler, make_s3_client, make_ssm_client
from infra.local.ports import find_free_ports
from tests.conftest import Buckets
from tests.integration.fault_server import FaultServer
from tests.moto_server import Moto
from tests.permissions import Call, grants, is_allowed
from tests.resolved import properties

NAME = "/nyanpass/count-url"


@pytest.fixture
def env(
    moto: Moto, buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    """Set the environment of a function whose address is in a parameter."""
    own = {
        "AWS_ENDPOINT_URL_SSM": moto.endpoint,
        "COUNT_URL": f"ssm:{NAME}",
        "TIME_PATH": "",
    }
    for name, value in {**buckets.env, **own}.items():
        monkeypatch.setenv(name, value)
    make_s3_client.cache_clear()
    make_ssm_client.cache_clear()
    yield monkeypatch
    for make in (make_s3_client, make_ssm_client):
        make().close()
        make.cache_clear()


def store(moto: Moto, value: str) -> None:
    """Put the parameter as the guide says, or change it."""
    moto.client("ssm").put_parameter(
        Name=NAME, Value=value, Type="SecureString", Overwrite=True
    )


def run() -> dict[str, Any]:
    """Collect once for this hour."""
    now = datetime.now(UTC)
    return handler({"scheduled_time": now.strftime("%Y-%m-%dT%H:%M:%SZ")}, None)


def test_each_run_reads_the_address_that_is_stored_now(
    moto: Moto,
    server: FaultServer,
    env: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A changed one needs no deploy; and no log has either."""
    store(moto, server.url("good"))
    assert run()["outcome"] == "stored"
    store(moto, server.url("no-time"))
    assert run()["outcome"] in {"duplicate", "conflict"}
    assert [path.partition("?")[0] for _, path, _ in server.seen] == [
        "/good",
        "/no-time",
    ]
    assert server.url("") not in caplog.text


def test_a_list_of_addresses_is_none(moto: Moto, env: pytest.MonkeyPatch) -> None:
    """It would be read as one address, with the others in its path."""
    moto.client("ssm").put_parameter(
        Name=NAME, Value="https://a.example/,https://b.example/", Type="StringList"
    )
    with pytest.raises(SettingsError, match="is not one http or https address"):
        run()


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (None, SettingsError, f"does not give {NAME} (ParameterNotFound)"),
        ("ftp://s3cret.example/", SettingsError, f"{NAME} is not one http"),
        (
            "https://s3cret.example/\n",
            SettingsError,
            f"{NAME} is not one http",
        ),
        ("https://[s3cret/", SettingsError, f"{NAME} is not one http"),
    ],
    ids=["missing", "not http", "line end", "broken"],
)
def test_a_wrong_parameter_is_one_line_without_the_address(
    moto: Moto,
    env: pytest.MonkeyPatch,
    value: str | None,
    error: type[CollectorError],
    said: str,
) -> None:
    """Neither in the message nor in the traceback, which Lambda logs."""
    if value:
        store(moto, value)
    with pytest.raises(error) as caught:
        run()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_parameter_store_that_is_not_there_may_be_back_later(
    moto: Moto, env: pytest.MonkeyPatch
) -> None:
    """Lambda's retries are the other tries."""
    [port] = find_free_ports(1)
    env.setenv("AWS_ENDPOINT_URL_SSM", f"http://127.0.0.1:{port}")
    with pytest.raises(UnavailableError, match="does not answer") as caught:
        run()
    assert "\n" not in str(caught.value)


def test_a_parameter_that_may_not_be_read_is_one_line(moto: Moto) -> None:
    """As where the role is that of a deploy before; moto knows no finer grants."""
    iam, trust = moto.client("iam"), properties("CollectorRole")
    store(moto, "https://s3cret.example/")
    role = iam.create_role(
        RoleName="without",
        AssumeRolePolicyDocument=json.dumps(trust["AssumeRolePolicyDocument"]),
    )
    taken = moto.client("sts").assume_role(
        RoleArn=role["Role"]["Arn"], RoleSessionName="test"
    )
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    session = moto.session(*(taken["Credentials"][name] for name in names))
    with (
        moto.enforcing(),
        pytest.raises(
            SettingsError, match=r"does not give /nyanpass.* \(\w+\): "
        ) as caught,
    ):
        fetch_address(moto.client("ssm", session), NAME)
    assert "\n" not in str(caught.value)


def test_the_role_may_read_this_parameter_and_no_other() -> None:
    """Decrypted or not; with the address in the setting itself, none at all."""
    there = "arn:aws:ssm:ap-northeast-1:123456789012:parameter"
    [policy] = properties("CollectorRole", CountUrl=f"ssm:{NAME}")["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    assert is_allowed(statements, Call("ssm:GetParameter", f"{there}{NAME}"))
    granted = [each for each in grants(statements) if each[0].startswith("ssm:")]
    assert granted == [("ssm:GetParameter", f"{there}{NAME}")]
    assert "ssm:" not in str(properties("CollectorRole"))
    environment = properties("Collector", CountUrl=f"ssm:{NAME}")["Environment"]
    assert environment["Variables"]["COUNT_URL"] == f"ssm:{NAME}"
