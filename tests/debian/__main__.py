"""Run the commit's tests on a bare Debian 13, as an ordinary user: `make test-debian`.

The machine is a folder of Debian's own packages, made once. Each run enters it by
namespaces of its own, so that no process and no mount outlives it, whatever ends it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.images.errors import ToolError

from infra.environment import is_on
from infra.images.commit import ROOT
from infra.images.debian import make_command
from infra.images.network import find_secrets
from infra.images.programs import require_programs, run_program

MACHINE = ROOT / ".local" / "debian"
# What README asks of a machine, and nothing else.
PACKAGES = "python3,python3-venv,make,git,ca-certificates"
NEWCOMER = 'chroot "$1" useradd --create-home --shell /bin/bash newcomer'
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
        root = ensure_machine(MACHINE, fresh=is_on(os.environ, "FRESH"))
    except ToolError as error:
        print(f"make test-debian: {error}", file=sys.stderr)
        return 1
    secrets = [f"{name}={path}" for name, path in find_secrets(os.environ).items()]
    enter = ["sh", str(Path(__file__).with_name("enter.sh")), str(root), str(ROOT)]
    return subprocess.run([*ALONE, *enter, *secrets], check=False).returncode


def ensure_machine(folder: Path, *, fresh: bool) -> Path:
    """Make it where it is missing or made otherwise, or afresh; return its root."""
    root, made_by = folder / "root", folder / "made-by"
    options = [f"--include={PACKAGES}", f"--customize-hook={NEWCOMER}"]
    command = make_command(root, options)
    recipe = "\n".join(command)
    if fresh or not made_by.is_file() or made_by.read_text() != recipe:
        require_programs("mmdebstrap")
        print(f"making a bare Debian in {root}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        run_program(command, "mmdebstrap")
        made_by.write_text(recipe)
    return root


if __name__ == "__main__":
    sys.exit(main())
