"""Read all readings of a bucket into one frame: the renderer's way and boto3's.

    python -m tests.bench.bulk renderer|boto3

Prints the seconds and the number of rows. Both start from nothing but the
bucket's name, so both list it; imports and the client are not timed.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING

import boto3
import polars as pl
from botocore.config import Config

from renderer.bucket import Bucket
from renderer.readings.fetch import ReadingStore
from renderer.readings.format import make_readings_prefix
from tests.bench.histories import COUNTER

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

THREADS = 32


def load_with_renderer(client: "S3Client", bucket: str) -> pl.DataFrame:
    """Read them with the renderer's bulk loader."""
    store = ReadingStore(Bucket(client, bucket), COUNTER, cloud_options())
    # As the handler does.
    os.environ.setdefault("POLARS_CLOUD_READ_INIT_RATE", "50000")
    return store.load_readings(store.bucket.pages(make_readings_prefix(COUNTER)))[0]


def load_with_boto3(client: "S3Client", bucket: str) -> pl.DataFrame:
    """Read them as one does with boto3: many threads, an object each."""

    def load(key: str) -> dict[str, object]:
        body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return dict(json.loads(body))

    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=make_readings_prefix(COUNTER)
    )
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    with ThreadPoolExecutor(THREADS) as pool:
        return pl.DataFrame(list(pool.map(load, keys)))


def cloud_options() -> dict[str, str]:
    """Give polars what boto3 takes from the environment."""
    return {
        "aws_endpoint_url": os.environ["AWS_ENDPOINT_URL_S3"],
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "aws_region": os.environ["AWS_REGION"],
        "aws_allow_http": "true",
    }


LOADERS = {"renderer": load_with_renderer, "boto3": load_with_boto3}


def main(way: str) -> None:
    """Time one way and print the outcome."""
    client = boto3.client("s3", config=Config(max_pool_connections=THREADS))
    start = monotonic()
    frame = LOADERS[way](client, os.environ["DATA_BUCKET"])
    seconds = monotonic() - start
    print(json.dumps({"seconds": seconds, "rows": len(frame)}))


if __name__ == "__main__":
    main(sys.argv[1])
