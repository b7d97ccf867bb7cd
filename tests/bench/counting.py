"""A TCP relay in front of the S3 server that notes every request and its time.

It counts what really crosses the wire, whichever client sends it, and needs no
hook in the process that is looked at. Timed runs do not go through it.
"""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from urllib.parse import urlsplit

# A client sends a request only after the answer to the one before, so a request
# starts where a chunk starts.
REQUEST = re.compile(rb"(GET|HEAD|PUT|POST|DELETE) (\S+) HTTP/1\.1\r\n")

# When, and which method and target.
Seen = list[tuple[float, str]]


class _Relay(socketserver.BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        with socket.create_connection(self.server.target) as upstream:
            back = threading.Thread(target=_pump, args=(upstream, self.request))
            back.start()
            while data := self.request.recv(1 << 16):
                if found := REQUEST.match(data):
                    method, target = found.groups()
                    line = f"{method.decode()} {target.decode()}"
                    self.server.seen.append((monotonic(), line))
                upstream.sendall(data)
            with suppress(OSError):
                upstream.shutdown(socket.SHUT_WR)
            back.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.target = target
        self.seen: Seen = []


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def count_requests(endpoint: str) -> Iterator[tuple[str, Seen]]:
    """Yield an endpoint to use instead, and the growing list of requests."""
    url = urlsplit(endpoint)
    with _Server((url.hostname or "", url.port or 80)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", server.seen
        server.shutdown()
