"""The one short digest of whatever something is made from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def fingerprint(*parts: object) -> str:
    """Return 16 hexadecimal digits that differ where the parts differ.

    A single part of bytes is taken as it is, anything else as JSON:
    `fingerprint(b"")` is `e3b0c44298fc1c14`.
    """
    content = parts[0] if len(parts) == 1 else None
    if not isinstance(content, bytes):
        content = json.dumps(parts, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()[:16]


def fingerprint_code(browser: Path) -> str:
    """Return the fingerprint of all that turns readings into pictures and pages.

    That is this package with its templates and its locked dependencies, the project's
    version, and the stamp that the pinned browser's installer leaves beside it.
    """
    package = Path(__file__).parent
    files = [
        path
        for path in sorted(package.rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__"
    ]
    files.append(package.with_name("VERSION"))
    if (stamp := browser.with_name("installed")).is_file():
        files.append(stamp)
    return fingerprint(*(fingerprint(path.read_bytes()) for path in files))
