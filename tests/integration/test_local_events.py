"""The stand-in for S3's notifications: what becomes an event, and its shape."""

import queue
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from infra.local.events import Record, read_changes, start_pump
from infra.local.storage import Storage
from tests.conftest import Buckets

KEY = "readings/counter=a/date=2026-11-23/20261123T220000Z.json"


@pytest.fixture
def records(s3_server: Storage, buckets: Buckets) -> Iterator["queue.Queue[Record]"]:
    """Give the records of the test's data bucket as they arrive."""
    arrived: queue.Queue[Record] = queue.Queue()
    pump = start_pump(s3_server, buckets.data, arrived.put)
    yield arrived
    pump.stop()


def put(buckets: Buckets, key: str, body: bytes = b"{}\n") -> str:
    """Put an object and return its ETag."""
    answer = buckets.client.put_object(Bucket=buckets.data, Key=key, Body=body)
    return answer["ETag"].strip('"')


def drain(records: "queue.Queue[Record]", buckets: Buckets) -> list[Record]:
    """Return what has arrived before a last put that is recognised."""
    put(buckets, "readings/last.json")
    arrived: list[Record] = []
    while True:
        record = records.get(timeout=20)
        if record["s3"]["object"]["key"] == "readings/last.json":
            return arrived
        arrived.append(record)


def test_one_put_becomes_one_event_as_s3_writes_it(
    records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """A reading becomes exactly one record with all that S3 tells about it."""
    etag = put(buckets, KEY, b'{"count":1}\n')
    [record] = drain(records, buckets)
    assert record["eventVersion"].startswith("2.")
    assert record["eventSource"] == "aws:s3"
    assert record["eventName"] == "ObjectCreated:Put"
    written = record["s3"]["object"]
    assert written["key"] == (
        "readings/counter%3Da/date%3D2026-11-23/20261123T220000Z.json"
    )
    assert (written["size"], written["eTag"]) == (12, etag)
    assert record["s3"]["bucket"]["name"] == buckets.data
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{buckets.data}"
    at = datetime.fromisoformat(record["eventTime"])
    assert abs(at.timestamp() - time.time()) < 60


def test_the_sequencer_orders_the_puts_of_one_key(
    records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """A later put of the same key has the greater sequencer of the same length."""
    for body in (b"1", b"2", b"3"):
        put(buckets, KEY, body)
    sequencers = [
        record["s3"]["object"]["sequencer"] for record in drain(records, buckets)
    ]
    assert len(sequencers) == 3
    assert sequencers == sorted(sequencers)
    assert {len(text) for text in sequencers} == {16}


def test_keys_are_form_encoded(
    records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """A blank becomes a plus, and a plus is escaped, as in S3's own events."""
    put(buckets, "readings/a b+c.json")
    [record] = drain(records, buckets)
    assert record["s3"]["object"]["key"] == "readings/a+b%2Bc.json"


def test_nothing_else_becomes_an_event(
    records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """Other prefixes, suffixes and buckets, and deletions, are not notified."""
    put(buckets, "history/counter=a/history.json")
    put(buckets, "readings.json")
    put(buckets, "readings2/a.json")
    put(buckets, "readings/a.parquet")
    put(buckets, "x/readings/a.json")
    buckets.client.put_object(Bucket=buckets.site, Key=KEY, Body=b"x")
    put(buckets, KEY)
    buckets.client.delete_object(Bucket=buckets.data, Key=KEY)
    keys = [record["s3"]["object"]["key"] for record in drain(records, buckets)]
    assert keys == [KEY.replace("=", "%3D")]


def test_what_was_put_before_the_start_is_not_repeated(
    s3_server: Storage, buckets: Buckets
) -> None:
    """The pump begins with its start, although it reads the stream from before."""
    put(buckets, KEY)
    arrived: queue.Queue[Record] = queue.Queue()
    pump = start_pump(s3_server, buckets.data, arrived.put)
    try:
        assert drain(arrived, buckets) == []
    finally:
        pump.stop()


def test_no_event_of_a_burst_is_lost(
    records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """Each of many puts in a row arrives once."""
    keys = [f"readings/{number:03}.json" for number in range(200)]
    for key in keys:
        put(buckets, key)
    arrived = [record["s3"]["object"]["key"] for record in drain(records, buckets)]
    assert sorted(arrived) == keys


def test_the_stream_is_cut_into_its_documents() -> None:
    """Indented documents are told apart, also with braces inside and noise between."""
    stream = (
        b'tail: hello\n{\n  "a": {\n    "b": "}"\n  }\n}\nwarning\n{\n  "c": 1\n}\n'
    )
    changes: list[dict[str, Any]] = list(read_changes(stream.splitlines(True)))
    assert changes == [{"a": {"b": "}"}}, {"c": 1}]
