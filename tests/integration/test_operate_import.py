"""Importing an old history into the real store: one object, and honest about it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from collector.reading import Reading
from infra.local.storage import Storage
from infra.operate.__main__ import main
from renderer.readings.corrections import Correction, encode_correction
from tests.conftest import Buckets
from tests.integration.s3_proxy import run_s3_proxy

START = datetime(2013, 1, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _environment(buckets: Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead the import to the buckets of this test."""
    for name, value in buckets.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("STACK", raising=False)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Write a history of a hundred hours."""
    return write(tmp_path, [(START + n * HOUR, n) for n in range(100)])


def write(folder: Path, rows: Sequence[tuple[datetime, int]]) -> Path:
    """Write a history."""
    lines = [f"{hour:%Y-%m-%dT%H:%M:%SZ},{count}" for hour, count in rows]
    path = folder / "history.csv"
    path.write_text("\n".join(["time,count", *lines, ""]))
    return path


def run(file: Path | None, **env: str) -> int:
    """Import a file; return the exit code."""
    given = {"CSV": str(file)} if file else {}
    return main(["import"], {**os.environ, **given, **env})


def test_a_history_becomes_one_object(buckets: Buckets, history: Path) -> None:
    """As a command, with a summary on stdout and nothing on stderr."""
    ran = subprocess.run(
        [sys.executable, "-m", "infra.operate", "import"],
        env={**os.environ, "CSV": str(history), "DATA": "/my data"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    [key] = buckets.list_data()
    assert key.startswith("imports/counter=nyanpass/")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "read           UTF-8, separated by commas, columns time, count; "
        "times with an offset",
        "new            100 readings, "
        "2013-01-01 19:00 to 2013-01-05 22:00 (Asia/Tokyo)",
        "to take it back: make void FROM=2013-01-01T10:00:00Z TO=2013-01-05T13:00:00Z "
        "REASON=... STACK=local DATA='/my data'",
        f"written: {key}",
        "imported 100, already there 0, conflicts 0, bad lines 0",
    ]
    body = buckets.client.get_object(Bucket=buckets.data, Key=key)["Body"].read()
    readings = pl.read_parquet(body)
    hour = START + 3 * HOUR
    assert readings.row(3) == (hour, hour, 3, None)


def test_a_second_import_writes_nothing(
    buckets: Buckets, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of it is already there."""
    assert run(history) == 0
    before = buckets.list_data()
    capsys.readouterr()
    assert run(history) == 0
    # The span is told by the import that added it; by now it may hold other readings.
    assert capsys.readouterr().out.splitlines()[1:] == [
        "new            nothing",
        "imported 0, already there 100, conflicts 0, bad lines 0",
    ]
    assert buckets.list_data() == before


