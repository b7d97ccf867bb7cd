"""A running image: started, invoked, frozen, looked at and removed."""

import itertools
import json
import os
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.images.programs import read_output
from infra.local.functions import (
    RIE,
    Function,
    FunctionSettings,
    call_function,
    make_environment,
)
from infra.local.processes import Child, start_child
from tests.images.bundle import Box, write_bundle
from tests.images.netns import let_in, let_out, socket_within

EMULATOR = "/usr/local/bin/aws-lambda-rie"
PORT, API_PORT = 8080, 9001
_NUMBERS = itertools.count(1)
# From the machine that runs the tests a function gets none of these.
_OURS = ("PATH", "PYTHONPATH", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@dataclass
class Sandbox:
    """One function in its sandbox."""

    name: str
    state: Path
    log: Path
    pid: int
    function: Function

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke the function; raises InvocationError if it fails."""
        return call_function(self.function, event)

    def pids(self) -> list[int]:
        """Return the processes within, by their numbers outside."""
        listed = self._runc("ps", "--format", "json", self.name)
        return list(json.loads(listed) or [])

    def tmp(self) -> Path:
        """Return the sandbox's /tmp as it is seen from outside."""
        return Path(f"/proc/{self.pid}/root/tmp")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all of its processes by the cgroup freezer, as Lambda does."""
        self._runc("pause", self.name)
        try:
            yield
        finally:
            self._runc("resume", self.name)

    def _runc(self, *arguments: str) -> str:
        return read_output(["runc", "--root", str(self.state), *arguments], "runc")


@contextmanager
def running(
    box: Box,
    name: str,
    ports: Sequence[int] = (),
    tls: ssl.SSLContext | None = None,
) -> Iterator[Sandbox]:
    """Run a function under the emulator, with a way out to these ports only."""
    settings = FunctionSettings(
        name, "image", box.limits.timeout_s, box.limits.memory_mb
    )
    lambdas = make_environment(settings)
    lambdas["LAMBDA_TASK_ROOT"] = box.rootfs.folder
    lambdas |= {"AWS_LAMBDA_FUNCTION_HANDLER": box.rootfs.command[-1]}
    given = {key: value for key, value in lambdas.items() if key not in _OURS}
    full = Box(
        box.rootfs,
        box.limits,
        {**given, **box.env},
        {EMULATOR: RIE, **box.files},
    )
    command = [
        EMULATOR,
        *("--runtime-interface-emulator-address", f"127.0.0.1:{PORT}"),
        *("--runtime-api-address", f"127.0.0.1:{API_PORT}"),
        *box.rootfs.command,
    ]
    with ExitStack() as parts:
        sandbox_name, state, folder = parts.enter_context(_bundle(full, command))
        log = folder / "log"
        child = start_child(
            name,
            ["runc", *_run_arguments(state, folder, sandbox_name)],
            env={"PATH": os.environ["PATH"]},
            log=log,
        )
        parts.callback(child.stop)
        parts.callback(_delete, state, sandbox_name)
        pid = _wait_for_pid(state, sandbox_name, child, log)
        for port in ports:
            parts.enter_context(let_out(pid, port, tls))
        entry = parts.enter_context(let_in(pid, PORT))
        function = Function(name, child, entry.port, box.limits.timeout_s)
        yield Sandbox(sandbox_name, state, log, pid, function)


def run_once(
    box: Box, command: Sequence[str], timeout_s: float = 300
) -> "subprocess.CompletedProcess[str]":
    """Run one command in a sandbox to its end."""
    with _bundle(box, command) as (name, state, folder):
        try:
            return subprocess.run(
                ["runc", *_run_arguments(state, folder, name)],
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=timeout_s,
                check=False,
            )
        finally:
            _delete(state, name)


@contextmanager
def _bundle(box: Box, command: Sequence[str]) -> Iterator[tuple[str, Path, Path]]:
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        name = f"nyanpass-{os.getpid()}-{next(_NUMBERS)}"
        bundle = Path(folder) / "bundle"
        write_bundle(bundle, box, command)
        yield name, Path(folder) / "state", bundle


def _run_arguments(state: Path, bundle: Path, name: str) -> list[str]:
    return ["--root", str(state), "run", "--bundle", str(bundle), name]


def _delete(state: Path, name: str) -> None:
    subprocess.run(
        ["runc", "--root", str(state), "delete", "--force", name],
        capture_output=True,
        check=False,
    )


def _wait_for_pid(state: Path, name: str, child: Child, log: Path) -> int:
    """Wait until the emulator listens; return the number of its process."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if child.process.poll() is not None:
            raise AssertionError(f"the sandbox ended: {log.read_text()[-2000:]}")
        done = subprocess.run(
            ["runc", "--root", str(state), "state", name],
            capture_output=True,
            text=True,
            check=False,
        )
        found = json.loads(done.stdout) if done.returncode == 0 else {}
        if found.get("status") == "running" and _listens(found["pid"]):
            return int(found["pid"])
        time.sleep(0.02)
    raise AssertionError(f"the sandbox did not start: {log.read_text()[-2000:]}")


def _listens(pid: int) -> bool:
    with socket_within(pid) as probe:
        return probe.connect_ex(("127.0.0.1", PORT)) == 0
