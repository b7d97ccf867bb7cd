"""What SeaweedFS must keep of S3's promises, with the real bucket policies."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from infra.errors import StartError
from infra.local.found import find_readings
from infra.local.storage import Storage, create_buckets, start_storage
from infra.local.torn import remove_torn
from infra.local.volumes import provide_volumes
from tests.conftest import Buckets

PUBLIC = (
    *("index.html", "en.html", "404.html", "graph.png", "graph-dark.png", "badge.svg"),
    *("feed.xml", "feed.en.xml", "graphs/24h-total.png", "data/hourly/2026.csv"),
    *("data/summary.json", "assets/plot.0123abcd.js"),
)
PRIVATE = (
    *("secret.txt", "index.html.bak", "x/index.html", "graphsx/a.png", "readings/a"),
    *("history/h.parquet", "datax", "graph.png/x", "feed.xx.xml", "xen.html"),
)

ORIGIN = {"Origin": "https://notebook.example"}


def status_of(call: Callable[[], Any]) -> int:
    """Return the HTTP status of an S3 call."""
    try:
        call()
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    return 200


def test_a_damaged_index_is_told_with_where_to_look(tmp_path: Path) -> None:
    """What is wrong with it, SeaweedFS has written into its log."""
    folder = tmp_path / "storage"
    folder.mkdir()
    (folder / "filer.db").write_bytes(random.Random(1).randbytes(100_000))
    with pytest.raises(StartError, match=rf"; {tmp_path}/storage\.log says why$"):
        start_storage(folder)
    assert (tmp_path / "storage.log").stat().st_size


def test_readings_that_cannot_be_read_are_told_with_the_reason(
    s3_server: Storage,
) -> None:
    """In one line, whatever the other process has printed."""
    stranger = replace(s3_server, secret_key="wrong")
    with pytest.raises(StartError, match=r"^the readings cannot be read \(.*Signature"):
        find_readings(stranger, "nyanpass")


@pytest.fixture
def get(buckets: Buckets) -> Callable[[str, str], int]:
    """Get an address as a stranger does; the answer is the status."""

    def ask(bucket: str, rest: str) -> int:
        address = f"{buckets.env['AWS_ENDPOINT_URL_S3']}/{bucket}/{rest}"
        return requests.get(address, timeout=10).status_code

    return ask


@pytest.mark.parametrize("key", PUBLIC)
def test_anyone_can_get_what_is_public(
    buckets: Buckets, get: Callable[[str, str], int], key: str
) -> None:
    """Every public object of the site is served to strangers."""
    buckets.client.put_object(Bucket=buckets.site, Key=key, Body=b"x")
    assert get(buckets.site, key) == 200


@pytest.mark.parametrize("key", PRIVATE)
def test_nobody_can_get_what_is_not_listed_as_public(
    buckets: Buckets, get: Callable[[str, str], int], key: str
) -> None:
    """An object beside the public prefixes stays private, even in the site bucket."""
    buckets.client.put_object(Bucket=buckets.site, Key=key, Body=b"x")
    assert get(buckets.site, key) == 403


@pytest.mark.parametrize("key", [*PUBLIC, "readings/a.json", "history/h.parquet"])
def test_the_data_bucket_is_private(
    buckets: Buckets, get: Callable[[str, str], int], key: str
) -> None:
    """Nothing in the data bucket is served to strangers, whatever its name."""
    buckets.client.put_object(Bucket=buckets.data, Key=key, Body=b"x")
    assert get(buckets.data, key) == 403


@pytest.mark.parametrize("rest", ["", "?list-type=2", "?policy", "?versions", "?acl"])
def test_strangers_cannot_list_or_inspect(
    buckets: Buckets, get: Callable[[str, str], int], rest: str
) -> None:
    """Neither bucket tells a stranger what it holds or how it is set up."""
    assert get(buckets.site, rest) == 403
    assert get(buckets.data, rest) == 403


def test_strangers_cannot_tell_a_missing_private_key_from_a_present_one(
    buckets: Buckets, get: Callable[[str, str], int]
) -> None:
    """A key outside the public prefixes is refused, whether or not it exists."""
    assert get(buckets.site, "nothing") == 403
    assert get(buckets.data, "readings/nothing.json") == 403


def test_a_page_of_another_origin_may_read_a_part_of_the_data(buckets: Buckets) -> None:
    """As readers of Parquet do; it may see the length, the range and the ETag."""
    key = "data/hourly/2026.parquet"
    buckets.client.put_object(Bucket=buckets.site, Key=key, Body=b"0123456789")
    address = f"{buckets.env['AWS_ENDPOINT_URL_S3']}/{buckets.site}/{key}"
    whole = requests.head(address, headers=ORIGIN, timeout=10)
    assert (whole.status_code, whole.headers["Content-Length"]) == (200, "10")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = requests.get(address, headers={**ORIGIN, "Range": "bytes=2-4"}, timeout=10)
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    for answer in (whole, part):
        assert_readable(answer)


def test_a_browser_is_told_what_another_origin_may_ask(buckets: Buckets) -> None:
    """To get with a range it may; to write or to send other headers it may not."""
    address = f"{buckets.env['AWS_ENDPOINT_URL_S3']}/{buckets.site}/data/daily.csv"
    for method, header, allowed in (
        ("GET", "range", True),
        ("HEAD", "range", True),
        ("PUT", "range", False),
        ("DELETE", "range", False),
        ("GET", "x-amz-acl", False),
    ):
        asked = {
            **ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": header,
        }
        answer = requests.options(address, headers=asked, timeout=10)
        named = answer.headers.get("Access-Control-Allow-Methods", "")
        assert (method in named.split(", ")) is allowed, (method, header)
        if allowed:
            assert answer.headers["Access-Control-Allow-Headers"] == header
            assert_readable(answer)


def assert_readable(answer: requests.Response) -> None:
    """Check that a browser hands an answer to a page of another origin."""
    origin = answer.headers["Access-Control-Allow-Origin"]
    assert origin in {"*", ORIGIN["Origin"]}
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert exposed == ["ETag", "Content-Length", "Content-Range", "Accept-Ranges"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_strangers_cannot_write(buckets: Buckets, method: str) -> None:
    """Strangers can neither replace nor add nor delete, in either bucket."""
    for bucket in (buckets.site, buckets.data):
        buckets.client.put_object(Bucket=bucket, Key="index.html", Body=b"ours")
        for key in ("index.html", "graphs/new.png", "readings/new.json"):
            address = f"{buckets.env['AWS_ENDPOINT_URL_S3']}/{bucket}/{key}"
            body = b"theirs" if method == "PUT" else None
            answer = requests.request(method, address, data=body, timeout=10)
            assert answer.status_code == 403, (bucket, key)
        kept = buckets.client.get_object(Bucket=bucket, Key="index.html")
        assert kept["Body"].read() == b"ours"
        listed = buckets.client.list_objects_v2(Bucket=bucket)["Contents"]
        assert [item["Key"] for item in listed] == ["index.html"]


def test_one_of_many_create_only_puts_wins(buckets: Buckets) -> None:
    """Of concurrent create-only puts exactly one succeeds; the others get a 412."""

    def put(number: int) -> int:
        return status_of(
            lambda: buckets.client.put_object(
                Bucket=buckets.data,
                Key="readings/once.json",
                Body=str(number).encode(),
                IfNoneMatch="*",
            )
        )

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(put, range(16)))
    assert sorted(statuses) == [200] + 15 * [412]
    winner = statuses.index(200)
    kept = buckets.client.get_object(Bucket=buckets.data, Key="readings/once.json")
    assert kept["Body"].read() == str(winner).encode()


def test_compare_and_swap_loses_no_update(buckets: Buckets) -> None:
    """Increments by If-Match, done by several at once, are all there in the end."""
    client, key = buckets.client, "history/number"
    client.put_object(Bucket=buckets.data, Key=key, Body=b"0")

    def swap() -> None:
        seen = client.get_object(Bucket=buckets.data, Key=key)
        body = str(int(seen["Body"].read()) + 1).encode()
        client.put_object(Bucket=buckets.data, Key=key, Body=body, IfMatch=seen["ETag"])

    def add_one(_: int) -> set[int]:
        statuses: set[int] = set()
        while 200 not in statuses:
            statuses.add(status_of(swap))
        return statuses

    with ThreadPoolExecutor(4) as threads:
        assert set().union(*threads.map(add_one, range(20))) == {200, 412}
    kept = client.get_object(Bucket=buckets.data, Key=key)
    assert kept["Body"].read() == b"20"


def test_data_and_policies_survive_a_restart(tmp_path: Path) -> None:
    """What was stored is there after a restart, although every port has changed."""
    for visit in range(2):
        storage = start_storage(tmp_path / "storage")
        client = storage.client()
        try:
            create_buckets(storage, client, "data", "site")
            if visit == 0:
                client.put_object(Bucket="site", Key="index.html", Body=b"kept")
                client.put_object(Bucket="data", Key="readings/a.json", Body=b"kept")
            client.put_object(Bucket="data", Key=f"readings/{visit}", Body=b"new")
            page = requests.get(f"{storage.endpoint}/site/index.html", timeout=10)
            assert page.content == b"kept"
            reading = client.get_object(Bucket="data", Key="readings/a.json")
            assert reading["Body"].read() == b"kept"
            hidden = requests.get(f"{storage.endpoint}/data/readings/a.json", timeout=9)
            assert hidden.status_code == 403
        finally:
            client.close()
            storage.stop()
        with pytest.raises(requests.ConnectionError):
            requests.get(storage.endpoint, timeout=5)


def test_replaced_objects_are_given_back_without_losing_a_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects that are replaced again and again take three times their size at most.

    Meanwhile each of them can be read, and in the end each is what was put last. There
    are as many files as before, and no put was told to come again.
    """
    often = {"master.garbageThreshold": 0.3, "master.vacuumIntervalSeconds": 1}
    monkeypatch.setattr("infra.local.storage._GARBAGE", often)
    storage = start_storage(tmp_path / "storage")
    client = storage.client(attempts=1)
    create_buckets(storage, client, "data", "site")
    client.put_object(Bucket="data", Key="readings/a.json", Body=b"kept")
    bodies: dict[str, bytes] = {}
    try:
        for _ in range(10):
            for number in range(10):
                key = f"graphs/{number}.png"
                bodies[key] = random.randbytes(100_000)
                client.put_object(Bucket="site", Key=key, Body=bodies[key])
        # It now and then misses a look.
        deadline = time.monotonic() + 200
        while measure_disk(tmp_path) > 3 * 10 * 100_000:
            assert time.monotonic() < deadline, measure_disk(tmp_path)
            reading = client.get_object(Bucket="data", Key="readings/a.json")
            assert reading["Body"].read() == b"kept"
            for key, body in bodies.items():
                found = client.get_object(Bucket="site", Key=key)
                assert found["Body"].read() == body
            time.sleep(2)
        for key, body in bodies.items():
            assert client.get_object(Bucket="site", Key=key)["Body"].read() == body
        assert find_volumes(tmp_path) == {"data": 2, "site": 2, "": 2}
    finally:
        client.close()
        storage.stop()


