"""The stand-in for S3's notifications: what becomes an event, and its shape."""

import queue
import time
from collections.abc import Iterator
from datetime import datetime
from typing import cast

import pytest
import requests

from infra.local.api import Api
from infra.local.delivery import Delivery
from infra.local.events import Record
from infra.local.storage import create_buckets, start_storage
from tests.conftest import Buckets

KEY = "readings/counter=a/date=2026-11-23/20261123T220000Z.json"
LAST = "readings/last.json"


class Renderer:
    """What is sent to the renderer, instead of it."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self.records: queue.Queue[Record] = queue.Queue()

    def send_record(self, record: Record) -> None:
        """Keep a record."""
        self.records.put(record)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """Stand in for the renderer."""
    return Renderer()


@pytest.fixture(scope="module")
def api(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Listen for the storage's notices."""
    functions = {"renderer": cast(Delivery, renderer)}
    api = Api(functions, tmp_path_factory.mktemp("api"))
    api.start()
    yield api
    api.stop()


@pytest.fixture(scope="module")
def buckets(api: Api, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buckets]:
    """Make the stack's buckets in a storage that tells of its changes."""
    folder = tmp_path_factory.mktemp("events") / "storage"
    storage = start_storage(folder, api.webhook)
    client = storage.client()
    create_buckets(storage, client, "data", "site")
    yield Buckets("data", "site", client, storage.env)
    client.close()
    storage.stop()


@pytest.fixture
def records(renderer: Renderer, buckets: Buckets) -> "queue.Queue[Record]":
    """Give the records of the test's puts as they arrive, in any order."""
    drain(renderer.records, buckets)
    return renderer.records


def put(buckets: Buckets, key: str, body: bytes = b"{}\n") -> str:
    """Put an object and return its ETag."""
    answer = buckets.client.put_object(Bucket=buckets.data, Key=key, Body=body)
    return answer["ETag"].strip('"')


def drain(records: "queue.Queue[Record]", buckets: Buckets) -> list[Record]:
    """Return what has arrived until a last put is recognised, and a moment longer."""
    put(buckets, LAST)
    arrived: list[Record] = []
    while LAST not in [record["s3"]["object"]["key"] for record in arrived]:
        arrived.append(records.get(timeout=20))
    time.sleep(0.3)
    while not records.empty():
        arrived.append(records.get())
    return [each for each in arrived if each["s3"]["object"]["key"] != LAST]


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
    for body in (b"1", b"22", b"333"):
        put(buckets, KEY, body)
    written = [record["s3"]["object"] for record in drain(records, buckets)]
    ordered = sorted(written, key=lambda each: each["sequencer"])
    assert [each["size"] for each in ordered] == [1, 2, 3]
    sequencers = [each["sequencer"] for each in ordered]
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


def test_no_event_of_a_burst_is_lost(
    records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """Each of many puts in a row arrives once."""
    keys = [f"readings/{number:03}.json" for number in range(200)]
    for key in keys:
        put(buckets, key)
    arrived = [record["s3"]["object"]["key"] for record in drain(records, buckets)]
    assert sorted(arrived) == keys


def test_strangers_cannot_send_notices(
    api: Api, records: "queue.Queue[Record]", buckets: Buckets
) -> None:
    """What does not know the token changes nothing."""
    notice = {"message": {"new_entry": {"name": "a.json"}}}
    for given in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        answer = requests.post(api.webhook.url, json=notice, headers=given, timeout=9)
        assert answer.status_code == 403
    assert drain(records, buckets) == []
