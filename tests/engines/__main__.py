"""Get the engines that a bare Debian lacks: the first step of `make test-engines`."""

import sys

from infra.errors import InfraError
from infra.images.programs import require_programs

PROGRAMS = ("firefox-esr", "WebKitWebDriver", "Xvfb")


def main() -> int:
    """Install what is missing, or say what it is."""
    try:
        require_programs(*PROGRAMS)
    except InfraError as error:
        print(f"make test-engines: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
