"""The commit that an image is built from and named after."""

from datetime import UTC, datetime
from pathlib import Path

from infra.errors import SourceError, ToolError
from infra.images.programs import read_output

ROOT = Path(__file__).resolve().parents[2]


def read_commit(root: Path = ROOT) -> str:
    """Return the short commit, with `-dirty` appended if any file differs from it."""
    try:
        commit = read_output(
            ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"], "git"
        )
        changed = read_output(["git", "-C", str(root), "status", "--porcelain"], "git")
    except (ToolError, FileNotFoundError) as error:
        raise SourceError(
            f"there is no commit to name the images by: {error}"
        ) from None
    return f"{commit}-dirty" if changed else commit


def read_clean_commit(root: Path = ROOT) -> str:
    """Return the short commit; raises SourceError if any file differs from it."""
    commit = read_commit(root)
    if commit.endswith("-dirty"):
        raise SourceError(
            f"the tree is not what commit {commit.removesuffix('-dirty')} holds, so "
            "the name would be a lie: commit or remove the changes (git status)"
        )
    return commit


def read_commit_time(commit: str, root: Path = ROOT) -> datetime:
    """Return when a commit was made, in UTC."""
    show = ["git", "-C", str(root), "show", "--no-patch", "--format=%ct", commit]
    return datetime.fromtimestamp(int(read_output(show, "git show")), UTC)
