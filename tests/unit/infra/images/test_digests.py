"""The word that a push leaves for a deploy."""

from pathlib import Path

import pytest

from infra.errors import SettingsError
from infra.images.digests import FILE, forget_digests, read_digests, write_digests


def test_what_was_pushed_last_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing at first, and then the commit and both addresses."""
    monkeypatch.chdir(tmp_path)
    assert read_digests() == {}
    for digest in ("1", "2"):
        write_digests("abc", {"collector": f"host/c@{digest}", "renderer": "host/r@3"})
    assert read_digests() == {
        "commit": "abc",
        "collector": "host/c@2",
        "renderer": "host/r@3",
    }


@pytest.mark.parametrize(
    "text", ["", '{"commit": "a', "[1]", "5", '{"collector": 1}', "[" * 100_000]
)
def test_a_damaged_file_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """As one that an editor, or a full disk, has cut off."""
    monkeypatch.chdir(tmp_path)
    FILE.parent.mkdir()
    FILE.write_text(text)
    with pytest.raises(SettingsError, match=r"images\.json is damaged: run `make push"):
        read_digests()
    # Its repositories are gone, and with them all that it could say.
    forget_digests(["host/c"])
    assert read_digests() == {}


def test_what_is_of_other_repositories_is_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of another account."""
    monkeypatch.chdir(tmp_path)
    write_digests("abc", {"collector": "host/c@1"})
    forget_digests(["host/d"])
    assert read_digests()
    forget_digests(["host/c"])
    assert read_digests() == {}
