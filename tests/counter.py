"""A counter to read, as the one that the project was made for answers."""

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COUNT = 1_234_567


class Counter(BaseHTTPRequestHandler):
    """Answers as the counter that the project was made for."""

    def do_GET(self) -> None:
        """Give the count as text and the time in Japan without an offset."""
        japan = datetime.now(timezone(timedelta(hours=9)))
        answer = {"time": f"{japan:%Y-%m-%d %H:%M:%S}", "count": str(COUNT)}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@contextlib.contextmanager
def serve_counter() -> Iterator[int]:
    """Serve it on loopback as long as the block lasts; give the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
