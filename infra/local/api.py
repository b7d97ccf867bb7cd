"""What the operator's commands need of Lambda's API and SQS's, for this stack.

Functions are invoked as Lambda does it, and failures are shown as messages of SQS. It
listens on loopback only, and wants a signature without verifying it. The storage tells
it of its changes.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
import re
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local.delivery import Delivery
from infra.local.events import convert_notice, read_time_ns
from infra.local.failures import FailureFolder, Request
from infra.local.functions import InvocationError
from infra.local.ports import HOST
from infra.local.storage import Webhook
from infra.local.supervision import Worker

_INVOKE = re.compile(r"/2015-03-31/functions/([a-z0-9-]+)/invocations")
_ERROR = "X-Amz-Function-Error"
_CHANGES = "/changes"
Answer = tuple[int, Any, dict[str, str]]


class Api(ThreadingHTTPServer):
    """A server for the functions and the queue of their failures."""

    daemon_threads = True

    def __init__(self, functions: Mapping[str, Delivery], failures: Path) -> None:
        """Listen on a free port of loopback; what comes before the start waits.

        The functions may be added until then.
        """
        super().__init__((HOST, 0), _Handler)
        self.functions = functions
        self.failures = FailureFolder(failures)
        self.endpoint = f"http://{HOST}:{self.server_port}"
        self.webhook = Webhook(f"{self.endpoint}{_CHANGES}", secrets.token_hex(20))
        self.worker = Worker("the API", lambda: self.serve_forever(0.1))

    def start(self) -> None:
        """Answer in a thread of its own."""
        self._since_ns = time.time_ns()
        self.worker.start()

    def stop(self) -> None:
        """Answer no more."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller who did not wait for the answer, and calls again."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def invoke(self, name: str, event: Any, kind: str) -> Answer:
        """Queue an event, or have it worked on and return the result or the error."""
        # On AWS a function's name begins with the stack's.
        delivery = self.functions.get(name.rpartition("-")[2])
        if delivery is None:
            return 404, {"Message": f"there is no function {name}"}, {}
        if kind == "Event":
            delivery.send(event)
            return 202, None, {}
        try:
            return 200, delivery.call(event), {}
        except InvocationError as error:
            return 200, {"errorMessage": str(error)}, {_ERROR: "Unhandled"}

    def take_notice(self, notice: Mapping[str, Any]) -> None:
        """Pass a change of the storage on to the renderer, if S3 notifies of it.

        Not those of before the start: at its own the renderer looks for itself.
        """
        record = convert_notice(notice)
        if record and read_time_ns(record) >= self._since_ns:
            self.functions["renderer"].send_record(record)

    def find_queue_url(self, request: Request) -> dict[str, Any]:
        """Return a queue's address."""
        return {"QueueUrl": f"{self.endpoint}/{request['QueueName']}"}


_ACTIONS: dict[str, Callable[[FailureFolder, Request], dict[str, Any]]] = {
    "AmazonSQS.ReceiveMessage": FailureFolder.receive,
    "AmazonSQS.ChangeMessageVisibility": FailureFolder.change_visibility,
    "AmazonSQS.DeleteMessage": FailureFolder.delete,
    "AmazonSQS.GetQueueAttributes": FailureFolder.count,
}
_FIND = "AmazonSQS.GetQueueUrl"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def do_POST(self) -> None:
        """Answer one call."""
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        given = self.headers.get("Authorization", "")
        if self.path == _CHANGES and given == f"Bearer {self.server.webhook.token}":
            self.server.take_notice(body)
            self._answer(200, {}, {})
        # A web page could send a body here, but no signature.
        elif not given.startswith("AWS4-HMAC-SHA256"):
            self._answer(403, {"__type": "MissingAuthenticationTokenException"}, {})
        elif not isinstance(body, dict):
            self._answer(400, {"__type": "InvalidRequestContentException"}, {})
        elif match := _INVOKE.fullmatch(self.path):
            kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
            self._answer(*self.server.invoke(match[1], body, kind))
        elif (target := self.headers.get("X-Amz-Target", "")) == _FIND:
            self._answer(200, self.server.find_queue_url(body), {})
        elif action := _ACTIONS.get(target):
            self._answer(200, action(self.server.failures, body), {})
        else:
            self._answer(400, {"__type": "UnknownOperationException"}, {})

    def _answer(self, status: int, value: Any, headers: dict[str, str]) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""
