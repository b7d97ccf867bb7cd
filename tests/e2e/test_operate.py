"""The operator's whole way, without AWS: create, tick, alarm metric, failure,
redrive, replay, rebuild, update, destroy; and the replay of a year.

The functions, S3 and the events are the one-machine stack's. CloudFormation is
moto's, with Lambda's invocations led to the one-machine stack.
"""

import io
import json
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests

from collector.reading import Reading
from infra.aws.clients import make_clients
from infra.local.state import read_state
from infra.operate.__main__ import main
from tests.e2e.test_run import (
    Running,
    Source,
    Start,
    wait_for_an_hour_with_time_left,
)
from tests.moto_server import Moto
from tests.resolved import PARAMETERS, of_type

Objects = dict[str, bytes]
COLLECTED = 200


class Operator:
    """Runs commands as the Makefile does, on the stack of one folder."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Work in this environment."""
        self.env = {**env, "STACK": "local"}

    def run(
        self,
        command: str,
        arguments: Mapping[str, str] = MappingProxyType({}),
        expected: int = 0,
    ) -> str:
        """Run a command, and give what it printed.

        In this process: a new one would import for a second what it needs.
        """
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            code = main([command], {**self.env, **arguments})
        assert code == expected, f"{command}: {printed.getvalue()}"
        return printed.getvalue()

    @property
    def folder(self) -> Path:
        """Give the folder of the running stack."""
        return Path(self.state["STACK_FOLDER"])

    @property
    def state(self) -> dict[str, str]:
        """Tell where the running stack is."""
        return read_state(Path(self.env["DATA"]) / "stack.env")

    def objects(self) -> Objects:
        """Read the site and the history, byte for byte."""
        s3 = make_clients(self.state)("s3")
        found = {}
        for bucket, prefix in (("site", ""), ("data", "history/")):
            pages = s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=bucket, Prefix=prefix):
                for each in page.get("Contents", []):
                    answer = s3.get_object(Bucket=bucket, Key=each["Key"])
                    found[f"{bucket}/{each['Key']}"] = answer["Body"].read()
        return found

    def renders(self) -> int:
        """Count the renderer's runs so far."""
        text = (self.folder / "functions.log").read_text("utf-8")
        return text.count("renderer REPORT RequestId")

    def metric(self, name: str) -> list[int]:
        """Give the values of a metric that the functions emitted, in order."""
        lines = (self.folder / "functions.log").read_text("utf-8").splitlines()
        bodies = [line.partition(" ")[2] for line in lines if '{"_aws"' in line]
        documents = [json.loads(body) for body in bodies]
        return [document[name] for document in documents if name in document]


def in_alarm(alarm: Mapping[str, Any], values: list[int]) -> bool:
    """Evaluate a freshness alarm over the values of its periods."""
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["Statistic"] == "Sum"
    return bool(sum(values) < alarm["Threshold"])


def test_the_operator_s_whole_way(
    start: Start, source: Source, env: dict[str, str], moto: Moto
) -> None:
    """From the first deploy to the last destroy, with a failure on the way."""
    wait_for_an_hour_with_time_left(120)
    source.status = 404
    stack = start(COUNT_URL=source.url)
    stack.wait_for("Ctrl-C stops it")
    operator = Operator(env)
    # On the simulated AWS; what is invoked there is this stack's renderer.
    cloud = {
        **{name: os.environ[name] for name in ("PATH",)},
        **moto.env,
        "AWS_ENDPOINT_URL_LAMBDA": operator.state["AWS_ENDPOINT_URL_LAMBDA"],
        "STACK": "nyanpass-count",
        "COUNT_URL": source.url,
        "ALARM_EMAIL": PARAMETERS["AlarmEmail"],
        "COLLECTOR_IMAGE": PARAMETERS["CollectorImage"],
        "RENDERER_IMAGE": PARAMETERS["RendererImage"],
    }

    # Create; that the source does not answer shows at once.
    for name in ("CollectorImage", "RendererImage"):
        moto.put_image(PARAMETERS[name])
    created = operator.run("deploy", cloud, expected=2)
    assert "CREATE_COMPLETE" in created
    assert "no count can be read" in created
    assert "the source answered 404" in created

    # A tick that fails, three times; nothing is counted, so the alarms would ring.
    stack.wait_for("kept in", timeout_s=60)
    alarms = of_type("AWS::CloudWatch::Alarm")
    assert in_alarm(alarms["NothingCollected"], operator.metric("HourStored"))
    assert in_alarm(alarms["NothingPublished"], operator.metric("Published"))
    told = operator.run("status", expected=1)
    assert "failures       1 waiting" in told
    assert "needs a look   failed events are waiting" in told
    assert "the source answered 404" in operator.run("redrive", {"DRY": "1"})
    assert "still in the queue: 1 event\n" in operator.run("redrive", expected=1)

    # The source is back: redrive, and the alarms would end.
    source.status = 200
    assert "collector: 1 failed event\n" in operator.run("redrive")
    stack.wait_for("  1,234,567  ", timeout_s=60)
    tried = operator.run("deploy")
    assert "selftest, source: it answers" in tried
    assert "selftest, Chromium single: ok" in tried
    assert not in_alarm(alarms["NothingCollected"], operator.metric("HourStored"))
    assert not in_alarm(alarms["NothingPublished"], operator.metric("Published"))
    told = operator.run("status")
    assert "failures       0 waiting" in told
    assert "last reading   1,234,567" in told
    assert "outcome=stored" in operator.run("logs")

    # Replay, in any order and number, and rebuild: no byte changes.
    before = operator.objects()
    assert {"site/index.html", "site/graph.png"} <= before.keys()
    today = datetime.now(UTC).date()
    span = {"FROM": f"{today - timedelta(days=1)}", "TO": f"{today}"}
    assert "nothing is sent" in operator.run("replay", {**span, "DRY": "1"})
    for _ in range(2):
        assert "1 of 1: unchanged, 1 reading" in operator.run("replay", span)
    assert "published, 1 reading" in operator.run("rebuild")
    assert operator.objects() == before

    # What is wrong is taken back, by the event of the correction alone, and restored.
    hour = f"{datetime.now(UTC):%Y-%m-%dT%H}:00Z"
    wrong = {"AT": hour, "COUNT": "1234568", "REASON": "A test"}
    assert "would change" in operator.run("correct", {**wrong, "DRY": "1"})
    assert "1,234,567 -> 1,234,568" in operator.run("correct", wrong)
    wait_for_count(operator, "1234568")
    operator.run("restore", {"FROM": hour, "TO": hour, "REASON": "It was right"})
    wait_for_count(operator, "1234567")
    assert "last reading   1,234,567" in operator.run("status")

    # So is a note, by its own event.
    operator.run("note", {"AT": hour, "JA": "テレビに出た"})
    wait_for_summary(operator, lambda summary: summary["notes"]["number"] == 1)
    operator.run("unnote", {"AT": hour})
    wait_for_summary(operator, lambda summary: summary["notes"]["number"] == 0)

    # Update, and destroy both.
    another = cloud["RENDERER_IMAGE"].replace("b" * 64, "c" * 64)
    cloud["RENDERER_IMAGE"] = moto.put_image(another)
    assert "UPDATE_COMPLETE" in operator.run("deploy", cloud)
    found = moto.client("lambda").get_function(FunctionName="nyanpass-count-renderer")
    assert found["Code"]["ImageUri"] == cloud["RENDERER_IMAGE"]
    assert "give YES=local" in operator.run("destroy", expected=2)
    folder = operator.folder
    gone = operator.run("destroy", {**cloud, "YES": "nyanpass-count"})
    assert "DELETE_COMPLETE" in gone
    assert "the readings stay" in operator.run("destroy", {"YES": "local"})
    assert stack.wait() == 0
    assert (folder / "storage").is_dir()
    assert "start `make run`" in operator.run("status", expected=2)


