"""A proxy before the real S3 that disturbs single PUTs as a network or AWS might."""

import contextlib
import http.client
import threading
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_ERROR = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>no</Message></Error>"
_SAY = {
    "409": (409, _ERROR % b"ConditionalRequestConflict"),
    "412": (412, _ERROR % b"PreconditionFailed"),
    "500": (500, _ERROR % b"InternalError"),
    "403": (403, _ERROR % b"AccessDenied"),
}


class _ProxyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "S3Proxy"

    def do_PUT(self) -> None:
        """Pass a PUT on, with the next disturbance of the script."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.puts += 1
            step = self.server.script.popleft() if self.server.script else "pass"
        if step in _SAY:
            self._reply(*_SAY[step])
            return
        answer = self._forward(body)
        if step == "lose reply":
            self.close_connection = True
        else:
            self._reply(*answer)

    def do_GET(self) -> None:
        """Pass a GET on as it is, unless the test wants it refused."""
        if self.server.get_status:
            self._reply(*_SAY[self.server.get_status])
        else:
            self._reply(*self._forward(b""))

    def do_HEAD(self) -> None:
        """Pass a HEAD on as it is."""
        self._reply(*self._forward(b""))

    def _forward(self, body: bytes) -> tuple[int, bytes, str]:
        target = http.client.HTTPConnection(self.server.target, timeout=10)
        # The Host header stays the proxy's: it is what the client has signed.
        headers = {k: v for k, v in self.headers.items() if k != "Expect"}
        target.request(self.command, self.path, body, headers)
        with contextlib.closing(target):
            response = target.getresponse()
            return response.status, response.read(), response.getheader("ETag", "")

    def _reply(self, status: int, body: bytes, etag: str = "") -> None:
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class S3Proxy(ThreadingHTTPServer):
    """The proxy and its script: one step for each PUT, then everything passes."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, endpoint: str) -> None:
        """Listen on loopback before this endpoint."""
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.target = urlsplit(endpoint).netloc
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.script: deque[str] = deque()
        self.get_status = ""
        self.puts = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: connections break here on purpose."""


@contextlib.contextmanager
def run_s3_proxy(endpoint: str) -> Iterator[S3Proxy]:
    """Run the proxy as long as the block lasts."""
    proxy = S3Proxy(endpoint)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
