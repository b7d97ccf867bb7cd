"""The last object of a run: what the site was made from, and what need not be redone.

Pictures and the files of past years cost the most and change the least. Each has
a version, the fingerprint of all that it is made from; it is made again only if the
manifest has another version of it, or another object lies there than was put.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from renderer.publish.writer import SiteWriter
from renderer.site import keys


@dataclass(frozen=True)
class Manifest:
    """What the last run that went through made.

    stamp: fingerprint of all that the site was made from.
    objects: key -> `version` and `etag` of each object that has a version.
    """

    stamp: str = ""
    objects: Mapping[str, Any] = field(default_factory=dict)

    def find_stale(
        self, versions: Mapping[str, str], etags: Mapping[str, str]
    ) -> set[str]:
        """Return the keys that are not there in the version asked for."""
        return {
            key
            for key, version in versions.items()
            if self.objects.get(key) != {"version": version, "etag": etags.get(key)}
        }


def fetch_manifest(writer: SiteWriter) -> Manifest:
    """Fetch the manifest; an empty one if there is none that can be read."""
    there = keys.MANIFEST in writer.etags
    stored = writer.bucket.get(keys.MANIFEST) if there else None
    try:
        fields = json.loads(stored.body) if stored else {}
        return Manifest(str(fields["stamp"]), dict(fields["objects"]))
    except (ValueError, KeyError, TypeError):
        return Manifest()


def encode_manifest(
    stamp: str, versions: Mapping[str, str], etags: Mapping[str, str]
) -> bytes:
    """Return the manifest of a run that has put everything else."""
    objects = {
        key: {"version": version, "etag": etags[key]}
        for key, version in sorted(versions.items())
    }
    fields = {"schema": 1, "stamp": stamp, "objects": objects}
    return f"{json.dumps(fields, indent=2)}\n".encode()
