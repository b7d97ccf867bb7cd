"""Take the README's pictures of the page.

    python -m tests.e2e.screenshots ADDRESS

ADDRESS is that of a site, as `make run` prints it; the files go to docs/.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.e2e.visiting import LOCALES, PAGES, ROOT, browsing, start_playwright

Shot = tuple[str, str, Literal["light", "dark"], str, int, int]
SHOTS: tuple[Shot, ...] = (
    ("page.png", "ja", "light", "", 1100, 1280),
    ("page-dark.png", "en", "dark", "#patterns", 1100, 900),
)


def take(browser: Browser, site: str, shot: Shot, folder: Path) -> None:
    """Save what a visitor sees of the page at one place."""
    name, language, scheme, place, width, height = shot
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale=LOCALES[language],
    )
    page.goto(site + PAGES[language] + place, wait_until="networkidle")
    page.screenshot(path=folder / name)
    page.close()


def main(address: str) -> None:
    """Save all of them."""
    site = address.removesuffix(PAGES["ja"])
    with (
        tempfile.TemporaryDirectory() as cache,
        start_playwright() as playwright,
        browsing(playwright, Path(cache)) as browser,
    ):
        for shot in SHOTS:
            take(browser, site, shot, ROOT / "docs")


if __name__ == "__main__":
    main(*sys.argv[1:])
