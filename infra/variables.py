"""Which commands there are, and which variables each takes: all others are refused.

The lists are in the Makefile, on the `#|` lines before each target; `make help` shows
them. A variable of the environment is nobody's mistake, so only those on make's command
line are looked at. Needs Python alone.

    python -m infra.variables GOAL... -- NAME...
"""

import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MAKEFILE = Path(__file__).resolve().parents[1] / "Makefile"
# These are for programs below a command, or for make itself.
ANYWHERE = re.compile(
    "BROWSER_PATH|PLOTLY_JS|NO_COLOR|TZ|LANG|PATH|HOME|TMPDIR|SHELL|MAKE.*|PYTHON.*"
    "|(?i:(https?|all|no)_proxy|npm_.*)|(REQUESTS|CURL)_CA_BUNDLE|NODE_EXTRA_CA_CERTS"
    "|(APT|AWS|BUILDAH|DEBIAN|DOCKER|FONTCONFIG|LC|PIP|SSL|STORAGE|XDG)_.*"
)
TARGET = re.compile(r"([a-z-]+):.*## ")


def read_variables(makefile: str) -> dict[str, list[str]]:
    """Return command -> the variables that it takes, in the Makefile's order."""
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in makefile.splitlines():
        if line.startswith("#| "):
            names += line[3:].split()
        elif match := TARGET.match(line):
            found[match[1]] = names
            names = []
    return found


def list_mistakes(
    takes: dict[str, list[str]], goals: list[str], given: Iterable[str]
) -> Iterator[str]:
    """Yield a line for each command that is none, and each variable that none takes.

    A goal with a slash is a file of the Makefile's own, and `usable` is no command.
    """
    for goal in goals:
        if goal not in takes and "/" not in goal and goal != "usable":
            near = difflib.get_close_matches(goal, takes, 1, 0.6)
            way_on = f"did you mean {near[0]}?" if near else "`make help` lists them"
            yield f"make: there is no command {goal}: {way_on}"
    goals = [goal for goal in goals if goal in takes]
    known = {name for goal in goals for name in takes[goal]}
    for name in given:
        if name in known or ANYWHERE.fullmatch(name):
            continue
        near = difflib.get_close_matches(name.upper(), sorted(known), 1, 0.6)
        way_on = f"did you mean {near[0]}?" if near else describe(known)
        yield f"make {' '.join(goals)}: there is no variable {name} of it: {way_on}"


def describe(known: Iterable[str]) -> str:
    """Say which variables there are."""
    names = sorted(known)
    if len(names) > 8:
        return "`make help` lists those that it takes"
    return f"it takes {', '.join(names)}" if names else "it takes none"


def main(arguments: list[str]) -> int:
    """Print what is wrong, and return 2 if something is."""
    end = arguments.index("--")
    # Empty counts as unset, everywhere; make passes on what it is given.
    goals, given = arguments[:end], filter(os.environ.get, arguments[end + 1 :])
    mistakes = list_mistakes(read_variables(MAKEFILE.read_text("utf-8")), goals, given)
    for line in mistakes:
        print(line, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
