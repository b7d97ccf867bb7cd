"""Host whole sites without a server, so that each hour another one can be there.

The sites are rendered by the real renderer, but for their pictures, all of which are
one. Each answer can be held back, broken or looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from tests.e2e.visiting import LOCALES, PLOTLY_JS
from tests.unit.renderer.histories import FIRST
from tests.unit.renderer.pages import PLOTLY, files_of

MINUTE = timedelta(minutes=1)
HOME = "https://counter.example/"
TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
}


def draw_picture() -> bytes:
    """Give the picture that stands for all."""
    body = BytesIO()
    Image.new("RGB", (96, 40), "#5b3f9b").save(body, "PNG")
    return body.getvalue()


PICTURE = draw_picture()


@dataclass
class Host:
    """A site as it is just now, what of it is broken, and what was asked of it.

    It says when it was last modified, if that is set.
    """

    files: dict[str, bytes]
    broken: str = "\0"
    modified: datetime | None = None
    asked: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Answer as a bucket does, which ignores queries."""
        url = urlsplit(route.request.url)
        key = url.path.removeprefix("/")
        self.asked.append(f"{key}?{url.query}" if url.query else key)
        if self.broken in self.asked[-1] or key not in self.files:
            route.fulfill(status=403, body="<Error/>")
            return
        suffix = key.rpartition(".")[2]
        body = self.files[key]
        if suffix == "png":
            body = PICTURE
        elif key == PLOTLY:
            body = PLOTLY_JS.read_bytes()
        headers = {"content-type": TYPES[suffix]}
        if self.modified:
            headers["last-modified"] = format_datetime(self.modified, usegmt=True)
        route.fulfill(body=body, headers=headers)

    def pages(self) -> int:
        """Count how often the Japanese page was asked for."""
        return self.asked.count("index.html")


@dataclass
class Watch:
    """A page that somebody has left open, and what it said."""

    host: Host
    page: Page
    said: list[str]
    loads: list[str]

    def pass_time(self, span: timedelta, step: timedelta = MINUTE) -> None:
        """Let time pass, with all that happens meanwhile.

        What is fetched takes time that does not pass, so the clock waits for it after
        each step.
        """
        while span > timedelta(0):
            self.page.clock.run_for(min(span, step) // timedelta(milliseconds=1))
            self.page.wait_for_function(
                "() => typeof renewing !== 'undefined' && !renewing"
            )
            span -= step

    def ask(self, expression: str) -> Any:
        """Evaluate something on the page."""
        return self.page.evaluate(expression)

    def count(self) -> str:
        """Return the count that is shown."""
        return self.page.locator(".count data").inner_text()


@contextmanager
def watching(
    browser: Browser,
    host: Host,
    path: str = "index.html",
    *,
    now: datetime = FIRST,
    width: int = 1280,
    scripts: str = "",
    **options: Any,
) -> Iterator[Watch]:
    """Open a page whose clock stands still unless time is let pass."""
    context = browser.new_context(
        locale=LOCALES["ja"],
        viewport={"width": width, "height": 800},
        **{"reduced_motion": "reduce", **options},
    )
    page = context.new_page()
    said: list[str] = []
    loads: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            said.append(message.text)

    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", hear)
    page.on("load", lambda loaded: loads.append(loaded.url))
    if scripts:
        page.add_init_script(scripts)
    context.route("**/*", host.answer)
    page.clock.install(time=now)
    try:
        page.goto(HOME + path)
        yield Watch(host, page, said, loads)
        assert said == []
    finally:
        context.close()


__all__ = ["HOME", "Host", "Watch", "files_of", "watching"]
