"""Run the commit's tests on a bare Debian 13, as an ordinary user: `make test-debian`.

Each run has namespaces of its own, so that no process and no mount outlives it,
whatever ends it.
"""

import os
import subprocess
import sys
from pathlib import Path

from infra.environment import is_on
from infra.errors import InfraError, ToolError
from infra.images.commit import ROOT
from infra.images.network import find_secrets
from tests.debian.machine import ensure_machine

FOLDER = ROOT / ".local" / "debian"
# If this process dies, the kernel kills unshare, and with it all that it started.
ALONE = [
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
]


def main() -> int:
    """Make the machine unless it is there, and run the tests on it."""
    try:
        if os.geteuid():
            raise ToolError("only root can make another Debian and enter it")
        root = ensure_machine(FOLDER, fresh=is_on(os.environ, "FRESH"))
    except InfraError as error:
        print(f"make test-debian: {error}", file=sys.stderr)
        return 1
    secrets = [f"{name}={path}" for name, path in find_secrets(os.environ).items()]
    enter = ["sh", str(Path(__file__).with_name("enter.sh")), str(root), str(ROOT)]
    try:
        return subprocess.run([*ALONE, *enter, *secrets], check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
