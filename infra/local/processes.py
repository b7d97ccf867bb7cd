"""Child processes that never outlive the stack, and can be started again.

Each leads a process group of its own, so that a Ctrl-C reaches only the stack, which
then stops its parts in order.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from infra.errors import StartError

# Where a child finds the packages of the project.
ROOT = Path(__file__).resolve().parents[2]
# Is given each line of a child's output, in a thread of its own.
Listener = Callable[[bytes], None]


class Child:
    """A child process, its name in messages, and how it is started."""

    def __init__(
        self,
        name: str,
        spawn: Callable[[], subprocess.Popen[bytes]],
        listener: Listener | None = None,
    ) -> None:
        """Start it; the listener is given each line of its output."""
        self.name = name
        self._spawn = spawn
        self._listener = listener
        self._start()

    def _start(self) -> None:
        self.process = self._spawn()
        self._reader = threading.Thread(
            target=self._read, name=f"{self.name} output", daemon=True
        )
        if self._listener:
            self._reader.start()

    def _read(self) -> None:
        assert self._listener is not None
        assert self.process.stdout is not None
        # It may be closed while something that outlives the child holds it.
        with contextlib.suppress(ValueError):
            for line in self.process.stdout:
                self._listener(line)

    def find_end(self) -> str | None:
        """Say how the process has ended; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"code {code}"

    def start_again(self) -> None:
        """End what is left of it, and start it as before."""
        self.stop(grace_s=0)
        self._start()

    def stop(self, grace_s: float = 5.0) -> None:
        """End the whole process group: ask first, then kill."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(grace_s)
        self.kill()
        self.process.wait()
        if self._listener:
            self._reader.join(1.0)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def kill(self) -> None:
        """Kill the whole process group."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def start_child(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    listener: Listener | None = None,
    log: Path | None = None,
    cwd: Path | None = None,
) -> Child:
    """Start a child; its output goes to the listener or the log, or else into a pipe.

    Call it from the main thread, and `start_again`, too: the kernel ends the child
    when the *thread* that started it ends (PR_SET_PDEATHSIG in prctl(2)).
    """

    def spawn() -> subprocess.Popen[bytes]:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children are started by the main thread only")
        if shutil.which(command[0]) is None:
            raise StartError(f"{name}: {command[0]} is missing; run: make setup")
        with log.open("ab") if log else contextlib.nullcontext() as output:
            return subprocess.Popen(
                _bind_to_parent(command),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output or subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    return Child(name, spawn, listener)


def _bind_to_parent(command: Sequence[str]) -> list[str]:
    """Return the command, wrapped so that the kernel kills it with its parent."""
    # Not in preexec_fn: forking with threads around is deprecated.
    setpriv = shutil.which("setpriv")
    return [*([setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []), *command]


def reap_orphans(children: Collection[Child]) -> None:
    """Wait for processes that have ended and are none of these children.

    A renderer that was killed leaves its browser to the stack.
    """
    ours = {child.process.pid for child in children}
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with contextlib.suppress(ChildProcessError):
        # The state of a child is its own to ask for: Popen would miss it.
        while (ended := os.waitid(os.P_ALL, 0, look)) and ended.si_pid not in ours:
            os.waitpid(ended.si_pid, 0)


def end_descendants() -> None:
    """Kill every process below this one, and wait until all are gone."""
    while pids := find_descendants(os.getpid()):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def find_descendants(root: int) -> set[int]:
    """Return the ids of all processes below one, including zombies."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # The name in brackets may hold blanks; state and parent follow it.
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
    found = {root}
    while more := {pid for pid, up in parents.items() if up in found} - found:
        found |= more
    return found - {root}


def wait_until(
    ready: Callable[[], bool], what: str, child: Child, timeout_s: float = 30.0
) -> None:
    """Wait until a part is ready; StartError if time runs out or the child ends."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        code = child.process.poll()
        if code is not None:
            raise StartError(f"{what} did not come up: it ended with code {code}")
        if time.monotonic() > deadline:
            raise StartError(f"{what} was not ready within {timeout_s:.0f} seconds")
        time.sleep(0.05)
