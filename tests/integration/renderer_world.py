"""One counter's two buckets on the real S3, and what the renderer makes of them.

Most tests do without a browser: `paint` gives a picture's place-holder, which
depends on the figure alone, as the real picture does.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config

from collector.reading import Reading
from renderer.bucket import Bucket, compute_etag
from renderer.drawing.flagsets import FLAGSETS
from renderer.drawing.gallery import Draw, hang_figures
from renderer.drawing.png import SIGNATURE, make_chunk
from renderer.figures.figure import Figure
from renderer.figures.graphs import make_graphs
from renderer.figures.ranges import DEFAULT_RANGE, RANGES
from renderer.findings.findings import make_findings
from renderer.pipeline import run_pipeline
from renderer.readings.fetch import ReadingStore, make_cloud_options
from renderer.readings.history import make_history_key
from renderer.settings import Settings
from renderer.site.page import render_files
from renderer.subject import Subject
from tests.conftest import Buckets

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

COUNTER = "nyanpass"
# Any script does for one that is only published.
PLOTLY = Path(__file__).parents[2] / "renderer" / "site" / "templates" / "language.js"
HOUR = timedelta(hours=1)
# A day of Japan and a year of UTC end within the first readings.
START = datetime(2026, 12, 31, 12, tzinfo=UTC)

HEADERS = ("ContentType", "ContentEncoding", "CacheControl")

Object = tuple[bytes, str, str]
# A bucket and a key in it; and what was there: arguments of `put_object`.
Place = tuple[str, str]
Saved = Mapping[Place, dict[str, Any]]


@dataclass(frozen=True)
class World:
    """A data bucket, a site bucket, and the client that the renderer uses."""

    buckets: Buckets
    client: "S3Client"
    cloud: dict[str, str]
    code: str = "code"

    @property
    def settings(self) -> Settings:
        """Give the renderer's settings."""
        return Settings(
            data_bucket=self.buckets.data,
            site_bucket=self.buckets.site,
            site_url=self.buckets.env["SITE_URL"],
            counter=COUNTER,
            subject=Subject("にゃんぱすーボタン"),
            time_zone=ZoneInfo("Asia/Tokyo"),
            browser=Path("no browser"),
            plotly_js=PLOTLY,
            flagsets=list(FLAGSETS),
            code=self.code,
        )

    @property
    def store(self) -> ReadingStore:
        """Give the readings as the renderer reaches them."""
        return ReadingStore(Bucket(self.client, self.buckets.data), COUNTER, self.cloud)

    def through(self, client: "S3Client") -> "World":
        """Give the same buckets, reached by another client."""
        return replace(self, client=client)

    def put(self, *readings: Reading) -> list[str]:
        """Store readings as the collector does, and return their keys."""
        return self.put_bodies({each.key(): each.to_line() for each in readings})

    def put_bodies(self, bodies: Mapping[str, bytes]) -> list[str]:
        """Store whatever bytes in the data bucket, and return their keys."""

        def put(key: str) -> None:
            self.buckets.client.put_object(
                Bucket=self.buckets.data, Key=key, Body=bodies[key]
            )

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(put, bodies))
        return list(bodies)

    def tick(self, *hinted: str, draw: Draw | None = None) -> dict[str, Any]:
        """Run the renderer for an event that names these keys."""
        site = Bucket(self.client, self.buckets.site)
        return run_pipeline(
            self.settings, self.store, site, draw or paint, list(hinted), rebuild=False
        )

    def rebuild(self, draw: Draw | None = None) -> dict[str, Any]:
        """Run the renderer for a rebuild."""
        site = Bucket(self.client, self.buckets.site)
        return run_pipeline(
            self.settings, self.store, site, draw or paint, [], rebuild=True
        )

    def site(self) -> dict[str, Object]:
        """Read the whole site: content, its type and cache control of each key."""
        return self._read(self.buckets.site)

    def etags(self) -> dict[str, str]:
        """List the site: the digest of each object's bytes, by its key."""
        return self._list(self.buckets.site)

    def page(self, key: str = "index.html") -> bytes:
        """Read a page alone, empty if there is none."""
        stored = Bucket(self.buckets.client, self.buckets.site).get(key)
        return gzip.decompress(stored.body) if stored else b""

    def list_data(self, prefix: str) -> dict[str, str]:
        """List what is under a prefix of the data bucket: digests by keys."""
        return self._list(self.buckets.data, prefix)

    def history(self) -> bytes | None:
        """Read the history's file, or None if there is none."""
        stored = self._read(self.buckets.data, make_history_key(COUNTER))
        return stored[make_history_key(COUNTER)][0] if stored else None

    def readings(self) -> dict[str, Object]:
        """Read everything under `readings/`."""
        return self._read(self.buckets.data, "readings/")

    def save(self) -> Saved:
        """Keep all that is in both buckets, with its headers, to come back to it."""

        def get(place: Place) -> dict[str, Any]:
            answer = self.buckets.client.get_object(Bucket=place[0], Key=place[1])
            headers = {name: text for name, text in answer.items() if name in HEADERS}
            return {"Body": answer["Body"].read(), **headers}

        places = self._places()
        with ThreadPoolExecutor(8) as threads:
            return dict(zip(places, threads.map(get, places), strict=True))

    def restore(self, saved: Saved) -> None:
        """Put back what has changed since then, and delete what has come."""

        def put(place: Place) -> None:
            self.buckets.client.put_object(
                Bucket=place[0], Key=place[1], **saved[place]
            )

        there = self._places()
        for bucket in (self.buckets.data, self.buckets.site):
            new = there.keys() - saved.keys()
            self.delete(bucket, *(key for name, key in new if name == bucket))
        changed = [
            place
            for place, object_then in saved.items()
            if there.get(place) != compute_etag(object_then["Body"])
        ]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(put, changed))

    def clear(self) -> None:
        """Empty both buckets."""
        for bucket in (self.buckets.data, self.buckets.site):
            self.delete(bucket, *self._list(bucket))

    def delete(self, bucket: str, *keys: str) -> None:
        """Delete objects of one of the buckets."""
        names: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys]
        for start in range(0, len(names), 1000):
            some = names[start : start + 1000]
            self.buckets.client.delete_objects(Bucket=bucket, Delete={"Objects": some})

    def _places(self) -> dict[Place, str]:
        """List both buckets: the digest of each object's bytes."""
        return {
            (bucket, key): etag
            for bucket in (self.buckets.data, self.buckets.site)
            for key, etag in self._list(bucket).items()
        }

    def _list(self, bucket: str, prefix: str = "") -> dict[str, str]:
        return Bucket(self.buckets.client, bucket).list(prefix)

    def _read(self, bucket: str, prefix: str = "") -> dict[str, Object]:
        def get(key: str) -> Object:
            answer = self.buckets.client.get_object(Bucket=bucket, Key=key)
            body, kind = answer["Body"].read(), answer["ContentType"]
            if answer.get("ContentEncoding") == "gzip":
                body = gzip.decompress(body)
            return body, kind, answer.get("CacheControl", "")

        keys = self._list(bucket, prefix)
        with ThreadPoolExecutor(8) as threads:
            return dict(zip(keys, threads.map(get, keys), strict=True))


