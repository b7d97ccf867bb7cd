"""The one short digest of whatever something is made from."""

from __future__ import annotations

import hashlib
import json


def fingerprint(*parts: object) -> str:
    """Return a short name for what something is made from."""
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
