"""Serve the button page on loopback.

Environment: BUTTON_PORT; BUTTON_CLOCK (see infra/local/clock.py); BUTTON_COUNT and
BUTTON_SINCE, a count and the instant of it, from which the page counts on.
"""

import json
import os
import threading
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.clock import Clock
from infra.local.demo.button.presses import count_presses
from infra.local.ports import HOST

PAGE = Path(__file__).with_name("page.html")
JST = timezone(timedelta(hours=9))


class Button:
    """The count: what it was, what the rhythm adds, and what visitors press."""

    def __init__(self, clock: Clock, count: int, since: datetime) -> None:
        """Start from the count at an instant."""
        self._clock = clock
        self._count = count
        self._since = since
        self._pressed = 0
        self._lock = threading.Lock()

    def press(self) -> None:
        """Count one press."""
        with self._lock:
            self._pressed += 1

    def read(self) -> dict[str, str]:
        """Return the API's answer: time in JST without an offset, count as text."""
        now = self._clock.now()
        with self._lock:
            count = self._count + self._pressed + count_presses(self._since, now)
        shown = now.astimezone(JST)
        return {"time": f"{shown:%Y-%m-%d %H:%M:%S}", "count": str(count)}


class Handler(BaseHTTPRequestHandler):
    """GET / is the page, GET /api reads, POST /api presses."""

    button: Button

    def do_GET(self) -> None:
        """Answer with the page or the count; a GET never presses."""
        if self.path == "/":
            self._answer("text/html; charset=utf-8", PAGE.read_bytes())
        elif self.path == "/api":
            self._answer_count()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Press, and answer with the new count."""
        if self.path != "/api":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.button.press()
        self._answer_count()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: the stack prints what matters."""

    def _answer_count(self) -> None:
        body = json.dumps(self.button.read()).encode()
        self._answer("application/json", body)

    def _answer(self, content_type: str, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve until the process is ended."""
    Handler.button = Button(
        Clock.from_text(os.environ["BUTTON_CLOCK"]),
        int(os.environ["BUTTON_COUNT"]),
        datetime.fromisoformat(os.environ["BUTTON_SINCE"]),
    )
    port = int(os.environ["BUTTON_PORT"])
    ThreadingHTTPServer((HOST, port), Handler).serve_forever()


if __name__ == "__main__":
    main()
