"""Python environments like those of the images, of what the tests' environment has.

That one has more: kaleido imports plotly.py where it finds it, and botocore looks
through four hundred services. What stays different from the images is the version of
Python, that the bytecode is checked for its age, and the symbols of polars' library.
"""

import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PRUNE = ROOT / "docker" / "steps" / "prune.py"


def make_python(folder: Path, lock_file: str) -> str:
    """Make an environment of what a lock file names; return its interpreter.

    It is pruned by the step that prunes the image.
    """
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    for name in list_locked((ROOT / lock_file).read_text()):
        copy_distribution(name, packages)
    subprocess.run([sys.executable, PRUNE, packages], check=True)
    return str(folder / "bin" / "python")


def list_locked(text: str) -> list[str]:
    """Return the names in a lock file that are for this machine and Python."""
    lines = [line.removesuffix(" \\") for line in text.splitlines() if "==" in line]
    found = map(Requirement, lines)
    return [each.name for each in found if not each.marker or each.marker.evaluate()]


def copy_distribution(name: str, packages: Path) -> None:
    """Copy all files of an installed distribution but its commands."""
    for file in distribution(name).files or ():
        if ".." not in file.parts:
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(str(file.locate()), target)
