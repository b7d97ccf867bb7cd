"""Running other programs, and installing those that a bare Debian lacks."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from infra.errors import ToolError

# Program -> Debian package.
PACKAGES = {
    "buildah": "buildah",
    "mmdebstrap": "mmdebstrap",
    "runc": "runc",
    "docker-registry": "docker-registry",
    "htpasswd": "apache2-utils",
    "openssl": "openssl",
    "dockerd": "docker.io",
    "iptables": "iptables",
    "slirp4netns": "slirp4netns",
    "systemd-analyze": "systemd",
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
# Where Debian keeps what root runs; not everybody's PATH has it.
ROOTS = "/usr/sbin:/sbin"


def run_program(
    command: Sequence[str], what: str, env: Mapping[str, str] | None = None
) -> None:
    """Run a program whose output goes to the console; raises ToolError if it fails."""
    sys.stdout.flush()
    done = subprocess.run(command, env={**os.environ, **(env or {})}, check=False)
    if done.returncode:
        raise ToolError(f"{what} failed (exit code {done.returncode}); see above")


def read_output(
    command: Sequence[str],
    what: str,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> str:
    """Run a program and return what it prints.

    Raises ToolError with the last line of its complaint if it fails.
    """
    done = subprocess.run(
        command,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ToolError(f"{what} failed: {lines[-1]}")
    return done.stdout.strip()


def require_programs(*programs: str) -> None:
    """Install missing programs; raises ToolError where only root could."""
    os.environ["PATH"] = f"{os.environ['PATH']}:{ROOTS}"
    missing = [PACKAGES[name] for name in programs if shutil.which(name) is None]
    if not missing:
        return
    if os.geteuid() or shutil.which("apt-get") is None:
        raise ToolError(
            f"missing: {', '.join(missing)}; on Debian, as root: "
            f"apt-get install {' '.join(missing)}"
        )
    print(f"installing {', '.join(missing)}", flush=True)
    # Without a runlevel no service is started; the tests run what they need.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    read_output(["apt-get", "update", "-qq"], "apt-get update", quiet)
    install = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends"]
    read_output([*install, *missing], "apt-get install", quiet)
