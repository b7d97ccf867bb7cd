"""A source that misbehaves: a real HTTP server on loopback, one fault a path.

The fault is the last part of the path; what stands before it and the query are free,
so that a test can put its secrets there.
"""

import contextlib
import gzip
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD_TIME = "2026-11-24 07:00:02"  # JST; 22:00:02 UTC of the day before
GOOD_BODY = b'{"time": "2026-11-24 07:00:02", "count": "1234567"}'
DRIP_S = 0.02


class FaultHandler(BaseHTTPRequestHandler):
    """One request: looks its fault up by the path and lets it answer."""

    server: "FaultServer"

    def do_GET(self) -> None:
        """Answer with the fault that the path names."""
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        FAULTS[name](self)
        self.close_connection = True

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - to be seen, not to be used

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: the output under test must hold nothing of ours."""

    def begin(self, status: int = 200, **headers: str) -> None:
        """Send the status and the headers; underscores stand for hyphens."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole answer."""
        length = {"Content_Type": "application/json", "Content_Length": str(len(body))}
        self.begin(status, **{**length, **headers})
        self.wfile.write(body)

    def drip(self, data: bytes) -> None:
        """Send one byte at a time until the client has had enough."""
        for byte in data:
            if self.server.stopping.wait(DRIP_S):
                return
            self.wfile.write(bytes([byte]))


class FaultServer(ThreadingHTTPServer):
    """The server, what it has seen, and the address of each fault."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        """Listen on a free port of the loopback interface."""
        super().__init__(("127.0.0.1", 0), FaultHandler)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.stopping = threading.Event()

    def url(self, fault: str) -> str:
        """Give the plain address of a fault."""
        return f"http://127.0.0.1:{self.server_port}/{fault}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: clients that hang up are what the faults are for."""


@contextlib.contextmanager
def run_fault_server() -> Iterator[FaultServer]:
    """Run the server as long as the block lasts."""
    server = FaultServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _count(value: object) -> bytes:
    return json.dumps({"time": GOOD_TIME, "count": value}).encode()


def _raw(body: bytes, **headers: str) -> Callable[[FaultHandler], None]:
    return lambda handler: handler.answer(body, 200, **headers)


def _status(status: int, **headers: str) -> Callable[[FaultHandler], None]:
    return lambda handler: handler.answer(GOOD_BODY, status, **headers)


def _slow_body(handler: FaultHandler) -> None:
    handler.begin(Content_Length="1000")
    handler.drip(b" " * 1000)


def _slow_chunks(handler: FaultHandler) -> None:
    handler.begin(Transfer_Encoding="chunked")
    handler.drip(b"1\r\n \r\n" * 200)


def _slow_header(handler: FaultHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    handler.drip(b"x" * 1000)


def _silence(handler: FaultHandler) -> None:
    handler.server.stopping.wait(20)


def _endless(handler: FaultHandler) -> None:
    handler.begin()
    while True:
        handler.wfile.write(b" " * 65536)


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * 64 * 1024 * 1024, 9)


def _gzip_bomb(handler: FaultHandler) -> None:
    handler.answer(_bomb(), Content_Encoding="gzip")


def _reset(handler: FaultHandler) -> None:
    handler.begin(Content_Length=str(len(GOOD_BODY)))
    handler.wfile.write(GOOD_BODY[:20])
    time.sleep(DRIP_S)
    # Closing with a linger of zero sends RST instead of FIN.
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    os.close(handler.connection.detach())


def _cut_short(handler: FaultHandler) -> None:
    handler.begin(Content_Length=str(len(GOOD_BODY)))
    handler.wfile.write(GOOD_BODY[:-1])


def _no_http(handler: FaultHandler) -> None:
    handler.wfile.write(b"220 mail.example.org ESMTP\r\n")


