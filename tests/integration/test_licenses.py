"""Whatever is installed for the browser has the text of its licence beside it."""

import runpy
from pathlib import Path

import pytest

from infra.images.commit import ROOT

INSTALL = runpy.run_path(str(ROOT / "docker" / "browser" / "install.py"))


def test_each_file_that_is_installed_has_its_licence(browser: Path) -> None:
    """In one folder, which goes into the image as it is."""
    # Chromium itself makes this folder where it may write.
    unlicensed = INSTALL["list_unlicensed"](browser.parent)
    assert [name for name in unlicensed if not name.startswith("locales/")] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("IPA_Font_License_Agreement_v1.0.txt", "IPA Font License Agreement v1.0"),
        ("MPL-2.0.txt", "Mozilla Public License Version 2.0"),
        ("chromium.txt", "The Chromium Authors. All rights reserved."),
        ("expat.txt", "2001-2026 Expat maintainers"),
        ("open-sans.txt", "SIL OPEN FONT LICENSE Version 1.1"),
        ("plotly.js.txt", "Plotly Technologies Inc."),
        ("sparticuz-chromium.txt", "Permission is hereby granted"),
    ],
)
def test_the_text_is_that_licence_and_the_table_names_it(
    browser: Path, text: str, said: str
) -> None:
    """The table tells where the source is, too, as the MPL asks."""
    folder = browser.parent / "licenses"
    assert said in (folder / text).read_text("utf-8")
    assert f"`{text}`" in (folder / "README.md").read_text("utf-8")


def test_a_file_without_a_licence_stops_the_installation(tmp_path: Path) -> None:
    """A new file of a package, or a text that the package no longer brings."""
    licenses = tmp_path / "licenses"
    for path in ("lib/libnss3.so", "lib/libnew.so", "licenses/MPL-2.0.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    assert INSTALL["list_unlicensed"](tmp_path) == ["lib/libnew.so"]
    (licenses / "MPL-2.0.txt").unlink()
    assert INSTALL["list_unlicensed"](tmp_path) == ["lib/libnew.so", "lib/libnss3.so"]
