"""The S3 edge: whole objects in, and compare-and-swap puts out.

Every put says which object it means to replace, so two runs at once can never
overwrite each other unnoticed: one of them meets a conflict, looks at what is there
now, and tries again.
"""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from renderer.errors import ConflictError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# 412: another object than expected. 409: a write to the key is under way, or it
# was just deleted. 404: the object to replace is gone.
CONFLICTS = (404, 409, 412)
ATTEMPTS = 6

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """An object's bytes and the ETag to replace it by."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class Bucket:
    """One bucket and the client to reach it with."""

    client: S3Client
    name: str

    def get(self, key: str) -> Stored | None:
        """Return an object, or None if there is none."""
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            # Without the right to list, S3 answers 403 for a missing object; the
            # roles have that right, so 403 is a real problem.
            if read_status(error) == 404:
                return None
            raise
        return Stored(answer["Body"].read(), answer["ETag"])

    def etag(self, key: str) -> str | None:
        """Return an object's ETag, or None if there is none."""
        try:
            return self.client.head_object(Bucket=self.name, Key=key)["ETag"]
        except ClientError as error:
            if read_status(error) == 404:
                return None
            raise

    def list(self, prefix: str) -> dict[str, str]:
        """Return key -> ETag of all objects under a prefix, in order of key."""
        pages = self.pages(prefix)
        return {key: etag for page in pages for key, etag in page.items()}

    def pages(self, prefix: str, start_after: str = "") -> Iterator[dict[str, str]]:
        """Yield key -> ETag of the objects under a prefix, a page at a time."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix, StartAfter=start_after
        )
        for page in pages:
            yield {item["Key"]: item["ETag"] for item in page.get("Contents", [])}

    def put(self, key: str, body: bytes, replacing: str | None, **headers: Any) -> str:
        """Put an object over the one with this ETag (None: over nothing).

        Returns the new ETag; raises ConflictError if another one is there.
        """
        condition: dict[str, Any] = (
            {"IfMatch": replacing} if replacing else {"IfNoneMatch": "*"}
        )
        try:
            answer = self.client.put_object(
                Bucket=self.name, Key=key, Body=body, **condition, **headers
            )
        except ClientError as error:
            if read_status(error) in CONFLICTS:
                raise ConflictError(key) from error
            raise
        return answer["ETag"]


def retry_conflicts(
    swap: Callable[[], Result], look_again: Callable[[], None] = lambda: None
) -> Result:
    """Return what a swap returns, made again after each conflict.

    Before that, `look_again` finds out what is there now, unless the swap does so
    itself. Raises ConflictError if others win every one of several attempts.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return swap()
        except ConflictError as error:
            logger.info("%s; looking again", error)
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
            look_again()
    return swap()


def read_status(error: ClientError) -> int:
    """Return the HTTP status of an S3 error; servers differ in their codes."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def compute_etag(body: bytes) -> str:
    """Return the ETag that S3 gives an object put in one piece.

    With KMS encryption S3 gives another one. Then an object counts as unknown: it
    is put, or read by itself, once more than needed.
    """
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
