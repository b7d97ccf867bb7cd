"""What the images are named after."""

import subprocess
from pathlib import Path

import pytest

from infra.errors import SourceError
from infra.images.commit import read_clean_commit, read_commit


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a repository with one commit."""
    (tmp_path / "file").write_text("1")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "one")):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    return tmp_path


def test_a_tree_as_it_was_committed_has_the_commit_s_name(checkout: Path) -> None:
    """Twelve digits."""
    assert len(read_commit(checkout)) == 12
    assert read_clean_commit(checkout) == read_commit(checkout)


def test_a_changed_tree_is_named_so_and_never_pushed(checkout: Path) -> None:
    """Also by a file that git does not know yet."""
    commit = read_commit(checkout)
    (checkout / "new").write_text("2")
    assert read_commit(checkout) == f"{commit}-dirty"
    with pytest.raises(SourceError, match=f"not what commit {commit} holds"):
        read_clean_commit(checkout)


def test_without_a_commit_one_line_says_so(tmp_path: Path) -> None:
    """As in a folder that was downloaded."""
    with pytest.raises(SourceError, match="no commit to name the images by") as caught:
        read_commit(tmp_path)
    assert "\n" not in str(caught.value)
