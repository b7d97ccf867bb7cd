"""The images that were pushed last: `make push-images` writes, `make deploy` reads."""

import json
from collections.abc import Mapping
from pathlib import Path

FILE = Path(".local") / "images.json"


def write_digests(commit: str, addresses: Mapping[str, str]) -> None:
    """Keep function -> address with digest, and the commit that both are from."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({"commit": commit, **addresses}, indent=2) + "\n")


def read_digests() -> dict[str, str]:
    """Read what write_digests wrote; empty if nothing was pushed from here."""
    if not FILE.is_file():
        return {}
    found: dict[str, str] = json.loads(FILE.read_text("utf-8"))
    return found