def wait_for_count(operator: Operator, count: str) -> None:
    """Wait until the site shows a count."""
    wait_for_summary(operator, lambda summary: summary["count_text"] == count)


def wait_for_summary(
    operator: Operator, is_there: Callable[[dict[str, Any]], bool]
) -> None:
    """Wait until the site's summary is as it should be."""
    deadline = time.monotonic() + 60
    address = f"{operator.state['AWS_ENDPOINT_URL_S3']}/site/data/summary.json"
    while True:
        summary = requests.get(address, timeout=9).json()
        if is_there(summary):
            return
        assert time.monotonic() < deadline, summary
        time.sleep(0.2)


def put_collected(operator: Operator, number: int) -> date:
    """Put so many readings of before the demonstration's year; return their first day.

    Each is an object of its own, as the collector stores them.
    """
    s3 = make_clients(operator.state)("s3")
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    first -= timedelta(days=500)

    def put(count: int) -> None:
        hour = first + timedelta(hours=count)
        each = Reading("demonstration", hour, hour, count)
        s3.put_object(Bucket="data", Key=each.key(), Body=each.to_line())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, range(number)))
    return first.date()


def test_many_readings_are_replayed_by_a_handful_of_renders(
    start: Start, env: dict[str, str]
) -> None:
    """The same bytes where nothing changed, and the same bytes from nothing."""
    wait_for_an_hour_with_time_left(120)
    stack: Running = start(SAMPLE="departures")
    assert "New York" in stack.wait_for("times moved by")
    assert "(America/New_York)" in stack.wait_for("import | new")
    imported = stack.wait_for("import | imported")
    # The present hour is collected as well.
    rows = int(imported.split("imported ")[1].split(",")[0]) + 1
    stack.wait_for(" objects in ", timeout_s=150)
    operator = Operator(env)
    first, today = put_collected(operator, COLLECTED), datetime.now(UTC).date()
    told = f"renderer | published, {rows + COLLECTED:,} readings"
    stack.wait_for(told, timeout_s=100)
    before = operator.objects()
    # The demonstration's clock may be some hours ahead.
    year = {"FROM": f"{first}", "TO": f"{today + timedelta(2)}"}
    renders = operator.renders()

    started = time.monotonic()
    told = operator.run("replay", year)
    assert time.monotonic() - started < 60
    assert int(told.split(" readings in ")[0]) > COLLECTED
    assert operator.renders() - renders <= 3
    assert operator.objects() == before

    # In parts, the later one first, and after both derived things were lost.
    s3 = make_clients(operator.state)("s3")
    s3.delete_object(Bucket="data", Key="history/counter=demonstration/history.parquet")
    for key in before:
        if key.startswith("site/"):
            s3.delete_object(Bucket="site", Key=key.removeprefix("site/"))
    middle = first + timedelta(days=8)
    started = time.monotonic()
    operator.run("replay", {**year, "FROM": f"{middle}"})
    operator.run("replay", {**year, "TO": f"{middle}"})
    assert time.monotonic() - started < 60
    assert operator.objects() == before
    assert operator.renders() - renders <= 8

    # With the data, on request only.
    folder = operator.folder
    gone = operator.run("destroy", {"YES": "local", "WITH_DATA": "1"})
    assert "the readings are deleted" in gone
    assert stack.wait() == 0
    assert not folder.exists()
