"""Importing an old history into the real store: repeatable, and honest about it."""

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.patience import Patience
from collector.reading import Reading
from collector.store import put_reading
from infra.local.storage import Storage
from infra.operate import import_csv
from infra.operate.import_csv import main
from tests.conftest import Buckets
from tests.integration.s3_proxy import run_s3_proxy

START = datetime(2013, 1, 1, 10, tzinfo=UTC)
PATIENCE = Patience(time.monotonic, time.sleep, random.uniform)


@pytest.fixture(autouse=True)
def _environment(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead the import to the buckets of this test."""
    for name, value in buckets.env.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Write a history of a hundred hours."""
    lines = [f"{START + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ},{n}" for n in range(100)]
    path = tmp_path / "history.csv"
    path.write_text("\n".join(["time,count", *lines, ""]))
    return path


def keys_in(buckets: Buckets) -> list[str]:
    """List what the data bucket holds."""
    listing = buckets.client.list_objects_v2(Bucket=buckets.data)
    return [entry["Key"] for entry in listing.get("Contents", [])]


def test_a_history_becomes_one_object_an_hour(buckets: Buckets, history: Path) -> None:
    """As a command, with the summary on stdout and nothing on stderr."""
    ran = subprocess.run(
        [sys.executable, "-m", "infra.operate.import_csv", str(history)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    summary = "imported 100, already there 0, conflicts 0, bad lines 0\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, summary, "")
    keys = keys_in(buckets)
    assert len(keys) == 100
    line = buckets.client.get_object(Bucket=buckets.data, Key=keys[3])["Body"].read()
    hour = START + timedelta(hours=3)
    assert line == Reading("nyanpass", hour, hour, 3).to_line()


def test_a_second_import_puts_nothing(
    history: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The listing alone tells that all bytes are there."""
    assert main([str(history)], os.environ) == 0
    capsys.readouterr()
    monkeypatch.setattr(import_csv, "put_reading", None)  # a call would fail
    assert main([str(history)], os.environ) == 0
    captured = capsys.readouterr()
    assert captured.out == "imported 0, already there 100, conflicts 0, bad lines 0\n"


def test_what_the_collector_has_kept_stays(
    buckets: Buckets, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same count is already there; another one is a conflict, and is named."""
    for hours, count in ((0, 0), (1, 77)):
        hour = START + timedelta(hours=hours)
        reading = Reading("nyanpass", hour, hour + timedelta(seconds=9), count, hour)
        put_reading(buckets.client, buckets.data, reading, PATIENCE)
    assert main([str(history)], os.environ) == 1
    captured = capsys.readouterr()
    assert captured.out == "imported 98, already there 1, conflicts 1, bad lines 0\n"
    assert captured.err == (
        "readings/counter=nyanpass/date=2013-01-01/20130101T110000Z.json: "
        "77 stays, not 1\n"
    )


def test_bad_and_surplus_lines_are_reported_and_the_rest_imported(
    buckets: Buckets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also a line in another encoding."""
    path = tmp_path / "history.csv"
    path.write_bytes(
        b"\xef\xbb\xbftime,count\r\n"
        b"2013-01-01T10:00:00Z,5\r\n"
        b"2013-01-01T10:30:00Z,6\r\n"
        b"\x82\xa0,7\r\n"
        b"2013-01-01T11:00:00Z,8"
    )
    assert main([str(path)], os.environ) == 1
    captured = capsys.readouterr()
    assert captured.out == "imported 2, already there 0, conflicts 0, bad lines 1\n"
    assert "line 4: the time is not like" in captured.err
    assert "1 lines left out: an earlier one has the same hour" in captured.err
    assert len(keys_in(buckets)) == 2


def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, a folder, empty, without a header; or no file named at all."""
    empty, other = tmp_path / "empty.csv", tmp_path / "other.csv"
    empty.touch()
    other.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    for arguments, said in [
        ([str(tmp_path / "none.csv")], "cannot be read: No such file or directory"),
        ([str(tmp_path)], "cannot be read: Is a directory"),
        ([str(empty)], "the first line is not the header time,count"),
        ([str(other)], "the first line is not the header time,count"),
        ([], "usage:"),
        ([str(empty), str(other)], "usage:"),
    ]:
        assert main(arguments, os.environ) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        assert said in captured.err


def test_a_missing_setting_is_one_line_and_exit_code_2(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The import needs the bucket, and no address of a source."""
    assert main([str(history)], {}) == 2
    assert capsys.readouterr().err == (
        "settings: DATA_BUCKET is missing, set it to the name of the bucket that keeps "
        "the readings\n"
    )


def test_a_store_that_fails_is_one_line_and_exit_code_2(
    history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that the import can be repeated."""
    monkeypatch.setenv("DATA_BUCKET", "no-such-bucket")
    assert main([str(history)], os.environ) == 2
    error = capsys.readouterr().err
    assert error.startswith("the store failed: ")
    assert error.endswith("run it again to do the rest\n")
    assert error.count("\n") == 1


def test_a_put_that_fails_ends_the_import_without_working_through_the_rest(
    s3_server: Storage,
    history: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was put stays put, and the next import does the rest."""
    with run_s3_proxy(s3_server.endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        proxy.script.extend(["403"] * 100)
        assert main([str(history)], os.environ) == 2
        assert 0 < proxy.puts < 100
        assert "AccessDenied" in capsys.readouterr().err
        proxy.script.clear()
        assert main([str(history)], os.environ) == 0
    assert capsys.readouterr().out.startswith("imported 100, already there 0")


def test_a_thousand_readings_show_progress(
    buckets: Buckets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, so that the summary stays alone on stdout."""
    lines = [
        f"{START + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ},{n}" for n in range(1001)
    ]
    path = tmp_path / "history.csv"
    path.write_text("\n".join(["time,count", *lines]))
    assert main([str(path)], os.environ) == 0
    captured = capsys.readouterr()
    assert captured.err == "1000 of 1001 put\n"
    assert captured.out.startswith("imported 1001, ")
