"""Fingerprints: the same for the same parts, and another for any other."""

from pathlib import Path

import pytest

from renderer.fingerprint import fingerprint, fingerprint_code


def test_bytes_alone_are_taken_as_they_are() -> None:
    """As `sha256sum` would say."""
    assert fingerprint(b"") == "e3b0c44298fc1c14"


def test_other_parts_are_told_from_each_other() -> None:
    """Also where their texts, joined, would be the same."""
    different = [
        ("ab",),
        ("a", "b"),
        ("b", "a"),
        (["a", "b"],),
        ({"a": "b"},),
        (1,),
        ("1",),
    ]
    assert len({fingerprint(*parts) for parts in different}) == len(different)
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


def test_the_code_version_covers_all_that_shapes_a_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Modules, templates and locked dependencies, but nothing that Python leaves."""
    package, browser = tmp_path / "renderer", tmp_path / "chromium"
    (package / "templates/words").mkdir(parents=True)
    (package / "__pycache__").mkdir()
    monkeypatch.setattr(
        "renderer.fingerprint.__file__", str(package / "fingerprint.py")
    )
    (tmp_path / "VERSION").write_text("1")
    versions = [fingerprint_code(browser)]
    for name in (
        "../VERSION",
        "draw.py",
        "requirements.txt",
        "templates/index.html",
        "templates/style.css",
        "templates/icon.svg",
        "templates/page.js",
        "templates/schema.json",
        "templates/words/en.toml",
    ):
        (package / name).write_text(name)
        versions.append(fingerprint_code(browser))
    assert len(set(versions)) == len(versions)
    (package / "__pycache__" / "draw.cpython-311.pyc").write_text("x")
    assert fingerprint_code(browser) == versions[-1]
