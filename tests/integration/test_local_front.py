"""The site's address on one machine: what visitors get there, and what not."""

import gzip
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from infra.errors import StartError
from infra.local.front import METHODS, Front
from infra.local.settings import DATA_BUCKET, SITE_BUCKET
from infra.local.storage import Storage, create_buckets

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = gzip.compress(b"<title>the page</title>", mtime=0)
CSV = b"hour,count\n" * 1000
FILES = {
    "index.html": (PAGE, "text/html; charset=utf-8", "gzip"),
    "404.html": (gzip.compress(b"no such page", mtime=0), "text/html", "gzip"),
    "data/daily.csv": (CSV, "text/csv; charset=utf-8", ""),
}
ORIGIN = {"Origin": "https://notebook.example"}


@pytest.fixture(scope="module")
def published(s3_server: Storage, s3_client: "S3Client") -> Iterator[Storage]:
    """Put a small site, and what nobody may read beside it."""
    create_buckets(s3_server, s3_client, DATA_BUCKET, SITE_BUCKET)
    for key, (body, kind, encoding) in FILES.items():
        s3_client.put_object(
            Bucket=SITE_BUCKET,
            Key=key,
            Body=body,
            ContentType=kind,
            CacheControl="max-age=300",
            **({"ContentEncoding": encoding} if encoding else {}),  # type: ignore[arg-type]
        )
    s3_client.put_object(Bucket=SITE_BUCKET, Key="secret.txt", Body=b"private")
    s3_client.put_object(Bucket=DATA_BUCKET, Key="readings/a.json", Body=b"private")
    yield s3_server
    for bucket in (DATA_BUCKET, SITE_BUCKET):
        for item in s3_client.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3_client.delete_object(Bucket=bucket, Key=item["Key"])


@pytest.fixture
def front() -> Iterator[Front]:
    """Serve at any free port, with no storage behind it yet."""
    front = Front("127.0.0.1", 0)
    yield front
    front.stop()


@pytest.fixture
def site(front: Front, published: Storage) -> str:
    """Serve the small site."""
    front.lead_to(published.endpoint)
    return front.address


def test_it_stops_also_when_something_else_has_woken_it() -> None:
    """It may have let go of all before whoever stops it has pulled its trigger."""
    front = Front("127.0.0.1", 0)
    trigger = front._server.trigger
    pull = trigger._physical_pull

    def pull_late() -> None:
        pull()
        front.worker.join(0.5)
        pull()

    trigger._physical_pull = pull_late
    front.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", front.port), 5)


def send_raw(front: Front, request: bytes) -> bytes:
    """Send bytes that no client would send, and return the answer."""
    with socket.create_connection(("127.0.0.1", front.port), 10) as visitor:
        visitor.sendall(request)
        visitor.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: visitor.recv(65_536), b""))


def test_the_bare_address_is_the_page(site: str) -> None:
    """`/` is the page itself, so that its relative links hold there."""
    for address in (site, f"{site}index.html"):
        answer = requests.get(address, timeout=9)
        assert (answer.status_code, answer.text) == (200, "<title>the page</title>")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "max-age=300"
        assert "Server" not in answer.headers


def test_what_is_stored_plain_comes_plain(site: str) -> None:
    """Programs that cannot unpack it read the data, whatever their client accepts."""
    answer = requests.get(f"{site}data/daily.csv", timeout=9)
    assert answer.content == CSV
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Length"] == str(len(CSV))


def test_a_visitor_who_has_it_is_told_so(site: str) -> None:
    """The ETag is S3's; with it comes 304 and no body."""
    tag = requests.get(site, timeout=9).headers["ETag"]
    again = requests.get(site, headers={"If-None-Match": tag}, timeout=9)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag


def test_a_part_is_given_and_other_origins_may_read_it(site: str) -> None:
    """As readers of Parquet do, in a page of another origin."""
    address = f"{site}data/daily.csv"
    asked = {**ORIGIN, "Range": "bytes=5-9"}
    part = requests.get(address, headers=asked, timeout=9)
    assert (part.status_code, part.content) == (206, b"count")
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(CSV)}"
    assert part.headers["Access-Control-Allow-Origin"] in {"*", ORIGIN["Origin"]}
    assert "Content-Range" in part.headers["Access-Control-Expose-Headers"]
    beyond = requests.get(address, headers={"Range": "bytes=99999-"}, timeout=9)
    assert beyond.status_code == 416


@pytest.mark.parametrize(("method", "allowed"), [("GET", True), ("PUT", False)])
def test_a_browser_may_ask_first(site: str, method: str, allowed: bool) -> None:
    """The bucket's own rule answers what another origin may ask for."""
    asked = {
        **ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "range",
    }
    answer = requests.options(f"{site}data/daily.csv", headers=asked, timeout=9)
    named = answer.headers.get("Access-Control-Allow-Methods", "")
    assert (method in named.split(", ")) is allowed


def test_a_head_has_the_length_and_no_body(front: Front, site: str) -> None:
    """And the connection serves the next request."""
    line = b"HEAD /data/daily.csv HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"HEAD /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    first, second, end = send_raw(front, line + last).split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200 OK")
    assert f"Content-Length: {len(CSV)}".encode() in first
    assert second.startswith(b"HTTP/1.1 404 Not Found")
    assert end == b""


