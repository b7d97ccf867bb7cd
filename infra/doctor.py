"""What else is missing on this machine: `make doctor`, after `infra/machine.sh`.

Before anything is installed, so it needs Python alone. `python -m infra.doctor network`
only says, in one line, whether what setup asks for can be reached.
"""

import configparser
import contextlib
import os
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from infra.environment import read_whole
from infra.errors import SettingsError
from infra.local.ports import DEFAULT_PORT, is_listening

PYPI, NPM = "https://pypi.org/simple", "https://registry.npmjs.org"
PIP_FILES = (
    *("/etc/xdg/pip/pip.conf", "/etc/pip.conf"),
    *("~/.pip/pip.conf", "~/.config/pip/pip.conf"),
)
NPM_FILES = ("/etc/npmrc", "~/.npmrc")
TIMEOUT_S = 10
BROWSER = Path(".browser") / "chromium"

Check = tuple[str, str]
OK, NOTE, MISSING = "ok", "note", "MISSING"


def find_pip_index() -> str:
    """Return the package index that pip is configured to ask."""
    if index := os.environ.get("PIP_INDEX_URL"):
        return index
    config = configparser.RawConfigParser(strict=False)
    given = os.environ.get("PIP_CONFIG_FILE", "")
    for path in (Path(name).expanduser() for name in (*PIP_FILES, given) if name):
        # What is wrong with a file that pip cannot read either, pip says.
        with contextlib.suppress(configparser.Error, OSError):
            config.read_string(path.read_text("utf-8", errors="replace"))
    return config.get("global", "index-url", fallback=PYPI)


def find_npm_registry() -> str:
    """Return the registry that npm is configured to ask."""
    for variable in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if given := os.environ.get(variable):
            return given
    found = NPM
    for path in (Path(name).expanduser() for name in NPM_FILES):
        with contextlib.suppress(OSError):
            for line in path.read_text("utf-8", errors="replace").splitlines():
                key, _, value = line.partition("=")
                if key.strip() == "registry":
                    found = value.strip()
    return found


def split_host(url: str) -> tuple[str, str]:
    """Return the host of an address, and the address to ask, without a login.

    Raises ValueError for what is no address of the web.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    place = parts.netloc.rpartition("@")[2]
    return parts.hostname, parts._replace(netloc=place).geturl().rstrip("/") + "/"


def check_network() -> Iterator[Check]:
    """Say of both registries whether they answer; never where, but for the host."""
    trust = ssl.create_default_context()
    if authorities := os.environ.get("PIP_CERT"):
        try:
            trust.load_verify_locations(authorities)
        except OSError:
            problem = f"PIP_CERT={authorities} holds no certificates that can be read"
            yield MISSING, f"{problem}: mend it, or unset it"
            return
    for what, variable, url in (
        ("packages", "PIP_INDEX_URL", find_pip_index()),
        ("the browser", "NPM_CONFIG_REGISTRY", find_npm_registry()),
    ):
        try:
            host, address = split_host(url)
        except ValueError:
            yield MISSING, f"the network, for {what}: {variable} is no web address"
            continue
        try:
            urllib.request.urlopen(address, timeout=TIMEOUT_S, context=trust).close()
        except urllib.error.HTTPError:
            pass  # It answers, whatever it thinks of the question.
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            yield (
                MISSING,
                f"the network, for {what}: {host} does not answer ({reason}): check "
                f"the connection, the proxy (HTTPS_PROXY) or {variable}",
            )
            continue
        yield OK, f"the network, for {what}: {host} answers"


def check_port() -> Iterator[Check]:
    """Say whether the site's port is free."""
    try:
        port = read_whole(os.environ, "PORT", DEFAULT_PORT, 0, 65_535)
    except SettingsError as error:
        yield MISSING, f"{error}; 0 is any that is free"
        return
    if is_listening(port):
        yield NOTE, f"port {port} is in use: `make run PORT=0` takes any other"
    else:
        yield OK, f"port {port} is free"


def check_browser() -> Iterator[Check]:
    """Say whether the browser, once it is installed, finds its libraries."""
    if not BROWSER.is_file():
        yield NOTE, "nothing is installed yet: `make run` does it"
        return
    env = {**os.environ, "LD_LIBRARY_PATH": str(BROWSER.parent / "lib")}
    told = subprocess.run(
        ["ldd", str(BROWSER)], env=env, capture_output=True, text=True, check=False
    )
    lost = [line.split()[0] for line in told.stdout.splitlines() if "not found" in line]
    if lost:
        yield MISSING, f"the browser's libraries {', '.join(lost)}: install them"
    else:
        yield OK, "the browser and its libraries"


def check_extras() -> Iterator[Check]:
    """Say what only some commands need."""
    if not shutil.which("setpriv"):
        yield NOTE, "setpriv is missing (util-linux): a killed stack may leave parts"
    if not (shutil.which("docker") or shutil.which("buildah")):
        yield NOTE, "neither Docker nor buildah, for `make images` and push-images"
    if os.geteuid():
        yield NOTE, "not root, as test-images, test-aws and test-debian want it"


CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    check_network,
    check_port,
    check_browser,
    check_extras,
)


def main(arguments: list[str]) -> int:
    """Print what was found; 1 if something is missing."""
    if arguments == ["network"]:
        for state, words in check_network():
            if state == MISSING:
                print(f"make: {words}", file=sys.stderr)
                return 1
        return 0
    worst = 0
    for check in CHECKS:
        for state, words in check():
            print(f"{state:10} {words}")
            worst |= state == MISSING
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
