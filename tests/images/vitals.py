"""What a sandbox holds on to: descriptors, threads, processes, files, memory."""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.images.sandbox import Sandbox

MB = 2**20


@dataclass(frozen=True)
class Vitals:
    """Counts that must not grow from one invocation to the next."""

    processes: int
    zombies: int
    threads: int
    descriptors: int
    tmp_entries: int
    tmp_bytes: int


def vitals_of(sandbox: Sandbox) -> Vitals:
    """Count what is there between two invocations."""
    pids = sandbox.pids()
    # The emulator is no part of the image, and Go starts threads as it likes.
    ours = [pid for pid in pids if pid != sandbox.pid]
    files = list(sandbox.tmp().rglob("*"))
    return Vitals(
        processes=len(pids),
        zombies=sum(_state(pid) == "Z" for pid in pids),
        threads=sum(_number(pid, "Threads") for pid in ours),
        descriptors=sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in ours),
        tmp_entries=len(files),
        tmp_bytes=sum(file.lstat().st_blocks * 512 for file in files),
    )


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _number(pid: int, name: str) -> int:
    found = re.search(
        rf"^{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M
    )
    return int(found[1]) if found else 0


@dataclass
class Peak:
    """The most memory that the processes held together, in bytes.

    pss: all their pages, shared ones divided among those that share them.
    anonymous: without what can be read from the image again at any time.
    """

    pss: int = 0
    anonymous: int = 0
    names: tuple[str, ...] = ()


@contextmanager
def peak_memory(root: int, every_s: float = 0.05) -> Iterator[Peak]:
    """Watch the memory of a process and all below it for as long as the block lasts."""
    peak, stopped = Peak(), threading.Event()

    def watch() -> None:
        while not stopped.wait(every_s):
            _measure(root, peak)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        stopped.set()
        thread.join()


def _measure(root: int, peak: Peak) -> None:
    sums: dict[str, tuple[int, int]] = {}
    for pid in _children_of(root):
        with suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            pss, anonymous = _kb(rollup, "Pss"), _kb(rollup, "Anonymous")
            sums[f"{name} {pid}"] = (pss, anonymous)
    pss = sum(pss for pss, _ in sums.values())
    if pss > peak.pss:
        peak.pss = pss
        peak.names = tuple(
            f"{name.split()[0]} {pss // MB} MB"
            for name, (pss, _) in sorted(sums.items(), key=lambda item: -item[1][0])
        )
    peak.anonymous = max(peak.anonymous, sum(part for _, part in sums.values()))


def _kb(rollup: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", rollup, re.M)
    return 1024 * int(found[1]) if found else 0


def _children_of(root: int) -> Iterable[int]:
    """Give the process and all below it, without runc's help: this runs often."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())


def wait_for_quiet(sandbox: Sandbox, processes: int, timeout_s: float = 5.0) -> None:
    """Wait until killed processes are gone, too."""
    deadline = time.monotonic() + timeout_s
    while len(sandbox.pids()) > processes and time.monotonic() < deadline:
        time.sleep(0.05)
