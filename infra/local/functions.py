"""The two functions, run by the Lambda runtime under the official emulator.

Each function works on one event at a time: the emulator has one environment.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import requests

from infra.local.logs import Log
from infra.local.ports import HOST, find_free_ports, is_listening
from infra.local.processes import ROOT, Child, Listener, start_child, wait_until

RIE = ROOT / ".local" / "tools" / "aws-lambda-rie"
# What a network may demand of its users; the stack has added loopback to NO_PROXY.
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_OUTSIDE = (
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    *(spelling for name in _PROXIES for spelling in (name, name.lower())),
)


@dataclass(frozen=True)
class FunctionSettings:
    """What the template says about a function."""

    name: str
    handler: str
    timeout_s: int
    memory_mb: int


# The emulator does not limit the memory.
COLLECTOR = FunctionSettings("collector", "collector.handler.handler", 90, 256)
DEMO_COLLECTOR = replace(COLLECTOR, handler="infra.local.demo.collector.handler")
RENDERER = FunctionSettings("renderer", "renderer.handler.handler", 120, 2048)


@dataclass(frozen=True)
class Function:
    """A running function."""

    name: str
    child: Child
    port: int
    timeout_s: int

    @property
    def url(self) -> str:
        """Return the address that takes its events."""
        return f"http://{HOST}:{self.port}/2015-03-31/functions/function/invocations"

    def start_again(self) -> None:
        """Start it anew at the same port; raises StartError if it does not come up."""
        self.child.start_again()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """Wait until it takes events; raises StartError if it does not come up."""
        try:
            wait_until(lambda: is_listening(self.port), self.name, self.child)
        except BaseException:
            self.child.stop()
            raise


class InvocationError(Exception):
    """A function failed; the message is its error, in one line."""


class NoAnswerError(InvocationError):
    """Not even the emulator answers, which knows its function's timeout."""


def start_function(
    settings: FunctionSettings, env: Mapping[str, str], log: Log
) -> Function:
    """Start a function; it sees this environment and Lambda's own, nothing else."""
    port, api_port = find_free_ports(2)
    child = start_child(
        settings.name,
        [
            os.environ.get("LAMBDA_RIE") or str(RIE),
            "--runtime-interface-emulator-address",
            f"{HOST}:{port}",
            "--runtime-api-address",
            f"{HOST}:{api_port}",
            sys.executable,
            "-m",
            "awslambdaric",
            settings.handler,
        ],
        env={**make_environment(settings), **env},
        listener=_make_listener(settings.name, log),
    )
    function = Function(settings.name, child, port, settings.timeout_s)
    function.wait_until_up()
    return function


def make_environment(settings: FunctionSettings) -> dict[str, str]:
    """Return the variables that Lambda sets, and those that this machine needs."""
    env = {name: os.environ[name] for name in _OUTSIDE if os.environ.get(name)}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": str(ROOT),
        "LAMBDA_TASK_ROOT": str(ROOT),
        "AWS_LAMBDA_FUNCTION_NAME": settings.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(settings.timeout_s),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory_mb),
        "AWS_LAMBDA_LOG_FORMAT": "Text",
        # glibc would keep an arena for each thread that ever ran.
        "MALLOC_ARENA_MAX": "1",
        **env,
    }


def call_function(function: Function, event: Mapping[str, Any]) -> dict[str, Any]:
    """Call a function and return its result; raises InvocationError if it fails."""
    try:
        answer = requests.post(
            function.url, json=event, timeout=(5, function.timeout_s + 30)
        )
    except requests.ReadTimeout as error:
        raise NoAnswerError(f"no answer within {function.timeout_s + 30} s") from error
    except requests.RequestException as error:
        raise InvocationError(f"no answer ({type(error).__name__})") from error
    # The emulator reports a timeout as plain text, and errors with status 200.
    try:
        result = answer.json()
    except ValueError as error:
        raise InvocationError(answer.text.strip()) from error
    if not isinstance(result, dict):
        raise InvocationError(f"the result is no object: {json.dumps(result)}")
    if "errorType" in result:
        message = str(result.get("errorMessage", "")).splitlines()
        raise InvocationError(f"{result['errorType']}: {' '.join(message)}")
    return result


def _make_listener(name: str, log: Log) -> Listener:
    def listen(raw: bytes) -> None:
        # The runtime joins the lines of a traceback by carriage returns.
        for line in raw.decode(errors="replace").rstrip().split("\r"):
            log.write(f"{name} {line}")

    return listen
