"""Fetch readings: a few one by one, many with polars' own cloud reader."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import polars as pl

from renderer.bucket import Bucket, compute_etag
from renderer.readings.format import BrokenReading, Reading, make_frame, parse_reading

# From about here on polars' reader is faster than one request after another.
MANY = 48

# key -> ETag, or None where it is not known.
Page = Mapping[str, str | None]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Where the readings of one counter lie, for boto3 and for polars."""

    bucket: Bucket
    counter: str
    cloud: dict[str, str]

    def load(self, pages: Iterable[Page]) -> tuple[pl.DataFrame, list[str]]:
        """Return the readings behind keys as a frame, and the keys of broken ones.

        A broken object is named in a warning and skipped: it must not keep the
        others from being shown. An object that is gone is skipped, too. One page
        is read while the next one is still being listed.
        """
        with ThreadPoolExecutor(1) as pool:
            parts = list(pool.map(self._load_page, pages))
        broken = [key for _, keys in parts for key in keys]
        return pl.concat([make_frame([]), *(frame for frame, _ in parts)]), sorted(
            broken
        )

    def _load_page(self, keys: Page) -> tuple[pl.DataFrame, list[str]]:
        lines = self._many(keys) if len(keys) >= MANY else {}
        lines |= self._one_by_one([key for key in keys if key not in lines])
        readings, broken = [], []
        for key in keys:
            try:
                readings.append(self._parse(key, lines.get(key)))
            except BrokenReading as why:
                logger.warning("%s %s; it is skipped", key, why)
                broken.append(key)
        return make_frame(readings), broken

    def _parse(self, key: str, body: bytes | str | None) -> Reading:
        if body is None:
            raise BrokenReading("is gone")
        return parse_reading(key, body, self.counter)

    def _one_by_one(self, keys: list[str]) -> dict[str, bytes | str | None]:
        with ThreadPoolExecutor(8) as pool:
            stored = pool.map(self.bucket.get, keys)
            return {
                key: found.body if found else None
                for key, found in zip(keys, stored, strict=True)
            }

    def _many(self, keys: Page) -> dict[str, bytes | str | None]:
        """Return the objects that are surely one line of text.

        polars unpacks what is compressed and knows no lines but those it splits,
        so a line counts only if it has the object's own ETag.
        """
        root = f"s3://{self.bucket.name}/"
        frame = scan_lines([root + key for key in keys], self.cloud)
        lines = {
            path.removeprefix(root): line
            for path, line in frame.select("path", "line").iter_rows()
        }
        return {
            key: line
            for key, line in lines.items()
            if compute_etag(f"{line}\n".encode()) == keys[key]
        }


def make_cloud_options(client: Any, credentials: Any) -> dict[str, str]:
    """Return a boto3 client's endpoint, region and credentials in polars' words."""
    options = {
        "aws_endpoint_url": client.endpoint_url,
        "aws_region": client.region_name,
        "aws_access_key_id": credentials.access_key,
        "aws_secret_access_key": credentials.secret_key,
        "aws_allow_http": str(client.endpoint_url.startswith("http:")).lower(),
    }
    if credentials.token:
        options["aws_session_token"] = credentials.token
    return options


def scan_lines(paths: list[str], cloud: dict[str, str]) -> pl.DataFrame:
    """Read the lines of many objects; those that polars cannot read are left out.

    One unreadable object (not UTF-8, compressed, gone) fails the whole scan and
    the error does not name it, so halve until it is alone. A scan stops early at
    an error, which makes that cheap.
    """
    lines = pl.scan_lines(
        list(paths),
        glob=False,
        storage_options=cloud,
        credential_provider=None,
        include_file_paths="path",
    )
    try:
        return lines.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        # An S3 that cannot be reached or refuses would do so for each half, too.
        gone = isinstance(error, FileNotFoundError)
        if not gone and "object-store error" in str(error):
            raise
        if len(paths) == 1:
            return pl.DataFrame(schema={"line": pl.String, "path": pl.String})
        half = len(paths) // 2
        return pl.concat(
            [scan_lines(paths[:half], cloud), scan_lines(paths[half:], cloud)]
        )