def _bad_header(handler: FaultHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nno header at all\r\n\r\n" + GOOD_BODY)


def _then_good(status: int) -> Callable[[FaultHandler], None]:
    def answer(handler: FaultHandler) -> None:
        first = len(handler.server.seen) == 1
        handler.answer(GOOD_BODY, status if first else 200)

    return answer


def _echo(handler: FaultHandler) -> None:
    handler.answer(_count(handler.path))


FAULTS: dict[str, Callable[[FaultHandler], None]] = {
    "good": _raw(GOOD_BODY),
    "integer": _raw(_count(1234567)),
    "byte-order-mark": _raw(b"\xef\xbb\xbf" + GOOD_BODY),
    "no-type": _raw(GOOD_BODY, Content_Type="text/html"),
    "no-time": _raw(b'{"count": "1234567"}'),
    "shift-jis": _raw(
        '{"count": "1234567", "name": "にゃんぱす"}'.encode("shift_jis"),
        Content_Type='application/json; Charset="Shift_JIS"',
    ),
    "latin-1-utf-8": _raw(GOOD_BODY, Content_Type="text/plain;charset=ISO-8859-1"),
    "gzip": _raw(gzip.compress(GOOD_BODY), Content_Encoding="gzip"),
    "bad-header": _bad_header,
    "500-then-good": _then_good(500),
    "429-then-good": _then_good(429),
    "slow-body": _slow_body,
    "slow-chunks": _slow_chunks,
    "slow-header": _slow_header,
    "silence": _silence,
    "reset": _reset,
    "cut-short": _cut_short,
    "no-http": _no_http,
    "500": _status(500),
    "503": _status(503, Retry_After="7"),
    "503-date": _status(503, Retry_After="Tue, 24 Nov 2026 07:00:00 GMT"),
    "429": _status(429, Retry_After="3600"),
    "204": lambda handler: handler.begin(204),
    "304": lambda handler: handler.begin(304),
    "401": _status(401),
    "404": _status(404),
    "redirect": _status(302, Location="http://169.254.169.254/latest/meta-data/"),
    "redirect-here": _status(301, Location="good"),
    "endless": _endless,
    "too-big": _raw(b" " * 70_000 + GOOD_BODY),
    "gzip-bomb": _gzip_bomb,
    "no-gzip": _raw(GOOD_BODY, Content_Encoding="gzip"),
    "html": _raw(b"<html><body>1234567</body></html>", Content_Type="text/html"),
    "empty": _raw(b""),
    "utf-16": _raw(GOOD_BODY.decode().encode("utf-16")),
    "latin-1": _raw(b'{"count": "1234567", "name": "\xe9"}'),
    "truncated": _raw(GOOD_BODY[:-5]),
    "not-a-number": _raw(b'{"count": NaN}'),
    "duplicate-keys": _raw(b'{"count": "1", "count": "2"}'),
    "array": _raw(b'["1234567"]'),
    "number": _raw(b"1234567\n", Content_Type="text/plain"),
    "other-charset": _raw(
        '{"count": "1234567", "name": "é"}'.encode("latin-1"),
        Content_Type="application/json; charset=utf-16",
    ),
    "deep": _raw(b'{"count": ' + b"[" * 30_000),
    "huge-integer": _raw(b'{"count": ' + b"9" * 5000 + b"}"),
    "no-count": _raw(b'{"total": "1234567"}'),
    "null": _raw(_count(None)),
    "true": _raw(_count(True)),
    "float": _raw(_count(1234567.0)),
    "list": _raw(_count(["1234567"])),
    "thousands": _raw(_count("1,234")),
    "blank": _raw(_count(" 1234567")),
    "sign": _raw(_count("+5")),
    "negative": _raw(_count(-5)),
    "full-width": _raw(_count("１２３")),
    "too-long": _raw(_count("1" * 19)),
    "old": _raw(b'{"time": "2026-11-24 04:00:02", "count": "1234567"}'),
    "time-is-number": _raw(b'{"time": 1795471202, "count": "1234567"}'),
    "echo": _echo,
}
