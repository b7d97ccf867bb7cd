"""The operator's commands: `python -m infra.operate COMMAND`, or `make COMMAND`.

Arguments are environment variables, as make passes them. Exit code: 0 all is done, 1
something failed or needs a look, 2 nothing could be done.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
)

from infra.errors import InfraError, SettingsError
from infra.operate import import_csv
from infra.operate.deploy import deploy
from infra.operate.destroy import destroy
from infra.operate.logs import show_logs
from infra.operate.rebuild import rebuild
from infra.operate.redrive import redrive
from infra.operate.replay import replay
from infra.operate.stack import Stack, find_stack
from infra.operate.status import show_status

Command = Callable[[Stack, Mapping[str, str]], int]


def import_history(stack: Stack, env: Mapping[str, str]) -> int:
    """Import `CSV=file` into the stack's readings."""
    names = {"DATA_BUCKET": stack.data_bucket, "COUNTER": stack.counter}
    file = env.get("CSV")
    if not file:
        raise SettingsError("give the file: CSV=history.csv")
    return import_csv.main([file], {**env, **names}, stack.client("s3"))


COMMANDS: dict[str, Command] = {
    "destroy": destroy,
    "import": import_history,
    "logs": show_logs,
    "rebuild": rebuild,
    "redrive": redrive,
    "replay": replay,
    "status": show_status,
}


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run one command; what is wrong with it is one line on stderr."""
    name = arguments[0] if len(arguments) == 1 else ""
    try:
        if name == "deploy":
            return deploy(env)
        if name in COMMANDS:
            return COMMANDS[name](find_stack(env), env)
        problem = f"choose one of {', '.join(sorted({*COMMANDS, 'deploy'}))}"
    except (NoRegionError, NoCredentialsError) as error:
        problem = f"not logged in to AWS ({error}): set AWS_PROFILE and AWS_REGION"
    except (InfraError, BotoCoreError, ClientError) as error:
        problem = " ".join(str(error).split())
    except (KeyboardInterrupt, EOFError):
        problem = "interrupted"
    print(f"make {name or 'COMMAND'}: {problem}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
