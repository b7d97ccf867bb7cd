"""A bare Debian 13 as a folder, made of Debian's own packages, once."""

import shutil
from pathlib import Path

from infra.images.debian import make_command
from infra.images.programs import require_programs, run_program

# What README asks of a machine, and nothing else.
PACKAGES = ("python3", "python3-venv", "make", "git", "ca-certificates")
NEWCOMER = 'chroot "$1" useradd --create-home --shell /bin/bash newcomer'


def ensure_machine(folder: Path, *, fresh: bool) -> Path:
    """Make it where it is missing or made otherwise, or afresh; return its root."""
    root, made_by = folder / "root", folder / "made-by"
    options = [f"--include={','.join(PACKAGES)}", f"--customize-hook={NEWCOMER}"]
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
