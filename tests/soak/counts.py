"""What a stack holds between two hours: processes, descriptors, files, room, memory."""

import contextlib
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.processes import find_descendants
from infra.local.settings import DATA_BUCKET, SITE_BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Go starts threads, and keeps files and sockets open, as it likes.
_GO = ("weed", "aws-lambda-rie")


@dataclass(frozen=True)
class Counts:
    """Counts at rest.

    go_descriptors, go_threads: of the programs that are written in Go, whose numbers
    move a little by themselves. volumes: what the storage keeps the objects in. files:
    in the stack's folder, and disk_bytes what they take; stored_bytes: the sum of the
    objects' sizes.
    memory_bytes: resident, of all processes; what they share counts for each.
    """

    processes: int
    zombies: int
    threads: int
    descriptors: int
    go_threads: int
    go_descriptors: int
    volumes: int
    files: int
    disk_bytes: int
    stored_bytes: int
    memory_bytes: int


def count_all(folder: Path, client: "S3Client") -> Counts:
    """Count what this process, all below it and its folder hold now."""
    pids = {os.getpid(), *find_descendants(os.getpid())}
    names = {pid: _read(pid, "comm").strip() for pid in pids}
    go = {pid for pid in pids if names[pid].startswith(_GO)}
    files = list(folder.rglob("*"))
    return Counts(
        processes=len(pids),
        zombies=sum(_number(pid, r"State:\s+Z()") for pid in pids),
        threads=sum(_number(pid, r"Threads:\s+(\d+)") for pid in pids - go),
        descriptors=sum(map(_count_descriptors, pids - go)),
        go_threads=sum(_number(pid, r"Threads:\s+(\d+)") for pid in go),
        go_descriptors=sum(map(_count_descriptors, go)),
        volumes=sum(path.suffix == ".dat" for path in files),
        files=len(files),
        disk_bytes=sum(map(_measure_disk, files)),
        stored_bytes=sum(
            _measure_bucket(client, b) for b in (DATA_BUCKET, SITE_BUCKET)
        ),
        memory_bytes=1024 * sum(_number(pid, r"VmRSS:\s+(\d+)") for pid in pids),
    )


def describe_counts(tick: int, counts: Counts) -> str:
    """Return the counts in a line."""
    values = [
        f"{name.removesuffix('_bytes')} {value / 1e6:.1f} MB"
        if name.endswith("_bytes")
        else f"{name.replace('_', ' ')} {value}"
        for name, value in asdict(counts).items()
    ]
    return f"tick {tick:>4}: {', '.join(values)}"


def _measure_disk(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return path.lstat().st_blocks * 512
    return 0


def _measure_bucket(client: "S3Client", bucket: str) -> int:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(each["Size"] for page in pages for each in page.get("Contents", []))


def _count_descriptors(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0


def _number(pid: int, pattern: str) -> int:
    found = re.search(pattern, _read(pid, "status"))
    return int(found[1] or 1) if found else 0


def _read(pid: int, name: str) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_text("utf-8", errors="replace")
    return ""
