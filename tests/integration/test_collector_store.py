"""Write-once, on the real S3: races, refusals, and answers that get lost."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from collector.errors import StoreBusyError
from collector.patience import Patience
from collector.reading import Reading
from collector.store import Kept, put_reading
from infra.local.storage import Storage
from tests.conftest import Buckets
from tests.integration.s3_proxy import S3Proxy, run_s3_proxy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HOUR = datetime(2026, 11, 23, 22, tzinfo=UTC)
READING = Reading("nyanpass", HOUR, HOUR + timedelta(seconds=3), 1234567)


@pytest.fixture
def pauses() -> list[float]:
    """Collect the pauses that would have been slept."""
    return []


@pytest.fixture
def patience(pauses: list[float]) -> Patience:
    """Sleep for no pause."""
    return Patience(time.monotonic, pauses.append, random.uniform)


@pytest.fixture
def proxy(s3_server: Storage) -> Iterator[S3Proxy]:
    """Put a proxy before the store that can disturb single requests."""
    with run_s3_proxy(s3_server.endpoint) as proxy:
        yield proxy


@pytest.fixture
def disturbed(proxy: S3Proxy, s3_server: Storage) -> Iterator["S3Client"]:
    """Make a client like the collector's that goes through the proxy."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 3})
    client = boto3.client(
        "s3",
        endpoint_url=proxy.endpoint,
        aws_access_key_id=s3_server.access_key,
        aws_secret_access_key=s3_server.secret_key,
        region_name="us-east-1",
        config=config,
    )
    yield client
    client.close()


def read(buckets: Buckets) -> bytes:
    """Read the object of the hour."""
    answer = buckets.client.get_object(Bucket=buckets.data, Key=READING.key())
    return answer["Body"].read()


def test_the_first_reading_of_an_hour_is_stored_as_its_line(
    buckets: Buckets, patience: Patience
) -> None:
    """One object, with the type of JSON."""
    kept = put_reading(buckets.client, buckets.data, READING, patience)
    assert kept == Kept("stored", 1234567)
    answer = buckets.client.get_object(Bucket=buckets.data, Key=READING.key())
    assert answer["Body"].read() == READING.to_line()
    assert answer["ContentType"] == "application/json"


def test_the_same_count_again_changes_nothing_and_is_a_success(
    buckets: Buckets, patience: Patience
) -> None:
    """Even though a second run observed it at another time."""
    put_reading(buckets.client, buckets.data, READING, patience)
    later = replace(READING, observed_at=HOUR + timedelta(minutes=1))
    kept = put_reading(buckets.client, buckets.data, later, patience)
    assert kept == Kept("duplicate", 1234567)
    assert read(buckets) == READING.to_line()


def test_another_count_for_the_hour_does_not_replace_the_first(
    buckets: Buckets, patience: Patience
) -> None:
    """The conflict tells what stays."""
    put_reading(buckets.client, buckets.data, READING, patience)
    other = replace(READING, count=1234568)
    kept = put_reading(buckets.client, buckets.data, other, patience)
    assert kept == Kept("conflict", 1234567)
    assert read(buckets) == READING.to_line()


def test_a_foreign_object_in_its_place_is_a_conflict_and_stays(
    buckets: Buckets, patience: Patience
) -> None:
    """Nothing is lost, not even what cannot be read."""
    key = READING.key()
    buckets.client.put_object(Bucket=buckets.data, Key=key, Body=b"\xffnot ours")
    kept = put_reading(buckets.client, buckets.data, READING, patience)
    assert kept == Kept("conflict", None)
    assert read(buckets) == b"\xffnot ours"


def test_of_twelve_writers_to_one_hour_exactly_one_stores(
    buckets: Buckets, patience: Patience
) -> None:
    """The others learn whose count it was, and agree about it."""
    readings = [replace(READING, count=n // 2) for n in range(12)]

    def put(reading: Reading) -> Kept:
        return put_reading(buckets.client, buckets.data, reading, patience)

    with ThreadPoolExecutor(12) as threads:
        kept = list(threads.map(put, readings))
    assert Counter(k.outcome for k in kept) == {
        "stored": 1,
        "duplicate": 1,
        "conflict": 10,
    }
    (winner,) = {k.count for k in kept}
    assert b'"count":%d}' % (winner or 0) in read(buckets)


def test_a_409_is_tried_again_and_never_taken_for_stored(
    buckets: Buckets,
    proxy: S3Proxy,
    disturbed: "S3Client",
    patience: Patience,
    pauses: list[float],
) -> None:
    """It says that nothing may have been written."""
    proxy.script.extend(["409"] * 4)
    assert put_reading(disturbed, buckets.data, READING, patience).outcome == "stored"
    assert len(pauses) == 4
    assert read(buckets) == READING.to_line()


def test_409_without_end_is_an_error_that_a_retry_can_heal(
    buckets: Buckets,
    proxy: S3Proxy,
    disturbed: "S3Client",
    patience: Patience,
    pauses: list[float],
) -> None:
    """After the fifth it is left to the next run, without a last pause."""
    proxy.script.extend(["409"] * 5)
    with pytest.raises(StoreBusyError, match=r"T220000Z\.json") as caught:
        put_reading(disturbed, buckets.data, READING, patience)
    assert caught.value.retryable
    assert (proxy.puts, len(pauses)) == (5, 4)


def test_a_reply_lost_after_the_write_is_a_success(
    buckets: Buckets, proxy: S3Proxy, disturbed: "S3Client", patience: Patience
) -> None:
    """The client sends it again and gets 412: about its own object."""
    proxy.script.append("lose reply")
    kept = put_reading(disturbed, buckets.data, READING, patience)
    assert kept == Kept("duplicate", 1234567)
    assert proxy.puts == 2
    assert read(buckets) == READING.to_line()


def test_an_object_that_goes_between_412_and_the_look_at_it_is_put(
    buckets: Buckets, proxy: S3Proxy, disturbed: "S3Client", patience: Patience
) -> None:
    """Somebody has deleted it; the hour still gets its reading."""
    proxy.script.append("412")
    assert put_reading(disturbed, buckets.data, READING, patience).outcome == "stored"
    assert read(buckets) == READING.to_line()


@pytest.mark.parametrize("step", ["put", "get"])
def test_a_refused_permission_is_raised(
    step: str,
    buckets: Buckets,
    proxy: S3Proxy,
    disturbed: "S3Client",
    patience: Patience,
) -> None:
    """It is neither stored nor a conflict, and the alarm has to hear of it."""
    proxy.script.append("403" if step == "put" else "412")
    proxy.get_status = "403"
    with pytest.raises(ClientError, match="AccessDenied"):
        put_reading(disturbed, buckets.data, READING, patience)


def test_one_failing_request_of_s3_is_healed_by_the_client(
    buckets: Buckets, proxy: S3Proxy, disturbed: "S3Client", patience: Patience
) -> None:
    """botocore tries a 500 again, within its limits."""
    proxy.script.append("500")
    assert put_reading(disturbed, buckets.data, READING, patience).outcome == "stored"
    assert proxy.puts == 2
