"""The site's address on one machine: a web server that leads to the public site only.

SeaweedFS answers a wrong address with XML, a right one with the whole of S3, and opens
more ports that belong on loopback. So visitors get at `/` what the site's bucket gives
a stranger, and small pages for everything else. No address of a visitor is logged.
"""

import errno
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3
import waitress

from infra.errors import StartError
from infra.local.ports import name_host
from infra.local.settings import SITE_BUCKET
from infra.local.supervision import Worker
from renderer.site.keys import FRONT_PAGE, NOT_FOUND

METHODS = ("GET", "HEAD", "OPTIONS")
# Until there is a site, and while its storage is started again.
WAITING = Path(__file__).with_name("waiting.html").read_bytes()
# A name that leads nowhere else: no part of it is empty or begins with a dot.
_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_KEY = re.compile(rf"{_PART}(?:/{_PART})*")
# What a visitor may ask of the bucket, and what of its answer goes back.
_ASKED = (
    *("If-None-Match", "If-Modified-Since", "If-Range", "Range", "Origin"),
    *("Access-Control-Request-Method", "Access-Control-Request-Headers"),
)
_OF_A_PAGE = ("Content-Type", "Content-Length", "Content-Encoding")
_TOLD = (
    *(*_OF_A_PAGE, "Content-Range", "Accept-Ranges", "ETag", "Last-Modified"),
    *("Cache-Control", "Vary", "Access-Control-Allow-Origin"),
    *("Access-Control-Allow-Methods", "Access-Control-Allow-Headers"),
    *("Access-Control-Expose-Headers", "Access-Control-Max-Age"),
)
_MISSING = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
# Of the bucket's answers, those that are for the visitor.
_FOR_VISITORS = (
    *(HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
)
_CHUNK_BYTES = 65_536
# The storage is on this machine.
_TIMEOUT = urllib3.Timeout(connect=2, read=10)
_LIMITS = {
    "threads": 8,
    # A slow visitor costs a connection and no thread; a silent one is let go.
    "connection_limit": 500,
    "channel_timeout": 60,
    "asyncore_use_poll": True,
    # Nobody has anything to send.
    "max_request_header_size": 16_384,
    "max_request_body_size": 1024,
    "ident": None,
}

Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]

# Its lines name the visitors.
logging.getLogger("waitress").addHandler(logging.NullHandler())
logging.getLogger("waitress").propagate = False
# Nor is it worth a line that the storage was asked again.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class Front:
    """The web server; it answers from the start, and says so until there is a site."""

    def __init__(self, host: str, port: int) -> None:
        """Listen on an IP address; 0 is any free port. Raises StartError."""
        listener = _listen(host, port)
        self.port = listener.getsockname()[1]
        self.address = f"http://{name_host(host)}:{self.port}/"
        self._storage: urllib3.HTTPConnectionPool | None = None
        self._server = waitress.create_server(
            self._answer, sockets=[listener], **_LIMITS
        )
        self.worker = Worker("web server", self._server.run)
        self.worker.start()

    def lead_to(self, endpoint: str) -> None:
        """Give visitors what the site's bucket at this S3 endpoint holds."""
        self._storage = urllib3.connectionpool.connection_from_url(
            endpoint, timeout=_TIMEOUT, maxsize=int(str(_LIMITS["threads"]))
        )

    def stop(self) -> None:
        """Answer no more."""
        server, pulled = self._server, threading.Lock()

        def close_all() -> None:
            with pulled:
                server.asyncore.close_all(server._map)

        server.task_dispatcher.shutdown(timeout=1)
        # Only its own thread may close what it listens to, and not before the trigger
        # is pulled: if something else wakes it, the number may be another file's.
        with pulled:
            server.trigger.pull_trigger(close_all)
        self.worker.join(5)

    def _answer(
        self, asked: Mapping[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        method = asked["REQUEST_METHOD"]
        if method not in METHODS:
            allowed = [("Allow", ", ".join(METHODS)), ("Content-Length", "0")]
            start_response("405 Method Not Allowed", allowed)
            return []
        key = asked["PATH_INFO"].removeprefix("/") or FRONT_PAGE
        try:
            status, headers, body = self._fetch(method, key, _pick_asked(asked))
        except urllib3.exceptions.HTTPError:
            status, headers, body = _wait()
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if method == "HEAD" else body

    def _fetch(
        self, method: str, key: str, asked: Mapping[str, str]
    ) -> tuple[HTTPStatus, Headers, Iterable[bytes]]:
        if _KEY.fullmatch(key):
            answer = self._ask(method, key, asked)
            if answer.status in _FOR_VISITORS or method == "OPTIONS":
                headers = _pick_told(answer, _TOLD)
                return HTTPStatus(answer.status), headers, _stream(answer)
            answer.drain_conn()
            if answer.status not in _MISSING or key == FRONT_PAGE:
                return _wait()
        page = self._ask(method, NOT_FOUND, {})
        if page.status != HTTPStatus.OK:
            page.drain_conn()
            return _wait()
        headers = [*_pick_told(page, _OF_A_PAGE), ("Cache-Control", "no-cache")]
        return HTTPStatus.NOT_FOUND, headers, _stream(page)

    def _ask(
        self, method: str, key: str, asked: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        """Ask the bucket as a stranger does."""
        if self._storage is None:
            raise urllib3.exceptions.HTTPError("the storage is not up yet")
        answer = self._storage.request(
            method,
            f"/{SITE_BUCKET}/{key}",
            headers=asked,
            redirect=False,
            retries=1,
            preload_content=False,
            decode_content=False,
        )
        if method == "HEAD":
            answer.drain_conn()
        return answer


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise StartError(_explain(host, port, error)) from error


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; choose another: PORT=<port>"
    if error.errno == errno.EACCES:
        return f"port {port} is for root alone; choose one from 1024: PORT=<port>"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; choose another: LISTEN=<address>"
    return (
        f"nothing can listen on {host}, port {port}: {error.strerror}; choose another: "
        "LISTEN=<address>"
    )


def _pick_asked(asked: Mapping[str, Any]) -> dict[str, str]:
    variables = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in _ASKED}
    return {
        name: asked[variable]
        for name, variable in variables.items()
        if variable in asked
    }


def _pick_told(answer: urllib3.BaseHTTPResponse, names: Iterable[str]) -> Headers:
    return [(name, answer.headers[name]) for name in names if name in answer.headers]


def _wait() -> tuple[HTTPStatus, Headers, Iterable[bytes]]:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(WAITING))),
        ("Cache-Control", "no-store"),
        ("Retry-After", "3"),
    ]
    return HTTPStatus.SERVICE_UNAVAILABLE, headers, [WAITING]


def _stream(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from answer.stream(_CHUNK_BYTES, decode_content=False)
    finally:
        # What a visitor did not wait for is not read on.
        answer.close()
