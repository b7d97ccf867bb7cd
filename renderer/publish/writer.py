"""Publishing to the site's bucket so that nobody ever sees a torn or an older state.

Every put replaces exactly the object that was listed before the history was found
to be still the newest. So a slow run can never put its older state over that of a
newer one: it finds a conflict, looks again, and stops.

Pages, styles and scripts are stored compressed, since S3 compresses nothing itself;
the data stays plain, for programs that cannot unpack it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from renderer.bucket import Bucket, compute_etag, retry_conflicts
from renderer.errors import ConflictError, OvertakenError
from renderer.site.languages import LANGUAGES

CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    # All that is XML here is a feed.
    "xml": "application/atom+xml; charset=utf-8",
}
JSON_FEEDS = tuple(each.json_feed for each in LANGUAGES)
PACKED = (".css", ".html", ".js")
FRESH = "max-age=300, stale-while-revalidate=600"
FOR_EVER = "max-age=31536000, immutable"


@dataclass
class SiteWriter:
    """The site's bucket as it was last listed, and what this run put there."""

    bucket: Bucket
    is_newest: Callable[[], bool]
    etags: dict[str, str] = field(default_factory=dict)
    put_keys: list[str] = field(default_factory=list)
    # The ETags of what this run has published, whatever others put there later.
    own_etags: dict[str, str] = field(default_factory=dict)

    def list_objects(self) -> None:
        """List what is there now."""
        self.etags = self.bucket.list("")

    def publish(self, *stages: Mapping[str, bytes]) -> None:
        """Put the objects of each stage, one stage after the other.

        An object whose bytes are there already is not put again. Raises
        OvertakenError, with nothing older put over anything newer, if the
        history has moved on.
        """
        ready = [
            {key: encode_object(key, body) for key, body in stage.items()}
            for stage in stages
        ]

        def put_stages() -> None:
            if not self.is_newest():
                raise OvertakenError("the history has moved on; another run publishes")
            for stage in ready:
                self._put_all(stage)

        retry_conflicts(put_stages, self.list_objects)

    def _put_all(self, objects: Mapping[str, bytes]) -> None:
        changed = [
            key
            for key, body in objects.items()
            if self.etags.get(key) != compute_etag(body)
        ]
        conflicts = []
        with ThreadPoolExecutor(8) as pool:
            puts = pool.map(lambda key: self._try_put(key, objects[key]), changed)
            for key, outcome in zip(changed, puts, strict=True):
                if isinstance(outcome, ConflictError):
                    conflicts.append(outcome)
                    continue
                self.etags[key] = outcome
                self.put_keys.append(key)
        if conflicts:
            raise conflicts[0]
        self.own_etags |= {key: self.etags[key] for key in objects}

    def _try_put(self, key: str, body: bytes) -> str | ConflictError:
        """Return a conflict, which must not keep the other objects from being put.

        A reply that was lost looks like one, and there may be one an object.
        """
        try:
            return self._put(key, body)
        except ConflictError as error:
            return error

    def _put(self, key: str, body: bytes) -> str:
        encoding = {"ContentEncoding": "gzip"} if is_packed(key) else {}
        return self.bucket.put(
            key,
            body,
            replacing=self.etags.get(key),
            ContentType=find_content_type(key),
            CacheControl=FOR_EVER if key.startswith("assets/") else FRESH,
            **encoding,
        )


def find_content_type(key: str) -> str:
    """Return the type of an object; that of a JSON feed is not that of other JSON."""
    if key in JSON_FEEDS:
        return "application/feed+json; charset=utf-8"
    return CONTENT_TYPES[key.rpartition(".")[2]]


def encode_object(key: str, body: bytes) -> bytes:
    """Return an object's bytes as they are stored, the same for the same content."""
    if is_packed(key):
        return gzip.compress(body, compresslevel=9, mtime=0)
    return body


def is_packed(key: str) -> bool:
    """Tell whether only browsers read an object, which unpack it."""
    return key.endswith(PACKED) or (key.startswith("graphs/") and key.endswith(".json"))
