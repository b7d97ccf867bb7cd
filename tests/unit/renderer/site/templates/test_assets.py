"""Style sheet, scripts and small images: named by content, small, and our own."""

import hashlib
import re

from renderer.site.page import render_files, strip_comments
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import files_of, view_of


def test_an_asset_is_named_by_its_content() -> None:
    """So that it may be kept for ever."""
    files = render_files(view_of(history([5]))[0])
    assets = {key: body for key, body in files.items() if key.startswith("assets/")}
    assert {key.rpartition(".")[2] for key in assets} == {"css", "js", "png", "svg"}
    for key, body in assets.items():
        assert hashlib.sha256(body).hexdigest()[:12] == key.split(".")[1]


def test_scripts_and_styles_come_without_their_comments() -> None:
    """Those that have lines of their own; nothing else of them is touched."""
    source = b"""/** What it does. */
a = "//"; // kept
  // gone
/* begins
 * goes on */
b /* kept */ = `/* ${c} */`;
/* kept */ d = 1; /* kept */
"""
    assert strip_comments(source) == (
        b'a = "//"; // kept\n'
        b"b /* kept */ = `/* ${c} */`;\n/* kept */ d = 1; /* kept */\n"
    )
    assets = {
        key: body
        for key, body in files_of(history([5])).items()
        if key.startswith("assets/") and key.endswith((".css", ".js"))
    }
    assert len(assets) > 5
    for key, body in assets.items():
        assert not re.search(rb"^\s*(//|/\*)", body, re.MULTILINE), key


def test_an_asset_has_no_address_of_another_origin() -> None:
    """Nothing is fetched from anywhere else; an XML namespace is but a name."""
    for key, body in render_files(view_of(history([5]))[0]).items():
        if key.rpartition(".")[2] in ("css", "svg"):
            text = body.decode().replace("http://www.w3.org/2000/svg", "")
            assert "//" not in text
            assert "@import" not in text
