"""SeaweedFS as the S3 of one machine: on loopback only, with its data in one folder.

Knows how to start and stop it, and how to make the two buckets with their policies.
What is stored in them is the business of others.
"""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.aws.policies import CORS_RULE, make_site_policy
from infra.local.ports import HOST, find_free_ports, require_free
from infra.local.processes import Child, start_child, wait_until

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REGION = "ap-northeast-1"


@dataclass(frozen=True)
class Storage:
    """A running SeaweedFS: where it listens, and the key to it."""

    child: Child
    endpoint: str
    filer: str
    access_key: str
    secret_key: str
    ports: tuple[int, ...]

    @property
    def env(self) -> dict[str, str]:
        """Return the standard AWS variables that lead any SDK here."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self) -> "S3Client":
        """Make an S3 client with the key."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
            config=Config(s3={"addressing_style": "path"}),
        )

    def stop(self) -> None:
        """Stop it; what was stored stays in the folder."""
        self.child.stop(grace_s=10.0)
        # It leaves its Unix sockets behind, named after its ports.
        for port in self.ports:
            for socket in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                socket.unlink(missing_ok=True)


def find_weed() -> str:
    """Find the SeaweedFS program beside the running interpreter."""
    return str(Path(sys.executable).parent / "weed")


def start_storage(folder: Path, port: int = 0) -> Storage:
    """Start SeaweedFS on a folder, and wait until it answers.

    port: of S3, 0 for any free one. The other ports differ each time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # It silently moves to other ports when one is taken, so all are checked.
    free = iter(find_free_ports(9))
    s3_port = require_free(port, "PORT") if port else next(free)
    filer, filer_grpc = next(free), next(free)
    ports = {"s3.port": s3_port, "filer.port": filer, "filer.port.grpc": filer_grpc}
    for name in ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"):
        ports[name] = next(free)
    ports |= {"s3.port.grpc": next(free), "admin.port": next(free)}
    access_key, secret_key = "local", secrets.token_hex(20)
    child = start_child(
        "storage",
        _make_command(ports),
        env=_make_environment(access_key, secret_key),
        log=folder.parent / "storage.log",
        cwd=folder,
    )
    endpoint = f"http://{HOST}:{s3_port}"
    storage = Storage(
        child,
        endpoint,
        f"{HOST}:{filer}.{filer_grpc}",
        access_key,
        secret_key,
        (*ports.values(), ports["admin.port"] + 10_000),
    )
    try:
        wait_until(lambda: _answers(storage), "SeaweedFS", child)
    except BaseException:
        storage.stop()
        raise
    return storage


def _make_command(ports: Mapping[str, int]) -> list[str]:
    options = {
        # Where it runs: it would take a comma in a path for the end of it.
        "dir": ".",
        "ip": HOST,
        "ip.bind": HOST,
        # Nothing leaves this machine, and nothing runs that is not needed.
        "master.telemetry": "false",
        "admin.ui": "false",
        "webdav": "false",
        "s3.iam": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.autoCreateBucket": "false",
        "volume.preStopSeconds": 0,
        # Each bucket takes some volumes; they cost nothing until written to.
        "volume.max": 10_000,
        **ports,
    }
    return [
        find_weed(),
        "mini",
        *(f"-{name}={value}" for name, value in options.items()),
    ]


def _make_environment(access_key: str, secret_key: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/tmp"),
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
    }


def _answers(storage: Storage) -> bool:
    try:
        requests.get(storage.endpoint, timeout=2)
    except requests.RequestException:
        return False
    client = storage.client()
    try:
        client.list_buckets()
    except ClientError:
        # It listens before it has read its credentials.
        return False
    finally:
        client.close()
    return True


def create_buckets(client: "S3Client", data: str, site: str) -> None:
    """Make the private data bucket and the public site bucket unless they exist."""
    present = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for name in (data, site):
        if name not in present:
            client.create_bucket(Bucket=name)
    client.put_bucket_policy(Bucket=site, Policy=json.dumps(make_site_policy(site)))
    client.put_bucket_cors(
        Bucket=site,
        CORSConfiguration={"CORSRules": [CORS_RULE]},  # type: ignore[list-item]
    )
