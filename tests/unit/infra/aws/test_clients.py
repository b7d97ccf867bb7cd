"""Which account and region the clients ask, by the variables that are given."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import NoRegionError, ProfileNotFound
from botocore.parsers import ResponseParserError

from infra.aws.clients import make_clients, refuse_other_partitions
from infra.errors import SettingsError

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the process's own environment nothing that would be taken instead."""
    for name in (*KEYS, "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/none")


@pytest.fixture
def page() -> Iterator[str]:
    """Serve a web page at every address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"\n<!DOCTYPE html><p>Welcome"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "given",
    [
        {"AWS_REGION": "eu-west-1"},
        {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-west-2"},
        {"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1"},
    ],
)
def test_the_region_is_aws_region_before_any_other(given: dict[str, str]) -> None:
    """As the guide says; boto3 itself knows AWS_DEFAULT_REGION alone."""
    assert make_clients({**KEYS, **given})("ecr").meta.region_name == "eu-west-1"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, NoRegionError),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, NoRegionError),
        ({"AWS_REGION": "no region"}, SettingsError),
        ({"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "foo"}, SettingsError),
        ({"AWS_REGION": "eu-west-1", "AWS_PROFILE": "nobody"}, ProfileNotFound),
    ],
)
def test_what_leads_nowhere_is_an_error_with_a_line(
    given: dict[str, str], error: type[Exception]
) -> None:
    """Never boto3's own ValueError."""
    with pytest.raises(error):
        make_clients({**KEYS, **given})("ecr")


@pytest.mark.parametrize("name", [*KEYS, "AWS_SESSION_TOKEN"])
@pytest.mark.parametrize("secret", ["geheim\r", "geheim\n", "gehäim"])
def test_a_key_that_cannot_be_sent_is_not_shown(name: str, secret: str) -> None:
    """boto3 would show all of it."""
    with pytest.raises(SettingsError, match=f"^{name} holds a line break") as caught:
        make_clients({**KEYS, name: secret})
    assert "geh" not in str(caught.value)


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("sts", lambda sts: sts.get_caller_identity()),
        ("sqs", lambda sqs: sqs.get_queue_url(QueueName="q")),
        ("s3", lambda s3: s3.get_object(Bucket="bucket", Key="k")),
        ("s3", lambda s3: s3.head_object(Bucket="bucket", Key="k")),
    ],
)
def test_a_web_page_is_no_answer(
    page: str, service: str, call: Callable[[Any], Any]
) -> None:
    """Whatever form the service's answers have."""
    given = {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": page}
    with pytest.raises(ResponseParserError):
        call(make_clients(given)(service))


def test_half_a_login_is_no_error_yet() -> None:
    """boto3 may find the whole of it elsewhere, or says what is missing."""
    make_clients({"AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"})("ecr")


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
def test_other_partitions_are_refused(region: str) -> None:
    """For the images as for the stack."""
    with pytest.raises(SettingsError, match=f"{region} is not a commercial region"):
        refuse_other_partitions(make_clients({**KEYS, "AWS_REGION": region}))
