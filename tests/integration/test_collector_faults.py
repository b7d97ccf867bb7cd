"""Every way a source can misbehave, over real HTTP, up to the real store."""

import logging
import shutil
import ssl
import subprocess
import threading
import time
import traceback
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector import __version__
from collector.errors import (
    AnswerError,
    CollectorError,
    RefusedError,
    UnavailableError,
)
from collector.handler import collect
from collector.patience import Patience
from collector.settings import Settings
from collector.source import fetch_answer
from tests.conftest import Buckets
from tests.integration.fault_server import GOOD_BODY, FaultServer, run_fault_server

NOW = datetime(2026, 11, 23, 22, 0, 3, tzinfo=UTC)
EVENT = {"scheduled_time": "2026-11-23T22:00:00Z"}
KEY = "readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json"
SECRETS = ("pass-s3cret", "path-s3cret", "key-s3cret", "127.0.0.1:{port}")


@pytest.fixture
def pauses() -> list[float]:
    """Collect the pauses that would have been slept."""
    return []


@pytest.fixture
def patience(pauses: list[float]) -> Patience:
    """Try twice, with the real limits, and wait for pauses not at all."""
    return Patience(time.monotonic, pauses.append, lambda low, high: high, attempts=2)


def collect_from(
    server: FaultServer, fault: str, buckets: Buckets, patience: Patience, **env: str
) -> dict[str, Any]:
    """Run one collection from a fault whose address is full of secrets."""
    port = server.server_port
    settings = Settings.from_env(
        {
            "DATA_BUCKET": buckets.data,
            "COUNT_URL": f"http://user:pass-s3cret@127.0.0.1:{port}/path-s3cret/{fault}"
            "?key=key-s3cret",
            **env,
        }
    )
    return collect(EVENT, settings, buckets.client, patience, lambda: NOW)


@pytest.mark.parametrize(
    "fault",
    [
        "good",
        "integer",
        "byte-order-mark",
        "no-type",
        "no-time",
        "shift-jis",
        "latin-1-utf-8",
        "gzip",
        "bad-header",
        "500-then-good",
        "429-then-good",
    ],
)
def test_an_answer_with_one_clear_count_becomes_a_reading(
    fault: str, server: FaultServer, buckets: Buckets, patience: Patience
) -> None:
    """Also as an integer, after a byte order mark, or at the second try."""
    result = collect_from(server, fault, buckets, patience)
    assert result == {"outcome": "stored", "key": KEY, "count": 1234567}
    assert buckets.list_data() == [KEY]


SLOW_FAULTS = [
    ("slow-body", UnavailableError, "took too long"),
    ("slow-chunks", UnavailableError, "took too long"),
    ("slow-header", UnavailableError, "took too long"),
]
FAULTS = [
    *SLOW_FAULTS,
    ("silence", UnavailableError, r"connection .* failed \(ReadTimeout\)"),
    ("reset", UnavailableError, r"connection .* failed \(ChunkedEncodingError\)"),
    ("cut-short", UnavailableError, r"connection .* failed \(ChunkedEncodingError\)"),
    ("no-http", UnavailableError, r"connection .* failed \(ConnectionError\)"),
    ("500", UnavailableError, "answered 500"),
    ("503", UnavailableError, "answered 503"),
    ("503-date", UnavailableError, "answered 503"),
    ("429", UnavailableError, "answered 429"),
    ("204", RefusedError, "answered 204: check COUNT_URL"),
    ("304", RefusedError, "answered 304: check COUNT_URL"),
    ("401", RefusedError, "answered 401: check COUNT_URL"),
    ("404", RefusedError, "answered 404: check COUNT_URL"),
    ("redirect", RefusedError, "answered 302, and redirects are not followed"),
    ("redirect-here", RefusedError, "answered 301, and redirects are not followed"),
    ("endless", RefusedError, "longer than 65536 bytes"),
    ("too-big", RefusedError, "longer than 65536 bytes"),
    ("gzip-bomb", RefusedError, "longer than 65536 bytes"),
    ("no-gzip", RefusedError, "not encoded as it says"),
    ("html", AnswerError, r"the answer \(33 bytes\) is an HTML page"),
    ("empty", AnswerError, r"\(0 bytes\) is empty"),
    ("utf-16", AnswerError, "no text in UTF-8, nor in a charset"),
    ("latin-1", AnswerError, "no text in UTF-8, nor in a charset"),
    ("other-charset", AnswerError, "no text in UTF-8, nor in a charset"),
    ("truncated", AnswerError, "JSON that is cut short"),
    ("not-a-number", AnswerError, "has NaN"),
    ("duplicate-keys", AnswerError, "has a key twice"),
    ("array", AnswerError, "is an array and has nothing at COUNT_PATH"),
    ("number", AnswerError, "is an integer and has nothing at COUNT_PATH"),
    ("deep", AnswerError, "nested too deeply"),
    ("huge-integer", AnswerError, "too many digits"),
    ("no-count", AnswerError, "nothing at COUNT_PATH"),
    ("null", AnswerError, "nothing at COUNT_PATH"),
    ("true", AnswerError, "neither text nor an integer"),
    ("float", AnswerError, "neither text nor an integer"),
    ("list", AnswerError, "neither text nor an integer"),
    ("thousands", AnswerError, "not 1 to 18 digits: '1,234'"),
    ("blank", AnswerError, "not 1 to 18 digits: ' 1234567'"),
    ("sign", AnswerError, "not 1 to 18 digits: '[+]5'"),
    ("negative", AnswerError, "the count is a negative number: check COUNT_PATH"),
    ("full-width", AnswerError, "not 1 to 18 digits"),
    ("too-long", AnswerError, "not 1 to 18 digits"),
    ("old", AnswerError, "more than two hours from now"),
    ("time-is-number", AnswerError, "the time is not like .*: check TIME_PATH"),
    ("echo", AnswerError, r"a text of \d+ characters"),
]


