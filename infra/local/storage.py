"""SeaweedFS as the S3 of one machine: on loopback only, with its data in one folder.

Knows how to start and stop it, how it keeps to its bounds of disk and memory, and how
to make the two buckets with their policies. What is stored in them is the business of
others.
"""

import contextlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.aws.policies import CORS_RULE, make_site_policy
from infra.errors import StartError
from infra.local.logs import Log
from infra.local.ports import HOST, find_free_ports
from infra.local.processes import ROOT, Child, Listener, start_child, wait_until
from infra.local.state import STORAGE_LOG
from infra.local.volumes import NO_BUCKET, are_known, provide_volumes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REGION = "ap-northeast-1"

_PORTS = (
    *("s3.port", "s3.port.grpc", "filer.port", "filer.port.grpc"),
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
)
# Of each volume, replaced objects take this share at most, looked at so often.
_GARBAGE = {"master.garbageThreshold": 0.3, "master.vacuumIntervalSeconds": 20}
# As fast as LevelDB: what is committed is synced when a run has finished (see `disk`).
_PRAGMAS = (
    *("_pragma=journal_mode(wal)", "_pragma=synchronous(normal)"),
    *("_pragma=wal_autocheckpoint(250)", "_pragma=case_sensitive_like(1)"),
)
# Go gives memory back to the system when it has more than it may. What it cannot do
# without is 110 MB: with less it would collect garbage all the time and gain nothing.
MEMORY = {"GOGC": "50", "GOMEMLIMIT": "130MiB"}


@dataclass(frozen=True)
class Webhook:
    """Where the filer posts changes of the files below a folder of its own."""

    url: str
    token: str = field(repr=False)
    folder: str = "/buckets/data/"


@dataclass(frozen=True)
class Storage:
    """A running SeaweedFS: where it listens, and the key to it.

    master: knows the volumes; volume_server: has them.
    """

    child: Child
    endpoint: str
    master: str
    volume_server: str
    access_key: str
    secret_key: str = field(repr=False)
    ports: tuple[int, ...]
    log: Log

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

    def make_child_env(self, **own: str) -> dict[str, str]:
        """Return the environment of a Python process of ours that reads or writes here.

        own: what it needs besides.
        """
        kept = [name for name in ("PATH", "HOME") if name in os.environ]
        env = {name: os.environ[name] for name in kept}
        return {**env, **self.env, "PYTHONPATH": str(ROOT), **own}

    def client(self, attempts: int = 5) -> "S3Client":
        """Make an S3 client with the key; it tries each request so often."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
            config=Config(
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": attempts},
            ),
        )

    def start_again(self) -> None:
        """Start it anew at the same ports; StartError if it does not come up."""
        self.child.start_again()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """Wait until it answers; StartError if it does not come up."""
        try:
            with contextlib.closing(self.client()) as client:
                wait_until(lambda: _answers(self, client), "SeaweedFS", self.child)
                # One that was torn takes no write any more, and needs a successor.
                provide_volumes(self.master, [NO_BUCKET, *_list_buckets(client)])
        except StartError as error:
            self.stop()
            raise StartError(f"{error}; {self.log.baseFilename} says why") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kill it; what was stored stays in the folder.

        Asked to end, it closes its volumes and then tries for ever to write a log.
        """
        self.child.stop(grace_s=0)
        self.log.close()
        remove_sockets(self.ports)


def find_weed() -> str:
    """Find the SeaweedFS program beside the running interpreter."""
    return str(Path(sys.executable).parent / "weed")


