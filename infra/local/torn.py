"""What a power cut may leave of a put that was under way: a name without its content.

The storage writes names and contents to different files, and only `sync_disk` has both
on the disk. Such an object cannot be read, and would be in the way for ever.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, HTTPClientError

from renderer.bucket import read_status

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# All that is older was synced, for each hour is.
UNSURE = timedelta(hours=1)
THREADS = 8


def remove_torn(client: "S3Client", bucket: str) -> list[str]:
    """Remove the newest objects that cannot be read; return their keys.

    client: has tried each of them at least twice by then.
    """
    newest = list(list_newest(client, bucket))
    # The storage looks for a missing content for ten seconds.
    with ThreadPoolExecutor(THREADS) as threads:
        whole = threads.map(lambda key: is_whole(client, bucket, key), newest)
    torn = [key for key, good in zip(newest, whole, strict=True) if not good]
    for key in torn:
        client.delete_object(Bucket=bucket, Key=key)
    return torn


def list_newest(client: "S3Client", bucket: str) -> Iterator[str]:
    """Yield the keys of what was put in the last hour in which anything was put."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    times = {
        each["Key"]: each["LastModified"]
        for page in pages
        for each in page.get("Contents", [])
    }
    newest = max(times.values(), default=None)
    for key, at in times.items():
        if newest and at >= newest - UNSURE:
            yield key


def is_whole(client: "S3Client", bucket: str, key: str) -> bool:
    """Say whether an object can be read to its end."""
    try:
        client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        return read_status(error) < 500
    except HTTPClientError:
        # The answer broke off.
        return False
    return True