@pytest.mark.parametrize(("fault", "error", "message"), FAULTS)
def test_a_fault_gives_one_clear_line_no_object_and_the_right_tries(
    fault: str,
    error: type[CollectorError],
    message: str,
    server: FaultServer,
    buckets: Buckets,
    patience: Patience,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """And the address shows nowhere: not in logs, output, error or traceback."""
    if fault == "silence":
        patience = replace(patience, read_s=0.2)
    elif fault in {name for name, _, _ in SLOW_FAULTS}:
        patience = replace(patience, attempt_s=0.5)
    start = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(error, match=message) as caught:
        collect_from(server, fault, buckets, patience)
    assert time.monotonic() - start < 10

    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
    if error is UnavailableError:
        assert str(caught.value).endswith("COUNT_URL answers from elsewhere")
    assert buckets.list_data() == []
    assert len(server.seen) == (2 if error.retryable else 1)
    assert {method for method, _, _ in server.seen} == {"GET"}

    printed = "".join(traceback.format_exception(caught.value))
    everything = printed + caplog.text + "".join(capfd.readouterr())
    for secret in SECRETS:
        assert secret.format(port=server.server_port) not in everything


def test_an_attempt_that_was_given_up_ends_by_itself(
    server: FaultServer, patience: Patience
) -> None:
    """While the source still drips: nothing piles up in a process that lives on."""
    with pytest.raises(UnavailableError):
        fetch_answer(
            server.url("slow-body"), "", replace(patience, attempts=1, attempt_s=0.1)
        )
    given_up = [thread for thread in threading.enumerate() if thread.name == "source"]
    for thread in given_up:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_separators_are_taken_where_they_are_configured(
    server: FaultServer, buckets: Buckets, patience: Patience
) -> None:
    """The same answer that is refused without the setting."""
    env = {"THOUSANDS_SEPARATOR": ","}
    result = collect_from(server, "thousands", buckets, patience, **env)
    assert result["count"] == 1234


@pytest.mark.parametrize(("fault", "path"), [("array", "[0]"), ("number", "@")])
def test_the_count_is_taken_where_the_path_finds_it(
    fault: str, path: str, server: FaultServer, buckets: Buckets, patience: Patience
) -> None:
    """In any JSON value, served as whatever."""
    result = collect_from(server, fault, buckets, patience, COUNT_PATH=path)
    assert result["count"] == 1234567


@pytest.mark.parametrize(
    ("fault", "pause_s"), [("500", 1), ("503", 7), ("503-date", 1), ("429", 20)]
)
def test_the_source_may_ask_for_a_pause_of_up_to_20_seconds(
    fault: str,
    pause_s: float,
    server: FaultServer,
    buckets: Buckets,
    patience: Patience,
    pauses: list[float],
) -> None:
    """Without, or as a date, the pause is ours; an hour is cut to 20 seconds."""
    with pytest.raises(UnavailableError):
        collect_from(server, fault, buckets, patience)
    assert pauses == [pause_s]


def run_with_clock(server: FaultServer, fault: str) -> list[float]:
    """Fetch with the real limits and a clock that only pauses move."""
    pauses: list[float] = []
    patience = Patience(lambda: sum(pauses), pauses.append, lambda low, high: high)
    with pytest.raises(UnavailableError):
        fetch_answer(server.url(fault), "", patience)
    return pauses


def test_it_tries_four_times_and_never_longer_than_45_seconds(
    server: FaultServer,
) -> None:
    """Three pauses of its own; of the longer ones asked for, what fits."""
    assert run_with_clock(server, "500") == [1, 2, 4]
    assert len(server.seen) == 4
    assert run_with_clock(server, "429") == [20, 20]
    assert len(server.seen) == 4 + 3


def test_nobody_listening_is_worth_another_try(
    buckets: Buckets, patience: Patience, pauses: list[float]
) -> None:
    """A server that restarts is away for some seconds."""
    with run_fault_server() as server:
        pass
    with pytest.raises(UnavailableError, match="ConnectionError"):
        collect_from(server, "good", buckets, patience)
    assert len(pauses) == 1


def test_a_decompression_bomb_takes_no_memory(
    server: FaultServer, patience: Patience
) -> None:
    """64 MiB behind 64 KiB: reading ends at the limit for decoded bytes."""
    with pytest.raises(RefusedError):
        fetch_answer(server.url("gzip-bomb"), "", patience)  # makes the bomb, too
    tracemalloc.start()
    with pytest.raises(RefusedError):
        fetch_answer(server.url("gzip-bomb"), "", patience)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 4 * 1024 * 1024


def test_the_request_says_who_asks_and_for_what(
    server: FaultServer, patience: Patience
) -> None:
    """The operator of the source can see whom to write to."""
    answer = fetch_answer(server.url("good"), "https://me.example", patience)
    assert answer.data == GOOD_BODY
    ((_, _, headers),) = server.seen
    assert (
        headers["User-Agent"] == f"nyanpass-count/{__version__} (+https://me.example)"
    )
    assert headers["Accept"] == "application/json"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the key")
def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: FaultServer, patience: Patience, pauses: list[float], tmp_path: Path
) -> None:
    """Not worth another try, and nothing is sent over it."""
    pem = tmp_path / "self-signed.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    name = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command.split(), *name, "-keyout", str(pem), "-out", str(pem)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with pytest.raises(RefusedError, match=r"no TLS that can be trusted \(SSLError\)"):
        fetch_answer(server.url("good").replace("http:", "https:"), "", patience)
    assert pauses == []
    assert server.seen == []