@contextmanager
def fewer_ranges() -> Iterator[None]:
    """Leave two ranges: all kinds of objects, for whoever publishes many times."""
    all_ranges = dict(RANGES)
    for name in all_ranges.keys() - {DEFAULT_RANGE, "all"}:
        del RANGES[name]
    try:
        yield
    finally:
        # In their order, too.
        RANGES.clear()
        RANGES.update(all_ranges)


@contextmanager
def computing_once() -> Iterator[None]:
    """Have what is pure give once more what it gave for the same readings.

    For whoever runs one tick many times to see what S3 does with it.
    """
    findings = remember(
        make_findings, lambda settled, *_: tuple(settled.readings.rows())
    )
    graphs = remember(make_graphs, id)
    gallery = remember(hang_figures, lambda _, code, findings, __: (code, id(findings)))
    files = remember(render_files, lambda view: (view.version, id(view.findings)))
    with (
        patch("renderer.pipeline.make_findings", findings),
        patch("renderer.pipeline.make_graphs", graphs),
        patch("renderer.pipeline.hang_figures", gallery),
        patch("renderer.site.page.render_files", lambda view: dict(files(view))),
    ):
        yield


def remember(make: Callable[..., Any], name: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes each thing once, by the name of its arguments."""
    made: dict[Any, Any] = {}

    def give(*arguments: Any) -> Any:
        key = name(*arguments)
        if key not in made:
            made[key] = make(*arguments)
        return made[key]

    return give


def make_world(buckets: Buckets) -> World:
    """Make a world whose client fails at once instead of trying again."""
    client = make_client(buckets.env, attempts=1)
    credentials = client._request_signer._credentials  # type: ignore[attr-defined]
    return World(buckets, client, make_cloud_options(client.meta, credentials))


def make_client(env: Mapping[str, str], attempts: int) -> "S3Client":
    """Make a client that sends each request at most so many times."""
    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=16,
        s3={"addressing_style": "path"},
    )
    return boto3.client(
        "s3",
        endpoint_url=env["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
        region_name=env["AWS_REGION"],
        config=config,
    )


def reading(hour: int, count: int) -> Reading:
    """Make the reading of the n-th hour after START."""
    scheduled_at = START + hour * HOUR
    observed_at = scheduled_at + timedelta(seconds=3)
    return Reading(COUNTER, scheduled_at, observed_at, count, observed_at)


def s3_event(bucket: str, keys: Iterable[str], version: str = "2.1") -> dict[str, Any]:
    """Write the event that S3 sends when these objects are put."""
    return {
        "Records": [
            {
                "eventVersion": version,
                "eventSource": "aws:s3",
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": bucket},
                    "object": {"key": quote_plus(key, safe="/")},
                },
            }
            for key in keys
        ]
    }


def paint(figures: Mapping[str, Figure]) -> dict[str, bytes]:
    """Give a palette that stands for the picture of each figure."""
    return {
        key: SIGNATURE
        + make_chunk(b"PLTE", digest(json.dumps(figure, sort_keys=True))[:63])
        + make_chunk(b"IEND", b"")
        for key, figure in figures.items()
    }


def digest(text: str) -> bytes:
    """Return a name for a text, as bytes."""
    return hashlib.sha256(text.encode()).hexdigest().encode()


def named_on(page: bytes) -> set[str]:
    """Return the key of everything that a page of the site links to or shows."""
    names = re.findall(r'(?:src|href)="([^"?#]+)', page.decode())
    return {name for name in names if ":" not in name}
