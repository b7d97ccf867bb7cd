"""One run of the collector, from the event to the object, the log and the metrics."""

import json
import logging
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collector import handler as module
from collector.errors import SettingsError
from collector.handler import collect, handler, make_s3_client
from collector.patience import Patience
from collector.settings import Settings
from tests.conftest import Buckets
from tests.integration.fault_server import FaultServer

NOW = datetime(2026, 11, 23, 22, 0, 3, tzinfo=UTC)
EVENT = {"scheduled_time": "2026-11-23T22:00:00Z"}
KEY = "readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json"
PATIENCE = Patience(time.monotonic, lambda _: None, lambda low, _: low)


def run(
    buckets: Buckets, server: FaultServer, now: datetime = NOW, **env: str
) -> dict[str, Any]:
    """Collect once at this time."""
    env = {"DATA_BUCKET": buckets.data, "COUNT_URL": server.url("good"), **env}
    settings = Settings.from_env(env)
    return collect(EVENT, settings, buckets.client, PATIENCE, lambda: now)


def metrics_in(output: str) -> dict[str, int]:
    """Read the counts of the one line on stdout."""
    (line,) = output.splitlines()
    document = json.loads(line)
    return {n: v for n, v in document.items() if n not in {"_aws", "Function"}}


def test_a_run_keeps_the_reading_of_its_hour(
    buckets: Buckets,
    server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the hour of the schedule, the time of the look, and the source's time."""
    result = run(buckets, server)
    assert result == {"outcome": "stored", "key": KEY, "count": 1234567}
    line = buckets.client.get_object(Bucket=buckets.data, Key=KEY)["Body"].read()
    assert json.loads(line) == {
        "schema": 1,
        "counter": "nyanpass",
        "scheduled_at": "2026-11-23T22:00:00Z",
        "observed_at": "2026-11-23T22:00:03Z",
        "count": 1234567,
        "source_time": "2026-11-23T22:00:02Z",
    }
    assert caplog.messages == [f"outcome=stored key={KEY} count=1234567"]
    assert metrics_in(capsys.readouterr().out) == {
        "HourStored": 1,
        "HourConflict": 0,
        "Count": 1234567,
    }


def test_a_second_run_for_the_hour_is_a_success_that_changes_nothing(
    buckets: Buckets, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Schedules are delivered at least once."""
    run(buckets, server)
    capsys.readouterr()
    result = run(buckets, server, NOW + timedelta(minutes=4))
    assert result == {"outcome": "duplicate", "key": KEY, "count": 1234567}
    assert metrics_in(capsys.readouterr().out)["HourStored"] == 1


def test_another_count_for_the_hour_leaves_the_first_with_a_warning(
    buckets: Buckets,
    server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The warning has both counts; the result has the one that is kept."""
    run(buckets, server)
    capsys.readouterr()
    caplog.clear()
    result = run(buckets, server, COUNT_PATH="`7`")
    assert result == {"outcome": "conflict", "key": KEY, "count": 1234567}
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "count=1234567: the first reading stays, 7 is dropped" in caplog.text
    assert metrics_in(capsys.readouterr().out) == {
        "HourStored": 1,
        "HourConflict": 1,
        "Count": 7,
    }


def test_a_selftest_reads_the_count_and_stores_nothing(
    buckets: Buckets, server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """At any minute of the hour, and no metric says that an hour is stored."""
    settings = Settings.from_env(
        {"DATA_BUCKET": buckets.data, "COUNT_URL": server.url("good")}
    )
    late = NOW + timedelta(minutes=59)
    result = collect(
        {"action": "selftest"}, settings, buckets.client, PATIENCE, lambda: late
    )
    assert result == {"outcome": "selftest", "key": None, "count": 1234567}
    assert buckets.client.list_objects_v2(Bucket=buckets.data)["KeyCount"] == 0
    assert capsys.readouterr().out == ""


def test_a_run_that_is_too_late_reads_nothing_and_stores_nothing(
    buckets: Buckets,
    server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A gap is true; a count of 22:51 under 22:00 is not."""
    result = run(buckets, server, NOW + timedelta(minutes=50))
    assert result == {"outcome": "too-late", "key": None, "count": None}
    assert server.seen == []
    assert "Contents" not in buckets.client.list_objects_v2(Bucket=buckets.data)
    assert "outcome=too-late hour=2026-11-23T22:00:00Z" in caplog.text
    assert metrics_in(capsys.readouterr().out) == {"HourStored": 0}


def test_the_entry_takes_everything_from_the_environment(
    buckets: Buckets, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings, endpoint and credentials; the client serves the next run too."""
    for name, value in buckets.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COUNT_URL", server.url("no-time"))
    make_s3_client.cache_clear()
    now = datetime.now(UTC)
    event = {"scheduled_time": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert handler(event, None)["outcome"] == "stored"
    client = make_s3_client()
    assert handler(event, None)["outcome"] == "duplicate"
    assert make_s3_client() is client
    config = vars(client.meta.config)
    assert (config["connect_timeout"], config["read_timeout"]) == (3, 10)
    client.close()
    make_s3_client.cache_clear()


def test_the_entry_fails_before_it_asks_when_settings_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error is raised, so that the alarm hears of it."""
    for name in ("DATA_BUCKET", "COUNT_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match=r"DATA_BUCKET .* COUNT_URL"):
        handler(EVENT, None)


def test_importing_the_handler_brings_nothing_that_it_does_not_need() -> None:
    """Only its own packages, no client, and no environment but the interpreter's."""
    code = "import collector.handler, sys; print(*sorted(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    names = {name.split(".")[0] for name in ran.stdout.split()}
    assert "boto3" in names
    unwanted = {"polars", "plotly", "kaleido", "renderer", "infra", "pandas", "numpy"}
    assert not names & unwanted
    assert module.make_s3_client.cache_info().maxsize is None
