"""A running emulator of AWS: TLS, IAM enforced, on loopback only."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from infra.images.commit import ROOT
from infra.local.ports import HOST, find_free_ports, is_listening
from infra.local.processes import start_child, wait_until
from tests.certificates import make_certificate
from tests.resolver import PSEUDO

PYTHON = ROOT / ".local" / "emulator" / "bin" / "python"
ACCOUNT, REGION = PSEUDO["AWS::AccountId"], PSEUDO["AWS::Region"]
# The account's root, as whom the tests themselves look and prepare.
ROOT_KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Emulator:
    """Where it is. env: the AWS variables of whoever is to be at home there."""

    endpoint: str
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """Return the variables that lead every SDK here, as the account's root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CA_BUNDLE": str(self.folder / "ca.crt"),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **ROOT_KEY,
        }

    @cache  # noqa: B019 - there is one of it
    def client(self, service: str) -> Any:
        """Make a client of a service, as the account's root."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ROOT_KEY["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ROOT_KEY["AWS_SECRET_ACCESS_KEY"],
            verify=str(self.folder / "ca.crt"),
        )


@contextlib.contextmanager
def run_emulator(
    folder: Path, env: Mapping[str, str], *hosts: str
) -> Iterator[Emulator]:
    """Run it as long as the block lasts.

    env: more of its environment, which its functions inherit. hosts: more names that
    its certificate is for.
    """
    make_certificate(folder, *hosts)
    (folder / "tmp").mkdir()
    [port] = find_free_ports(1)
    settings = {
        "PATH": "/usr/bin:/bin",
        "TMPDIR": str(folder / "tmp"),
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        # Without it, a port on all addresses is opened.
        "IOT_MTLS_ENABLED": "0",
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(folder / "server.crt"),
        "MINISTACK_SSL_KEY": str(folder / "server.key"),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        # Who called what: for the rights that a deployment takes.
        "CLOUDTRAIL_RECORDING": "1",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
        # What its functions trust, and where they find what they need.
        **dict.fromkeys(
            ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"),
            str(folder / "ca.crt"),
        ),
        **env,
    }
    command = [str(PYTHON), "-m", "ministack"]
    log = folder / "emulator.log"
    child = start_child("the emulator", command, env=settings, log=log, cwd=folder)
    try:
        wait_until(lambda: is_listening(port), "the emulator", child, timeout_s=60)
        yield Emulator(f"https://{HOST}:{port}", folder)
    finally:
        child.stop()
