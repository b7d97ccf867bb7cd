"""moto's server as a stand-in for AWS, where it is real enough.

Its CloudFormation reports success for much that it ignores, so what it says is
used for the way of the calls only; the properties are asserted on the template.
"""

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import requests

from infra.local.ports import HOST, find_free_ports, is_listening
from infra.local.processes import start_child, wait_until
from tests.resolver import PSEUDO

OCI = "application/vnd.oci.image.manifest.v1+json"
REGION = PSEUDO["AWS::Region"]
# It reads a template several times a test, in a tenth of the time with libyaml, and
# lints it, which is needed only once.
MAIN = """
import functools
import yaml
from moto.cloudformation import models
from moto.server import main
yaml.Loader = yaml.loader.Loader = yaml.CLoader
models.validate_template_cfn_lint = functools.cache(models.validate_template_cfn_lint)
main()
"""


@dataclass(frozen=True)
class Moto:
    """A running server."""

    endpoint: str

    @property
    def env(self) -> dict[str, str]:
        """Give the standard AWS variables that lead every SDK here."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def session(
        self, key: str = "test", secret: str = "test", token: str | None = None
    ) -> boto3.Session:
        """Make a session with these credentials."""
        return boto3.Session(
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            region_name=REGION,
        )

    def client(self, service: str, session: boto3.Session | None = None) -> Any:
        """Make a client of a service."""
        session = session or _share_session(self)
        return session.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]

    def put_image(self, image: str) -> str:
        """Have ECR hold an image, by its digest; return its address."""
        repository, _, digest = image.partition("/")[2].partition("@")
        ecr = self.client("ecr")
        with contextlib.suppress(ecr.exceptions.RepositoryAlreadyExistsException):
            ecr.create_repository(repositoryName=repository)
        manifest = json.dumps({"mediaType": OCI, "layers": [], "digest": digest})
        given = {"repositoryName": repository, "imageManifest": manifest}
        ecr.put_image(**given, imageDigest=digest)
        return image

    def reset(self) -> None:
        """Forget everything that was made."""
        requests.post(f"{self.endpoint}/moto-api/reset", timeout=10)

    @contextlib.contextmanager
    def enforcing(self) -> Iterator[None]:
        """Check what the credentials of every request allow."""
        self._unchecked("0")
        try:
            yield
        finally:
            self._unchecked("inf")

    def _unchecked(self, number: str) -> None:
        requests.post(
            f"{self.endpoint}/moto-api/reset-auth",
            data=number,
            headers={"Content-Type": "text/plain"},
            timeout=10,
        ).raise_for_status()


@cache
def _share_session(moto: Moto) -> boto3.Session:
    return moto.session()


@contextlib.contextmanager
def run_moto(log: Path) -> Iterator[Moto]:
    """Run the server as long as the block lasts."""
    [port] = find_free_ports(1)
    command = [sys.executable, "-c", MAIN, "-H", HOST, "-p", str(port)]
    child = start_child("moto", command, env={"PATH": "/usr/bin:/bin"}, log=log)
    try:
        wait_until(lambda: is_listening(port), "moto", child, timeout_s=60)
        yield Moto(f"http://{HOST}:{port}")
    finally:
        child.stop()
