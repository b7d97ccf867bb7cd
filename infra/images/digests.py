"""The images that were pushed last: `make push-images` writes, `make deploy` reads."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.errors import SettingsError

FILE = Path(".local") / "images.json"


def write_digests(commit: str, addresses: Mapping[str, str]) -> None:
    """Keep function -> address with digest, and the commit that both are from."""
    FILE.parent.mkdir(exist_ok=True)
    # Renamed at the end: an interrupted push must not leave half a file.
    part = FILE.with_suffix(".part")
    part.write_text(json.dumps({"commit": commit, **addresses}, indent=2) + "\n")
    part.replace(FILE)


def read_digests() -> dict[str, str]:
    """Read what write_digests wrote; empty if nothing was pushed from here.

    Raises SettingsError for anything else.
    """
    if not FILE.is_file():
        return {}
    try:
        found = {**json.loads(FILE.read_text("utf-8"))}
        if not all(isinstance(each, str) for each in found.values()):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        raise SettingsError(
            f"{FILE} is damaged: run `make push-images`, which writes it anew"
        ) from None
    return found


def forget_digests(repositories: Iterable[str]) -> None:
    """Forget the images if they are of these repositories, which are gone.

    repositories: addresses with the registry's host. A damaged file goes, too: nothing
    else is left to be done.
    """
    starts = tuple(f"{address}@" for address in repositories)
    try:
        is_gone = any(image.startswith(starts) for image in read_digests().values())
    except SettingsError:
        is_gone = True
    if is_gone:
        FILE.unlink()
