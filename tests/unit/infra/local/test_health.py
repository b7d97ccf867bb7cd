"""A container is healthy when a visitor would see the page."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import Mock

import pytest

from infra.local.health import main


class Site(BaseHTTPRequestHandler):
    """Answers with the server's status."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """Serve a site on the port that the environment names, behind a dead proxy."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as found:
        monkeypatch.setenv("PORT", str(found.server_port))
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_it_is_healthy_when_the_page_comes(
    server: ThreadingHTTPServer, status: int, code: int
) -> None:
    """And not while it is being made, or the storage is away."""
    server.status = status  # type: ignore[attr-defined]
    assert main() == code


@pytest.mark.parametrize("port", ["1", "x"])
def test_one_line_says_why_it_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    """Docker keeps it beside the state."""
    monkeypatch.setenv("PORT", port)
    assert main() == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("the site does not answer: ")


@pytest.mark.parametrize(
    ("listen", "host"),
    [("", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("fd00::1",) * 2],
)
def test_it_is_asked_where_it_listens(
    monkeypatch: pytest.MonkeyPatch, listen: str, host: str
) -> None:
    """One that listens by IPv6 alone has nothing at 127.0.0.1."""
    asked: list[str] = []
    opener = Mock(open=lambda url, *_: asked.append(url))
    monkeypatch.setattr("infra.local.health.build_opener", lambda _: opener)
    monkeypatch.setenv("LISTEN", listen)
    monkeypatch.setenv("PORT", "8333")
    assert main() == 0
    assert asked == [f"http://{host.replace('fd00::1', '[fd00::1]')}:8333/"]
