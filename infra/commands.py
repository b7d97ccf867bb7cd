"""What every command does with an error: one line, and an exit code."""

import io
import os
import sys
from collections.abc import Callable

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from infra.console import tidy_line
from infra.errors import InfraError
from renderer.errors import ConflictError

# What AWS says to whoever has logged in with what it does not, or no longer, take.
UNKNOWN = {
    *("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
    *("InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken"),
    *("SignatureDoesNotMatch", "UnrecognizedClientException"),
}
FORBIDDEN = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}
# What boto3 says before it asks AWS.
NOT_LOGGED_IN = (
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
WITHOUT_AWS = "STACK=local for `make run`"
# What is not ours to mend: whoever is at the console has to.
EXPECTED = (
    *(InfraError, ConflictError, OSError),
    *(BotoCoreError, ClientError, ResponseParserError),
)


def run_command(
    name: str, work: Callable[[], int], without_aws: str = WITHOUT_AWS
) -> int:
    """Run a command; what is wrong with it is one line on stderr.

    without_aws: what to give instead, where there is no login. Returns the exit code:
    0 all is done, 1 something failed or needs a look; or 2, nothing could be done.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A word that a terminal's charset lacks must not end a command half-way.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return work()
    except BrokenPipeError:
        # `| head` has seen enough.
        forget_output()
        return 0
    except EXPECTED as error:
        forget_output()
        problem = describe_error(error, without_aws)
    except UnicodeEncodeError:
        # Which one is not said: it may be a password.
        problem = "a variable holds what is no text in UTF-8: give it anew"
    except (KeyboardInterrupt, EOFError):
        problem = "interrupted"
    print(f"make {name}: {problem}", file=sys.stderr)
    return 2


def forget_output() -> None:
    """Have Python write nothing at its very end where nothing can be written."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def describe_error(error: Exception, without_aws: str = WITHOUT_AWS) -> str:
    """Return what is wrong and what to do about it, in one line."""
    said = tidy_line(str(error))
    if isinstance(error, ResponseParserError):
        return (
            "what answered is no service of AWS: put AWS_ENDPOINT_URL right, or go "
            "past the proxy"
        )
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; mend that and try again"
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code in UNKNOWN or isinstance(error, NOT_LOGGED_IN):
        return (
            f"not logged in to AWS ({said}): set AWS_PROFILE and AWS_REGION, "
            f"or {without_aws}"
        )
    if code in FORBIDDEN:
        return (
            f"{said}; infra/aws/operator-policy.json has all the rights it takes, for "
            "what is named nyanpass-count..."
        )
    if code == "NoSuchBucket":
        return (
            f"{said}: choose STACK, or DATA_BUCKET, of what is there; the guide says "
            "what to do where a bucket was deleted"
        )
    if isinstance(error, ConnectionClosedError | EndpointConnectionError):
        return (
            f"{said}: put AWS_REGION or AWS_ENDPOINT_URL right, see to the network, or "
            "start `make run` again if it has stopped"
        )
    return said
