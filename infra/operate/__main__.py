"""The operator's commands: `python -m infra.operate COMMAND`, or `make COMMAND`.

Arguments are environment variables, as make passes them. Exit code: 0 all is done, 1
something failed or needs a look, 2 nothing could be done.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from infra.commands import run_command
from infra.environment import is_on, keep_loopback_direct, refuse_dry_run
from infra.errors import SettingsError
from infra.operate.correct import correct, restore, void
from infra.operate.deploy import deploy
from infra.operate.destroy import destroy
from infra.operate.import_history import import_history
from infra.operate.logs import show_logs
from infra.operate.note import note, unnote
from infra.operate.rebuild import rebuild
from infra.operate.redrive import redrive
from infra.operate.replay import replay
from infra.operate.stack import Stack, find_stack, refuse_full_disk
from infra.operate.status import show_status

Command = Callable[[Stack, Mapping[str, str]], int]


COMMANDS: dict[str, Command] = {
    "correct": correct,
    "logs": show_logs,
    "note": note,
    "rebuild": rebuild,
    "redrive": redrive,
    "replay": replay,
    "restore": restore,
    "status": show_status,
    "unnote": unnote,
    "void": void,
}
ONLY_LOOKING = {"logs", "status"}
# These look for the stack themselves.
ALONE = {"deploy": deploy, "destroy": destroy, "import": import_history}
# Of the others nobody can say beforehand what they would do.
WITH_DRY_RUN = {
    *("correct", "deploy", "import", "note", "redrive", "replay", "restore"),
    *("unnote", "void"),
}


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run one command."""
    name = arguments[0] if len(arguments) == 1 else ""
    return run_command(name or "COMMAND", lambda: choose(name, env))


def choose(name: str, env: Mapping[str, str]) -> int:
    """Run the command of a name; raises SettingsError if there is none."""
    if name not in WITH_DRY_RUN:
        refuse_dry_run(env)
    dry = is_on(env, "DRY")
    if name in ALONE:
        return ALONE[name](env)
    if name in COMMANDS:
        stack = find_stack(env)
        if name not in ONLY_LOOKING and not dry:
            refuse_full_disk(stack)
        return COMMANDS[name](stack, env)
    raise SettingsError(f"choose one of {', '.join(sorted({*COMMANDS, *ALONE}))}")


if __name__ == "__main__":
    keep_loopback_direct(os.environ)
    sys.exit(main(sys.argv[1:], os.environ))