@pytest.mark.parametrize(
    "path",
    [
        *("nothing", "favicon.ico", "data/", "data//a", "site/index.html"),
        *("secret.txt", "readings/a.json", "data/readings/a.json"),
        *("../data/readings/a.json", "%2e%2e/data/readings/a.json"),
        *("data/..%2f..%2f..%2fdata/readings/a.json", "data%2freadings%2fa.json"),
        *("a%00b", "a%0d%0aX:y", "%ff", "index.html%3facl"),
        *("graphs/./../../data/readings/a.json", "x" * 5000),
    ],
)
def test_any_other_address_gets_the_small_page(
    front: Front, site: str, path: str
) -> None:
    """It says 404; neither the data bucket nor S3's own answers can be reached."""
    asked = f"GET /{path} HTTP/1.0\r\n\r\n".encode()
    head, _, body = send_raw(front, asked).partition(b"\r\n\r\n")
    assert b" 404 " in head.splitlines()[0]
    assert gzip.decompress(body) == b"no such page"


@pytest.mark.parametrize("query", ["acl", "policy", "list-type=2", "uploads"])
def test_what_follows_a_question_mark_asks_for_nothing(site: str, query: str) -> None:
    """S3 would take it for another request."""
    assert requests.get(f"{site}index.html?{query}", timeout=9).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_written(site: str, s3_client: "S3Client", method: str) -> None:
    """Whatever else is sent is refused here, and no header of it gets further."""
    answer = requests.request(method, f"{site}index.html", data=b"theirs", timeout=9)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == ", ".join(METHODS)
    big = requests.request(method, site, data=b"x" * 10_000, timeout=9)
    assert big.status_code in {405, 413}
    kept = s3_client.get_object(Bucket=SITE_BUCKET, Key="index.html")
    assert kept["Body"].read() == PAGE


def test_until_there_is_a_site_a_page_says_so_and_looks_again(
    front: Front, published: Storage, s3_client: "S3Client"
) -> None:
    """Before the storage runs, before the first publish, and while it is gone."""

    def assert_waiting() -> None:
        for path in ("", "badge.svg"):
            answer = requests.get(f"{front.address}{path}", timeout=9)
            assert answer.status_code == 503
            assert answer.headers["Cache-Control"] == "no-store"
            assert 'http-equiv="refresh"' in answer.text
        assert requests.head(front.address, timeout=9).status_code == 503

    assert_waiting()
    front.lead_to("http://127.0.0.1:9")
    assert_waiting()
    front.lead_to(published.endpoint)
    for key in FILES:
        s3_client.delete_object(Bucket=SITE_BUCKET, Key=key)
    try:
        assert_waiting()
    finally:
        for key, (body, _, encoding) in FILES.items():
            s3_client.put_object(
                Bucket=SITE_BUCKET, Key=key, Body=body, ContentEncoding=encoding
            )
    assert requests.get(front.address, timeout=9).status_code == 200


def test_slow_and_silent_visitors_keep_nobody_waiting(front: Front, site: str) -> None:
    """Two hundred who say nothing, or half a request, or read nothing."""
    slow = [socket.create_connection(("127.0.0.1", front.port), 9) for _ in range(200)]
    try:
        for number, visitor in enumerate(slow):
            visitor.sendall((b"", b"GET / HT", b"GET / HTTP/1.1\r\n\r\n")[number % 3])
        with ThreadPoolExecutor(20) as visitors:
            answers = visitors.map(lambda _: requests.get(site, timeout=9), range(100))
        assert {answer.status_code for answer in answers} == {200}
    finally:
        for visitor in slow:
            visitor.close()


def test_no_visitor_is_logged(
    front: Front, site: str, caplog: pytest.LogCaptureFixture, capfd: object
) -> None:
    """Neither a good request nor one that breaks off leaves a line."""
    caplog.set_level(logging.DEBUG)
    requests.get(site, timeout=9)
    send_raw(front, b"\x16\x03\x01 nonsense\r\n\r\n")
    send_raw(front, b"GET /data/daily.csv HTTP/1.1\r\nContent-Length: x\r\n\r\n")
    assert "waitress" not in {record.name for record in caplog.records}


def test_an_address_where_nothing_can_listen_is_named() -> None:
    """The one line says which port, why, and which settings choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"port {port} is in use.* PORT="):
            Front("127.0.0.1", port)
    with pytest.raises(
        StartError, match=r"192\.0\.2\.1 is no address of this.*LISTEN="
    ):
        Front("192.0.2.1", 0)


def test_every_network_is_listened_to_if_asked() -> None:
    """The address that is named is one that this machine reaches."""
    for listen, named in (("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")):
        front = Front(listen, 0)
        try:
            assert front.address == f"http://{named}:{front.port}/"
            assert requests.get(front.address, timeout=9).status_code == 503
        finally:
            front.stop()
        with pytest.raises(requests.ConnectionError):
            requests.get(front.address, timeout=2)
