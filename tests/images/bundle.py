"""What runc is told, so that an image runs as Lambda would run it.

User 993 and group 990, no capability and no way to one, a read-only root, 512 MB
in /tmp and nothing else to write to, no /dev/shm, 1,024 processes and files, and
a network of its own without a way out.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.images.rootfs import Rootfs

USER, GROUP = 993, 990
# The home that Lambda's user has by name; the folder does not exist.
HOME = "/home/sbx_user1051"
TMP_MB = 512
# 1,769 MB are one vCPU's worth.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MB_PER_CPU = 1769
PERIOD_US = 100_000


@dataclass(frozen=True)
class Limits:
    """What a function's configuration allows it; None: as many CPUs as there are."""

    memory_mb: int
    timeout_s: int
    cpus: float | None = None

    @property
    def cpu_quota_us(self) -> int:
        """Give the CPU time per period; without a number, what Lambda gives."""
        cpus = self.cpus or self.memory_mb / MB_PER_CPU
        return round(cpus * PERIOD_US)


@dataclass(frozen=True)
class Box:
    """What is put into a sandbox: an image, settings and files laid over it."""

    rootfs: Rootfs
    limits: Limits
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


def write_bundle(folder: Path, box: Box, command: Sequence[str]) -> None:
    """Write config.json for a command in a box."""
    config = {
        "ociVersion": "1.0.2",
        "root": {"path": str(box.rootfs.path), "readonly": True},
        "process": _process(box, command),
        "mounts": _mounts(box.files),
        "linux": _linux(box.limits),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1))


def _process(box: Box, command: Sequence[str]) -> dict[str, object]:
    env = {**box.rootfs.env, "HOME": HOME, **box.env}
    return {
        "terminal": False,
        "user": {"uid": USER, "gid": GROUP},
        "args": list(command),
        "env": [f"{name}={value}" for name, value in env.items()],
        "cwd": box.rootfs.folder,
        "capabilities": {},
        "rlimits": [
            {"type": name, "soft": 1024, "hard": 1024}
            for name in ("RLIMIT_NPROC", "RLIMIT_NOFILE")
        ],
        "noNewPrivileges": True,
    }


def _mounts(files: Mapping[str, Path]) -> list[dict[str, object]]:
    kept = ["nosuid", "nodev"]
    mounts: list[dict[str, object]] = [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {
            "destination": "/dev",
            "type": "tmpfs",
            "source": "tmpfs",
            "options": ["nosuid", "strictatime", "mode=755", "size=64k"],
        },
        {
            "destination": "/tmp",
            "type": "tmpfs",
            "source": "tmpfs",
            "options": [*kept, "mode=1777", f"size={TMP_MB}m"],
        },
    ]
    for inside, outside in files.items():
        bind = {"destination": inside, "type": "bind", "source": str(outside)}
        mounts.append({**bind, "options": ["bind", "ro"]})
    return mounts


def _linux(limits: Limits) -> dict[str, object]:
    memory = limits.memory_mb * 2**20
    namespaces = ("pid", "ipc", "uts", "mount", "network")
    return {
        "namespaces": [{"type": name} for name in namespaces],
        "resources": {
            "devices": [{"allow": False, "access": "rwm"}],
            "memory": {"limit": memory, "swap": memory},
            "cpu": {"quota": limits.cpu_quota_us, "period": PERIOD_US},
        },
    }
