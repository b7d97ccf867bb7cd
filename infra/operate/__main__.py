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

from infra.environment import keep_loopback_direct, refuse_dry_run
from infra.errors import InfraError
from infra.operate.correct import correct, restore, void
from infra.operate.deploy import deploy
from infra.operate.destroy import destroy
from infra.operate.import_history import import_history
from infra.operate.logs import show_logs
from infra.operate.rebuild import rebuild
from infra.operate.redrive import redrive
from infra.operate.replay import replay
from infra.operate.stack import Stack, find_stack
from infra.operate.status import show_status
from renderer.errors import ConflictError

Command = Callable[[Stack, Mapping[str, str]], int]


COMMANDS: dict[str, Command] = {
    "correct": correct,
    "logs": show_logs,
    "rebuild": rebuild,
    "redrive": redrive,
    "replay": replay,
    "restore": restore,
    "status": show_status,
    "void": void,
}
# These look for the stack themselves.
ALONE = {"deploy": deploy, "destroy": destroy, "import": import_history}
# Of the others nobody can say beforehand what they would do.
WITH_DRY_RUN = {"correct", "deploy", "import", "redrive", "replay", "restore", "void"}


# What AWS says to whoever has logged in with what it does not, or no longer, take.
UNKNOWN = {
    *("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
    *("InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken"),
    *("SignatureDoesNotMatch", "UnrecognizedClientException"),
}
FORBIDDEN = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


def describe_refusal(error: ClientError) -> str:
    """Return what AWS says and what to do about it, in one line."""
    said, code = " ".join(str(error).split()), error.response["Error"]["Code"]
    if code in UNKNOWN:
        return ask_for_login(said)
    if code in FORBIDDEN:
        return f"{said}; infra/aws/operator-policy.json has all the rights it takes"
    return said


def ask_for_login(reason: str) -> str:
    """Return the line for whoever AWS does not know."""
    return (
        f"not logged in to AWS ({reason}): set AWS_PROFILE and AWS_REGION, "
        "or STACK=local for `make run`"
    )


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run one command; what is wrong with it is one line on stderr."""
    name = arguments[0] if len(arguments) == 1 else ""
    try:
        if name not in WITH_DRY_RUN:
            refuse_dry_run(env)
        if name in ALONE:
            return ALONE[name](env)
        if name in COMMANDS:
            return COMMANDS[name](find_stack(env), env)
        problem = f"choose one of {', '.join(sorted({*COMMANDS, *ALONE}))}"
    except (NoRegionError, NoCredentialsError) as error:
        problem = ask_for_login(str(error))
    except ClientError as error:
        problem = describe_refusal(error)
    except (InfraError, ConflictError, BotoCoreError) as error:
        problem = " ".join(str(error).split())
    except (KeyboardInterrupt, EOFError):
        problem = "interrupted"
    print(f"make {name or 'COMMAND'}: {problem}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    keep_loopback_direct(os.environ)
    sys.exit(main(sys.argv[1:], os.environ))
