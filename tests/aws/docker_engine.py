"""A real Docker engine in a small world of its own, which leaves nothing behind.

dockerd has namespaces of its own: of processes, so that none of them outlives it; of
mounts, where a registry's name leads to loopback; and of the network, where its
bridge and its packet filter are, and any port is free. slirp4netns leads out of it.
The machine's own Docker, if it has one, is neither asked nor changed.
"""

import contextlib
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.images.debian import NAME, make_command
from infra.images.programs import read_output, require_programs
from infra.local.processes import Child, start_child, wait_until

# What is seen only in there. A running containerd of the machine would be used
# instead of an own one, so its socket is covered.
START = """\
set -e
[ ! -d /run/containerd ] || mount -t tmpfs none /run/containerd
mount --bind hosts /etc/hosts
mount --bind resolv.conf /etc/resolv.conf
exec dockerd "$@"
"""
UNSHARE = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child")
# Where slirp4netns answers for names, and its route out.
NAMESERVER, WAY_OUT = "10.0.2.3", "tap0\t00000000"
# Debian 12 has neither in a usable version; Docker finds them among the plugins of its
# settings.
PLUGINS = ("docker-buildx", "docker-compose")
# Version 1 has a tree for each controller.
CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class DockerEngine:
    """pid: dockerd; its world is that of this process."""

    pid: int
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """Return the variables that lead a client there."""
        return {
            "DOCKER_HOST": f"unix://{self.folder}/docker.sock",
            "DOCKER_CONFIG": str(self.folder / "config"),
        }

    def enter(self, folder: Path, command: Sequence[str]) -> list[str]:
        """Return a command that runs another one in the engine's world."""
        enter = ("nsenter", "--target", str(self.pid), "--mount", "--net", "--pid")
        return [*enter, f"--wdns={folder}", "--", *command]


@contextlib.contextmanager
def run_docker(folder: Path, trusted: Path, *hosts: str) -> Iterator[DockerEngine]:
    """Run an engine as long as the block lasts, with the images' base in it.

    Its log stays in the folder. trusted: the bundle of certificates that it believes.
    hosts: names that lead to loopback in its world.
    """
    require_programs("dockerd", "iptables", "slirp4netns", "mmdebstrap")
    place = folder / "docker"
    place.mkdir()
    try:
        _make_base(place)
        with _run_daemon(place, folder / "docker.log", trusted, hosts) as engine:
            load = ["docker", "import", "--change=CMD bash", "base.tar", NAME]
            read_output(engine.enter(place, load), "docker import", engine.env)
            yield engine
    finally:
        shutil.rmtree(place)


def _make_base(place: Path) -> None:
    """Make the images' base, and take the plugins out of the same release of Debian."""
    download = (
        f"cd {place} && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG "
        f"apt-get download -qq {' '.join(PLUGINS)}"
    )
    command = make_command(place / "base.tar", [f"--essential-hook={download}"])
    read_output(command, "mmdebstrap")
    plugins = place / "config" / "cli-plugins"
    plugins.mkdir(parents=True)
    for name in PLUGINS:
        [package] = place.glob(f"{name}_*.deb")
        read_output(["dpkg-deb", "-x", str(package), f"{place}/{name}"], "dpkg-deb")
        found = place / name / "usr" / "libexec" / "docker" / "cli-plugins"
        (found / name).rename(plugins / name)


@contextlib.contextmanager
def _run_daemon(
    place: Path, log: Path, trusted: Path, hosts: Sequence[str]
) -> Iterator[DockerEngine]:
    lines = [f"127.0.0.1 {host}\n" for host in hosts]
    known = Path("/etc/hosts").read_text("utf-8").rstrip("\n")
    (place / "hosts").write_text(f"{known}\n{''.join(lines)}")
    (place / "resolv.conf").write_text(f"nameserver {NAMESERVER}\n")
    (place / "daemon.json").write_text("{}")
    options = [f"--host=unix://{place}/docker.sock", f"--pidfile={place}/pid"]
    options += [f"--config-file={place}/daemon.json"]
    options += [f"--data-root={place}/data", f"--exec-root={place}/exec"]
    # Containers have their groups below one that can be told from other engines'.
    group = f"docker-{os.getpid()}"
    options += ["--exec-opt=native.cgroupdriver=cgroupfs", f"--cgroup-parent=/{group}"]
    command = [*UNSHARE, "--mount-proc", "sh", "-c", START, "dockerd", *options]
    env = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": str(trusted)}
    daemon = start_child("dockerd", command, env=env, log=log, cwd=place)
    try:
        wait_until(lambda: bool(_list_children(daemon)), "dockerd", daemon)
        [pid] = _list_children(daemon)
        engine = DockerEngine(pid, place)
        with _open_way_out(pid, log):
            wait_until(lambda: _answers(engine.env), "dockerd", daemon, timeout_s=60)
            yield engine
    finally:
        _end_world(daemon)
        _remove_groups(group)


def _end_world(daemon: Child) -> None:
    """Kill the daemon, of which nothing is kept, and wait until all there is gone.

    The first process of a world ends after all others.
    """
    firsts = [os.pidfd_open(pid) for pid in _list_children(daemon)]
    daemon.stop(grace_s=0)
    for first in firsts:
        select.select([first], [], [], 30)
        os.close(first)


def _remove_groups(name: str) -> None:
    """Remove the control groups that the containers leave, the inner ones first."""
    for top in [*CGROUPS.glob(name), *CGROUPS.glob(f"*/{name}")]:
        inner = [path for path in top.rglob("*") if path.is_dir()]
        for path in [*sorted(inner, reverse=True), top]:
            path.rmdir()


@contextlib.contextmanager
def _open_way_out(pid: int, log: Path) -> Iterator[None]:
    """Let the network of a process reach that of this machine, but not its loopback."""
    command = ["slirp4netns", "--configure", "--disable-host-loopback"]
    slirp = start_child(
        "slirp4netns", [*command, str(pid), "tap0"], env=os.environ, log=log
    )
    routes = Path(f"/proc/{pid}/net/route")
    try:
        wait_until(lambda: WAY_OUT in routes.read_text(), "slirp4netns", slirp)
        yield
    finally:
        slirp.stop()


def _list_children(parent: Child) -> list[int]:
    pid = parent.process.pid
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in listed.split()]
    return []


def _answers(env: Mapping[str, str]) -> bool:
    asked = subprocess.run(
        ["docker", "info"], env={**os.environ, **env}, capture_output=True, check=False
    )
    return asked.returncode == 0