def start_storage(folder: Path, webhook: Webhook | None = None) -> Storage:
    """Start SeaweedFS on a folder, and wait until it answers.

    Its ports differ each time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = iter(find_free_ports(len(_PORTS)))
    ports = {name: next(free) for name in _PORTS}
    _note_ports(folder / "ports", ports.values())
    access_key, secret_key = "local", secrets.token_hex(20)
    log = Log(folder.parent / STORAGE_LOG)
    child = start_child(
        "storage",
        _make_command(ports),
        env={
            **_make_environment(access_key, secret_key, webhook),
            **_choose_index(folder),
        },
        listener=_make_listener(log),
        cwd=folder,
    )
    endpoint, master, volume_server = (
        f"http://{HOST}:{ports[name]}"
        for name in ("s3.port", "master.port", "volume.port")
    )
    numbers = tuple(ports.values())
    storage = Storage(
        child, endpoint, master, volume_server, access_key, secret_key, numbers, log
    )
    storage.wait_until_up()
    return storage


def _make_command(ports: Mapping[str, int]) -> list[str]:
    options = {
        # Where it runs: it would take a comma in a path for the end of it.
        "dir": ".",
        "ip": HOST,
        "ip.bind": HOST,
        "filer": "true",
        "s3": "true",
        # Nothing leaves this machine, and nothing runs that is not needed.
        "master.telemetry": "false",
        "master.peers": "none",
        "s3.iam": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.autoCreateBucket": "false",
        "volume.preStopSeconds": 0,
        # Each bucket takes some volumes, which can become as large as they may.
        "volume.max": 10_000,
        # It writes as long as there is room.
        "volume.minFreeSpace": "1MiB",
        **_GARBAGE,
        **ports,
    }
    return [
        find_weed(),
        "server",
        *(f"-{name}={value}" for name, value in options.items()),
    ]


def _make_environment(
    access_key: str, secret_key: str, webhook: Webhook | None
) -> dict[str, str]:
    settings = {
        # It never gives a volume back: those that are needed are made by `volumes`. A
        # write that finds none to write to waits for one, up to 30 seconds.
        "MASTER_VOLUME_GROWTH_DISABLE": "true",
        # The log of changes is for other filers, of which there are none.
        "MASTER_MAINTENANCE_SCRIPTS": "fs.log.purge -daysAgo=0",
        "MASTER_MAINTENANCE_SLEEP_MINUTES": "1",
    }
    if webhook:
        settings |= {
            "NOTIFICATION_WEBHOOK_ENABLED": "true",
            "NOTIFICATION_WEBHOOK_ENDPOINT": webhook.url,
            "NOTIFICATION_WEBHOOK_BEARER_TOKEN": webhook.token,
            "NOTIFICATION_WEBHOOK_PATH_PREFIXES": webhook.folder,
        }
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/tmp"),
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        **MEMORY,
        **{f"WEED_{name}": value for name, value in settings.items()},
    }


def _choose_index(folder: Path) -> dict[str, str]:
    """Keep the names of the objects in SQLite, unless they are in LevelDB already.

    LevelDB keeps what was replaced, on the disk and in memory: 16 MB in each of eight.
    """
    if (folder / "filerldb2" / "00").exists():
        return {}
    return {
        "WEED_LEVELDB2_ENABLED": "false",
        "WEED_SQLITE_ENABLED": "true",
        "WEED_SQLITE_DBFILE": f"file:./filer.db?{'&'.join(_PRAGMAS)}",
    }


def _make_listener(log: Log) -> Listener:
    return lambda line: log.write(line.decode(errors="replace").rstrip())


def _note_ports(path: Path, ports: Collection[int]) -> None:
    """Write down the ports; remove what a run before has left that is named after them.

    That is the sockets of one that was killed, and the folder that the master keeps.
    """
    for folder in path.parent.glob("m[0-9]*"):
        shutil.rmtree(folder, ignore_errors=True)
    if path.exists():
        remove_sockets(path.read_text("utf-8", errors="replace").split())
    path.write_text(" ".join(map(str, ports)), "utf-8")


def remove_sockets(ports: Iterable[int | str]) -> None:
    """Remove the Unix sockets that it leaves behind, named after its ports."""
    for port in ports:
        for socket in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
            socket.unlink(missing_ok=True)


def _answers(storage: Storage, client: "S3Client") -> bool:
    try:
        requests.get(storage.endpoint, timeout=2)
        known = are_known(storage.master, storage.volume_server)
        _list_buckets(client)
    except (requests.RequestException, ClientError):
        # It listens before it has read its credentials.
        return False
    return known


def _list_buckets(client: "S3Client") -> set[str]:
    return {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}


def create_buckets(storage: Storage, client: "S3Client", data: str, site: str) -> None:
    """Make the private data bucket and the public site bucket unless they exist."""
    present = _list_buckets(client)
    provide_volumes(storage.master, (data, site))
    for name in (data, site):
        if name not in present:
            client.create_bucket(Bucket=name)
    client.put_bucket_policy(Bucket=site, Policy=json.dumps(make_site_policy(site)))
    client.put_bucket_cors(
        Bucket=site,
        CORSConfiguration={"CORSRules": [CORS_RULE]},  # type: ignore[list-item]
    )