def measure_disk(folder: Path) -> int:
    """Return the bytes that the files below a folder take, as far as they stay."""
    sizes = []
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            sizes.append(path.stat().st_blocks * 512)
    return sum(sizes)


def test_a_write_that_finds_no_volume_waits_and_makes_none(tmp_path: Path) -> None:
    """SeaweedFS never gives a volume back, so it may not make any by itself."""
    storage = start_storage(tmp_path / "storage")
    client = storage.client(attempts=1)
    try:
        create_buckets(storage, client, "data", "site")
        before = find_volumes(tmp_path)
        assert before == {"data": 2, "site": 2, "": 2}
        client.create_bucket(Bucket="none")
        with ThreadPoolExecutor(1) as thread:
            put = thread.submit(client.put_object, Bucket="none", Key="a", Body=b"kept")
            time.sleep(2)
            assert not put.done()
            assert find_volumes(tmp_path) == before
            # What was cleaned takes writes again.
            provide_volumes(storage.master, ["none"])
            put.result(timeout=30)
        assert client.get_object(Bucket="none", Key="a")["Body"].read() == b"kept"
        provide_volumes(storage.master, ["none", "data", "site"])
        assert find_volumes(tmp_path) == {**before, "none": 2}
    finally:
        client.close()
        storage.stop()


