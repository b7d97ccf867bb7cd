"""Serve the button page on loopback.

Environment: BUTTON_PORT; BUTTON_CLOCK (see infra/local/clock.py); BUTTON_SAMPLE, whose
rhythm it has; BUTTON_COUNT and BUTTON_SINCE, a count and the instant of it, from which
the page counts on.
"""

import json
import os
import threading
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.clock import Clock
from infra.local.demo.button.presses import (
    JST,
    RHYTHMS,
    Rhythm,
    count_presses,
    find_midnight,
)
from infra.local.ports import HOST

PAGE = Path(__file__).with_name("page.html")


class Button:
    """The count: what it was, what the rhythm adds, and what visitors press."""

    def __init__(
        self,
        read_clock: Callable[[], datetime],
        rhythm: Rhythm,
        count: int,
        since: datetime,
    ) -> None:
        """Start from the count at an instant."""
        self._read_clock = read_clock
        self._rhythm = rhythm
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
        now = self._read_clock()
        with self._lock:
            count = self._pressed + self._count_until(now)
        shown = now.astimezone(JST)
        return {"time": f"{shown:%Y-%m-%d %H:%M:%S}", "count": str(count)}

    def _count_until(self, now: datetime) -> int:
        midnight = find_midnight(now)
        if midnight > self._since:
            # Kept, so that an answer costs the same however long the page runs.
            self._count += count_presses(self._rhythm, self._since, midnight)
            self._since = midnight
        return self._count + count_presses(self._rhythm, self._since, now)


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
        Clock.from_text(os.environ["BUTTON_CLOCK"]).now,
        RHYTHMS[os.environ["BUTTON_SAMPLE"]],
        int(os.environ["BUTTON_COUNT"]),
        datetime.fromisoformat(os.environ["BUTTON_SINCE"]),
    )
    port = int(os.environ["BUTTON_PORT"])
    ThreadingHTTPServer((HOST, port), Handler).serve_forever()


if __name__ == "__main__":
    main()
