"""Disturb single calls of an S3 client, each known by its name and not by its time.

A run puts several objects at once, so the n-th call is another one each time.
`PutObject index.html 1` is always the same: operation, key, and how often before.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TIMEOUT_S = 30.0

Fault = Callable[["S3Client", AWSPreparedRequest], Any]


def refuse(status: int, code: str) -> Fault:
    """Answer with an error without asking the store."""

    def fault(client: "S3Client", request: AWSPreparedRequest) -> AWSResponse:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
        return _answer(request, status, body, len(body))

    return fault


def lose_reply(client: "S3Client", request: AWSPreparedRequest) -> None:
    """Let the store do it, and lose its answer on the way."""
    client._endpoint.http_session.send(request)  # type: ignore[attr-defined]
    raise ConnectionClosedError(endpoint_url=request.url)


def cut_short(client: "S3Client", request: AWSPreparedRequest) -> AWSResponse:
    """Let the answer break off in the middle of its body."""
    return _answer(request, 200, b'{"schema":1,"cou', size_bytes=1000)


class Pause:
    """A fault that holds a call back until the test lets it go on."""

    def __init__(self) -> None:
        """Wait for nobody yet."""
        self._reached, self._released = Event(), Event()

    def __call__(self, client: "S3Client", request: AWSPreparedRequest) -> None:
        """Hold the call back, and send it then."""
        self._reached.set()
        assert self._released.wait(TIMEOUT_S), "nobody let the call go on"

    def wait(self) -> None:
        """Wait until the call is about to be sent."""
        assert self._reached.wait(TIMEOUT_S), "the call was never made"

    def release(self) -> None:
        """Let the call go on."""
        self._released.set()


def _answer(
    request: AWSPreparedRequest, status: int, body: bytes, size_bytes: int
) -> AWSResponse:
    headers = HTTPHeaders()
    headers["Content-Length"] = str(size_bytes)
    headers["ETag"] = '"1"'
    return AWSResponse(request.url, status, headers, _Raw(body))


class _Raw(io.BytesIO):
    """A body in the shape that botocore reads answers in."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Give the body in one piece."""
        yield self.read()


class Tape:
    """The names of the calls that a client has made, in their order."""

    def __init__(self, client: "S3Client", faults: dict[str, Fault]) -> None:
        """Record the calls of a client; each named in `faults` is disturbed."""
        self.names: list[str] = []
        self.struck: list[str] = []
        self._client = client
        self._faults = faults
        self._lock = Lock()

    def __call__(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> Any:
        """Name the call that is about to be sent, and disturb it if asked to."""
        with self._lock:
            name = f"{event_name.rpartition('.')[2]} {subject(request.url)}"
            name = f"{name} {1 + sum(n.rpartition(' ')[0] == name for n in self.names)}"
            self.names.append(name)
            fault = self._faults.get(name)
            if fault:
                self.struck.append(name)
        return fault(self._client, request) if fault else None


def pick_one_of_each_kind(calls: Iterable[str]) -> list[str]:
    """Return the first of calls about objects that are put together, in the same way.

    Those are the tables, the pictures, the figures, and the other files that a page
    names or links to; each page and all that is private stands for itself.
    """
    kinds: dict[str, str] = {}
    for call in calls:
        kind = re.sub(r"(graphs/|graph)\S*\.(png|json)", r"*.\2", call)
        kind = re.sub(r"data/(?!manifest|datapackage)\S+", "data/*", kind)
        kind = re.sub(r"data/datapackage\S+|(404|badge|feed|assets)\S+", "*", kind)
        kinds.setdefault(kind, call)
    return list(kinds.values())


def subject(url: str) -> str:
    """Return the key that a request is about, or the prefix that it lists."""
    parts = urlsplit(url)
    key = re.sub(r"^/[^/]*/?", "", unquote(parts.path))
    return key or parse_qs(parts.query).get("prefix", ["/"])[0]


@contextmanager
def taped(client: "S3Client", faults: dict[str, Fault] | None = None) -> Iterator[Tape]:
    """Record and disturb a client's calls as long as the block lasts."""
    tape = Tape(client, faults or {})
    client.meta.events.register("before-send.s3", tape)
    try:
        yield tape
    finally:
        client.meta.events.unregister("before-send.s3", tape)