def test_no_is_no_answer_for_a_yes(
    buckets: Buckets, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`YES=1` and `YES=yes` are, asked or not."""
    assert run(history, YES="0") == 2
    assert "not confirmed (0 is not yes): nothing is done" in capsys.readouterr().err
    assert buckets.list_data() == []
    assert run(history, YES="1") == 0


def test_a_dry_run_tells_the_same_and_writes_nothing(
    buckets: Buckets, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """How many, from when to when, how it was read."""
    assert run(history, DRY="1") == 0
    told = capsys.readouterr().out
    assert "100 readings, 2013-01-01 19:00 to 2013-01-05 22:00 (Asia/Tokyo)" in told
    assert "dry run, nothing is written: would import 100" in told
    assert buckets.list_data() == []


def test_an_import_of_what_was_voided_says_so(
    buckets: Buckets, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be the same file with the right offset, or the wrong one again."""
    assert run(history) == 0
    made_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    void = Correction("void", START, START + 9 * HOUR, None, "A test", made_at)
    key, body = encode_correction("nyanpass", void)
    buckets.client.put_object(Bucket=buckets.data, Key=key, Body=body)
    capsys.readouterr()
    assert run(history, DRY="1") == 0
    told = capsys.readouterr().out
    assert "voided         10 of these hours, which this import fills again" in told


def test_what_is_there_stays_and_each_other_line_is_told(
    buckets: Buckets, tmp_path: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A collected reading and an earlier import, with the command that corrects."""
    reading = Reading("nyanpass", START + HOUR, START + HOUR, 77)
    buckets.client.put_object(
        Bucket=buckets.data, Key=reading.key(), Body=reading.to_line()
    )
    rows = [(START, 0), (START + 2 * HOUR, 99)]
    assert run(write(tmp_path, rows)) == 0
    write(tmp_path, [(START + n * HOUR, n) for n in range(100)])
    capsys.readouterr()
    assert run(history) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == (
        "imported 97, already there 1, conflicts 2, bad lines 0"
    )
    assert captured.err.splitlines() == [
        "line 3: 2013-01-01T11:00:00Z has 77, which stays; the file has 1; to correct "
        "it: make correct AT=2013-01-01T11:00:00Z COUNT=1 REASON=... STACK=local",
        "line 4: 2013-01-01T12:00:00Z has 99, which stays; the file has 2; to correct "
        "it: make correct AT=2013-01-01T12:00:00Z COUNT=2 REASON=... STACK=local",
    ]


def test_bad_and_surplus_lines_are_reported_and_the_rest_imported(
    buckets: Buckets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also a line in another encoding."""
    path = tmp_path / "history.csv"
    path.write_bytes(
        b"\xef\xbb\xbftime,count\r\n"
        b"2013-01-01T10:00:00Z,5\r\n"
        b"2013-01-01T10:20:00Z,6\r\n"
        b"\x82\xa0,7\r\n"
        b"0001-01-01T00:00:00Z,0\r\n"
        b"2013-01-01T11:00:00Z,8"
    )
    assert run(path) == 1
    captured = capsys.readouterr()
    assert "imported 2, already there 0, conflicts 0, bad lines 2\n" in captured.out
    assert "line 4: the time is not like" in captured.err
    assert (
        "line 5: the time is before 1990 (SINCE sets that, from 1900 on)"
        in captured.err
    )
    assert "1 line left out: another one is nearer to the same hour" in captured.err


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"CSV": ""}, "give the file: CSV=history.csv"),
        ({"CSV": "none.csv"}, "none.csv: cannot be read: No such file or directory"),
        ({"CSV": "/"}, "/: cannot be read: Is a directory"),
        ({"SINCE": "1899"}, "SINCE=1899 is not a whole number from 1900 to 20"),
        ({"SINCE": "9" * 5000}, "is not a whole number from 1900 to 20"),
        ({"TIME_ZONE": "Mars/Base"}, "TIME_ZONE 'Mars/Base' is not a name like Asia"),
        ({"COUNTER": "a/b"}, "COUNTER 'a/b' is not of a-z, 0-9 and -"),
        ({"SOURCE_UTC_OFFSET": "9"}, "SOURCE_UTC_OFFSET is wrong"),
        ({"STACK": "local", "DATA": "/nowhere"}, "no stack runs here"),
        ({"DATA_BUCKET": "", "DATA": "/nowhere"}, "no stack runs here"),
        ({"DATA_BUCKET": "no-such-bucket"}, "NoSuchBucket"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    history: Path, capsys: pytest.CaptureFixture[str], env: dict[str, str], said: str
) -> None:
    """And nothing is written."""
    assert run(history, **env) == 2
    captured = capsys.readouterr()
    assert captured.out == "" or "NoSuchBucket" in said
    assert captured.err.startswith("make import: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_a_put_that_fails_can_be_repeated(
    s3_server: Storage,
    history: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is whole or not at all."""
    with run_s3_proxy(s3_server.endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        proxy.script.extend(["403"])
        assert run(history) == 2
        assert "AccessDenied" in capsys.readouterr().err
        assert run(history) == 0
        assert proxy.puts == 2
    assert "imported 100, already there 0" in capsys.readouterr().out


def test_an_import_whose_answer_is_lost_is_there_once(
    s3_server: Storage,
    buckets: Buckets,
    history: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client sends it again, and finds its own object."""
    with run_s3_proxy(s3_server.endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        proxy.script.extend(["lose reply"])
        assert run(history) == 0
    assert len(buckets.list_data()) == 1


@pytest.mark.parametrize("times", [1, 20])
def test_a_write_under_way_is_not_taken_for_a_written_import(
    s3_server: Storage,
    buckets: Buckets,
    history: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    times: int,
) -> None:
    """409 says nothing about what is there: it is tried again, and then told."""
    with run_s3_proxy(s3_server.endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        proxy.script.extend(["409"] * times)
        code = run(history)
    captured = capsys.readouterr()
    assert (code, len(buckets.list_data())) == ((0, 1) if times == 1 else (2, 0))
    assert ("imported 100" in captured.out) is (times == 1)
    assert captured.err.count("\n") == (times > 1)
