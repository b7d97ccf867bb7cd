"""Whether the site answers, for a container's health check.

`python -m infra.local.health` ends with 0 if it does, and else with 1 and one line.
"""

import os
import sys
from urllib.request import ProxyHandler, build_opener

from infra.environment import read_whole
from infra.errors import SettingsError
from infra.local.ports import DEFAULT_PORT, HOST, name_host

TIMEOUT_S = 8.0


def main() -> int:
    """Ask for the page; the exit code is 0 if it came."""
    try:
        host = name_host(os.environ.get("LISTEN") or HOST)
        port = read_whole(os.environ, "PORT", DEFAULT_PORT, 0, 65_535)
        # To this machine, whatever proxies the environment names.
        build_opener(ProxyHandler({})).open(f"http://{host}:{port}/", None, TIMEOUT_S)
    except (OSError, SettingsError) as error:
        sys.stderr.write(f"the site does not answer: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
