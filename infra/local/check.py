"""Whether `make run` can begin with what it was given; if not, a line says why.

    python -m infra.local.check

comes before minutes of download, so it needs Python alone, and leaves to the start what
only the installed packages can judge. In compose.yaml it comes before a container that
Docker starts again whenever it ends. The exit codes are those of `infra.local`.
"""

import errno
import os
import re
import sys
import zoneinfo
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from infra.errors import InfraError, SettingsError
from infra.local.settings import StackSettings

# Every name of the machine's own database, also of files that it has in a package
# apart, as Debian has `US/Pacific`.
ZONES = Path("/usr/share/zoneinfo/tzdata.zi")


def leave_to_start(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what cannot be judged before setup."""
    known = dict(env)
    if not find_spec("jmespath"):
        # Then any expression will do.
        sys.modules["jmespath"] = ModuleType("jmespath")
        vars(sys.modules["jmespath"])["compile"] = str
    if not find_spec("tzdata"):
        if may_be_zone(known.get("SOURCE_UTC_OFFSET", "")):
            del known["SOURCE_UTC_OFFSET"]
        zone = known.get("TIME_ZONE", "")
        if zone not in zoneinfo.available_timezones() and may_be_zone(zone):
            del known["TIME_ZONE"]
    installed = Path(".browser").absolute()
    for name in ("BROWSER_PATH", "PLOTLY_JS"):
        # Any file will do until setup has made the right one.
        if installed in Path(known.get(name) or installed / name).parents:
            known[name] = __file__
    return known


def may_be_zone(name: str) -> bool:
    """Say whether the database that setup installs could have a zone of this name."""
    try:
        text = ZONES.read_text("utf-8")
    except OSError:
        return bool(name)
    # As zic(8) has it: `Z NAME ...` and `L OLD NAME`.
    return name in re.findall(r"^(?:Z|L \S+) (\S+)", text, re.MULTILINE)


def has_zones() -> bool:
    """Say whether there is a database of time zones: the pinned one, or the machine's.

    Importing the renderer has switched the machine's off.
    """
    if not find_spec("tzdata"):
        zoneinfo.reset_tzpath()
    return "Asia/Tokyo" in zoneinfo.available_timezones()


def tell_problem(error: InfraError | OSError, command: str = "run") -> int:
    """Print what is wrong with a command in one line; return the exit code."""
    problem = describe_os_error(error) if isinstance(error, OSError) else error
    sys.stderr.write(f"make {command}: {problem}\n")
    return 2 if isinstance(error, SettingsError) else 1


def describe_os_error(error: OSError) -> str:
    """Say in one line what this machine refuses, where, and what to do."""
    if error.filename is None:
        return f"this machine refuses: {error.strerror or error}"
    return (
        f"{error.filename}: {error.strerror}; mend that, or choose another folder: "
        "DATA=<folder>"
    )


def main(env: Mapping[str, str]) -> int:
    """Check the settings, and make the folder of the data; return the exit code."""
    if not has_zones():
        # Some small systems have none: then the start says all of it.
        return 0
    try:
        settings = StackSettings.from_env(leave_to_start(env))
        settings.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(settings.folder, os.W_OK | os.X_OK):
            reason = os.strerror(errno.EACCES)
            raise PermissionError(errno.EACCES, reason, str(settings.folder))
    except (InfraError, OSError) as error:
        return tell_problem(error)
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