def find_volumes(folder: Path) -> Counter[str]:
    """Count the volumes of each bucket, and those of none."""
    return Counter(path.stem.rpartition("_")[0] for path in folder.rglob("*.dat"))


def test_a_killed_storage_comes_back_with_all_that_was_put(tmp_path: Path) -> None:
    """At the same address, with the same key; no put that was answered is lost."""
    storage = start_storage(tmp_path / "storage")
    client = storage.client()
    create_buckets(storage, client, "data", "site")
    bodies = {}
    try:
        for number in range(200):
            key = f"readings/{number % 150}.json"
            bodies[key] = str(number).encode()
            client.put_object(Bucket="data", Key=key, Body=bodies[key])
        storage.child.kill()
        storage.start_again()
        for key, body in bodies.items():
            assert client.get_object(Bucket="data", Key=key)["Body"].read() == body
    finally:
        client.close()
        storage.stop()


def test_a_storage_with_its_names_in_leveldb_stays_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As stacks had it at first; a new one has them in SQLite, in three files."""
    with monkeypatch.context() as patch:
        patch.setattr("infra.local.storage._choose_index", lambda folder: {})
        storage = start_storage(tmp_path / "old")
        client = storage.client()
        create_buckets(storage, client, "data", "site")
        client.put_object(Bucket="data", Key="readings/a.json", Body=b"kept")
        client.close()
        storage.stop()
    for folder, kept in (("old", [b"kept"]), ("new", [])):
        storage = start_storage(tmp_path / folder)
        client = storage.client()
        try:
            create_buckets(storage, client, "data", "site")
            listed = client.list_objects_v2(Bucket="data").get("Contents", [])
            found = [client.get_object(Bucket="data", Key=o["Key"]) for o in listed]
            assert [each["Body"].read() for each in found] == kept
        finally:
            client.close()
            storage.stop()
        index = (tmp_path / folder).glob("filer.db*")
        assert len([*index]) == (0 if kept else 3), folder


def test_what_a_power_cut_has_torn_is_removed(tmp_path: Path) -> None:
    """A name without its content goes, and what can be read stays."""
    storage = start_storage(tmp_path / "storage")
    client = storage.client(attempts=2)
    create_buckets(storage, client, "data", "site")
    try:
        torn, whole = random.randbytes(5000), random.randbytes(5000)
        client.put_object(Bucket="site", Key="graphs/a.png", Body=torn)
        client.put_object(Bucket="site", Key="graphs/b.png", Body=whole)
        storage.child.kill()
        for path in (tmp_path / "storage").glob("site_*.dat"):
            path.write_bytes(path.read_bytes().replace(torn, bytes(5000)))
        storage.start_again()
        assert remove_torn(client, "site") == ["graphs/a.png"]
        assert remove_torn(client, "site") == []
        assert remove_torn(client, "data") == []
        kept = client.get_object(Bucket="site", Key="graphs/b.png")
        assert kept["Body"].read() == whole
    finally:
        client.close()
        storage.stop()


def test_no_socket_stays_behind(tmp_path: Path) -> None:
    """Also not those of a run that was killed, once there is another."""
    storage = start_storage(tmp_path / "storage")
    storage.child.stop()
    assert find_sockets(storage.ports)
    second = start_storage(tmp_path / "storage")
    # Nor the folder that is named after another of its ports.
    assert len([*(tmp_path / "storage").glob("m[0-9]*")]) == 1
    assert not find_sockets({*storage.ports} - {*second.ports})
    second.stop()
    assert not find_sockets(second.ports)
    storage.stop()


def find_sockets(ports: Iterable[int]) -> list[Path]:
    """Return the sockets that are named after these ports."""
    return [path for port in ports for path in Path("/tmp").glob(f"*-{port}.sock")]


def test_a_missing_program_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without SeaweedFS the error says what to run."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(StartError, match=r"weed is missing; run: make setup"):
        start_storage(tmp_path / "storage")
