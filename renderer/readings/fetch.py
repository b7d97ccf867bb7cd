"""Fetching readings: a few one by one, many with polars' own cloud reader."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import polars as pl

from renderer.bucket import Bucket, compute_etag
from renderer.errors import BrokenObjectError
from renderer.readings.format import (
    parse_reading,
    parse_reading_key,
    tabulate_readings,
)

# From about here on polars' reader is faster than one request after another.
SCAN_FROM = 48

# Keys and their ETags, None where an ETag is not known.
Listing = Mapping[str, str | None]
Parsed = TypeVar("Parsed")
Body = TypeVar("Body", bytes, str | bytes)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReadingStore:
    """Where the readings of a counter lie, for boto3 and for polars.

    `cloud` is what `make_cloud_options` returns, empty to do without polars' reader.
    `now` only tells where to look for new readings, where it is known.
    """

    bucket: Bucket
    counter: str
    cloud: dict[str, str]
    now: datetime | None = None

    def load_readings(
        self, listings: Iterable[Listing]
    ) -> tuple[pl.DataFrame, list[str]]:
        """Return the readings under the listed keys, and the keys of broken ones.

        The frame has the columns of `READINGS_SCHEMA`, in the order of the keys. An
        object that is no reading, or is gone meanwhile, is named in a warning and
        skipped: it must not keep the others from being shown.
        """
        # One listing is loaded while the next one is still on its way.
        with ThreadPoolExecutor(1) as pool:
            parts = list(pool.map(self._load_listing, listings))
        frames = [tabulate_readings([]), *(frame for frame, _ in parts)]
        broken = [key for _, keys in parts for key in keys]
        return pl.concat(frames), sorted(broken)

    def load_objects(
        self, keys: Iterable[str], parse: Callable[[str, bytes, str], Parsed]
    ) -> tuple[dict[str, Parsed], list[str]]:
        """Return what few objects hold, by their keys, and the keys of broken ones.

        `parse` takes key, body and counter, and raises BrokenObjectError.
        """
        return self._parse_each(self._get_each(list(keys)), parse)

    def _load_listing(self, keys: Listing) -> tuple[pl.DataFrame, list[str]]:
        # What has no name of a reading is not even looked into.
        named = {
            key: etag
            for key, etag in keys.items()
            if parse_reading_key(key, self.counter)
        }
        many = self.cloud and len(named) >= SCAN_FROM
        lines = self._scan_many(named) if many else {}
        lines |= self._get_each([key for key in named if key not in lines])
        bodies = {key: lines.get(key, "") for key in keys}
        readings, broken = self._parse_each(bodies, parse_reading)
        return tabulate_readings(readings.values()), broken

    def _parse_each(
        self,
        bodies: Mapping[str, Body | None],
        parse: Callable[[str, Body, str], Parsed],
    ) -> tuple[dict[str, Parsed], list[str]]:
        parsed, broken = {}, []
        for key, body in bodies.items():
            try:
                if body is None:
                    raise BrokenObjectError("is gone")
                parsed[key] = parse(key, body, self.counter)
            except BrokenObjectError as why:
                logger.warning("%s %s; it is skipped", key, why)
                broken.append(key)
        return parsed, broken

    def _get_each(self, keys: list[str]) -> dict[str, Any]:
        with ThreadPoolExecutor(8) as pool:
            stored = pool.map(self.bucket.get, keys)
            return {
                key: found.body if found else None
                for key, found in zip(keys, stored, strict=True)
            }

    def _scan_many(self, keys: Listing) -> dict[str, Any]:
        """Return the text of each object that is surely a single line.

        polars also unpacks what is compressed, and does not tell how many lines an
        object had; so a line counts only if its ETag is that of the whole object.
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
    """Return the endpoint, region and credentials of a boto3 client for polars.

    Their names are those of the crate that polars reads S3 with:
    https://docs.rs/object_store/latest/object_store/aws/enum.AmazonS3ConfigKey.html
    """
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
    """Return the lines of many objects, without those that polars cannot read.

    Columns: `line`, without its end, and `path`, the object's `s3://` address. Raises
    an OSError or a PolarsError if S3 itself cannot be reached, or refuses.
    """
    # One object that is not UTF-8, or is gone, fails the whole scan, and the error
    # does not name it: so halve until it is alone. A scan stops early at an error,
    # which makes that cheap.
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
