"""A proxy before the real S3 that notes what each request needs to be allowed.

It sees what botocore sends and what polars' own reader sends alike.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.permissions import Call


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "S3Recorder"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = http.client.HTTPConnection(self.server.target, timeout=20)
        # The Host header stays the proxy's: it is what the client has signed.
        headers = {k: v for k, v in self.headers.items() if k != "Expect"}
        with contextlib.closing(target):
            target.request(self.command, self.path, body, headers)
            response = target.getresponse()
            answer = response.read()
        self.server.note(needed(self.command, self.path, self.headers, response.status))
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in {
                "content-length",
                "transfer-encoding",
                "connection",
            }:
                self.send_header(name, value)
        length = response.headers.get("Content-Length", str(len(answer)))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def needed(method: str, target: str, headers: Any, status: int) -> list[Call]:
    """Give the calls that a request needs to be allowed; unknown ones by their text."""
    parts = urlsplit(target)
    bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
    query = parse_qs(parts.query, keep_blank_values=True)
    lists = "list-type" in query
    unknown = query.keys() - {"list-type", "prefix", "start-after", "encoding-type"}
    unknown -= {"x-id", "continuation-token", "delimiter"}
    resource = f"arn:aws:s3:::{bucket}/{key}"
    condition = "if-none-match" if headers["If-None-Match"] else ""
    keys = ((f"s3:{condition}", "*"),) if condition else ()
    if method == "GET" and not key and lists and not unknown:
        return [Call("s3:ListBucket", f"arn:aws:s3:::{bucket}")]
    if method in {"GET", "HEAD"} and key and not unknown:
        calls = [Call("s3:GetObject", resource)]
        if status == 404:
            # Without the right to list, S3 answers 403 instead.
            calls.append(Call("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
        return calls
    if method == "PUT" and key and not unknown:
        calls = [Call("s3:PutObject", resource, keys)]
        if headers["If-Match"]:
            calls.append(Call("s3:GetObject", resource))
        return calls
    return [Call(f"unknown: {method} {sorted(unknown)}", resource)]


for _method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler._pass_on)


class S3Recorder(ThreadingHTTPServer):
    """The proxy, and what it has noted so far."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256  # polars opens many connections at once

    def __init__(self, endpoint: str) -> None:
        """Listen on loopback before this endpoint."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(endpoint).netloc
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.calls: list[Call] = []
        self._lock = threading.Lock()

    def note(self, calls: list[Call]) -> None:
        """Keep what a request needed."""
        with self._lock:
            self.calls += calls

    def take(self) -> list[Call]:
        """Give the notes, and begin anew."""
        with self._lock:
            calls, self.calls = self.calls, []
        return calls


@contextlib.contextmanager
def run_s3_recorder(endpoint: str) -> Iterator[S3Recorder]:
    """Run the proxy as long as the block lasts."""
    recorder = S3Recorder(endpoint)
    thread = threading.Thread(target=recorder.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield recorder
    finally:
        recorder.shutdown()
        thread.join()
        recorder.server_close()
