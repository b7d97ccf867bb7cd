"""Stacks, sources, a published site and a browser for all end-to-end tests."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Playwright

from infra.local.storage import Storage
from tests.e2e.publishing import publish_site
from tests.e2e.test_run import env, source, start
from tests.e2e.visiting import (
    Site,
    Visit,
    browsing,
    sample_readings,
    start_playwright,
    visiting,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["env", "source", "start"]


@pytest.fixture(scope="session")
def site(s3_server: Storage, s3_client: "S3Client") -> Site:
    """Put readings, and have the renderer publish what it makes of them."""
    return publish_site(s3_server, s3_client, "page", sample_readings())


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start what drives browsers; there can be one of it in a process."""
    with start_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Start the browser that the project pins."""
    with browsing(playwright, tmp_path_factory.mktemp("cache")) as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_without_scripts(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Start it as somebody has set it who wants no scripts."""
    cache = tmp_path_factory.mktemp("cache")
    with browsing(playwright, cache, scripts=False) as browser:
        yield browser


@pytest.fixture
def either_browser(
    js: bool,
    browser: Browser,
    browser_without_scripts: Browser,
) -> Browser:
    """Give the browser with or without scripts, as the test's parameter says."""
    return browser if js else browser_without_scripts


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Open the English page at a desk."""
    with visiting(browser, site, "en.html", language="en") as visit:
        yield visit
        visit.check_quiet()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Serve a folder at another origin."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
