"""The function as Lambda calls it: environment and event in, a site or an error out."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from renderer.errors import DrawingError, EventError, SettingsError
from renderer.handler import handler
from renderer.settings import Settings
from tests.integration.conftest import CHECKOUT, Context, Invoke
from tests.integration.renderer_world import World, named_on, reading, s3_event

VARIABLES = ("DATA_BUCKET", "SITE_BUCKET", "SITE_URL", "BROWSER_PATH", "PLOTLY_JS")
OLD = [reading(-1000 * number, number).key() for number in range(1, 5)]
EventOf = Callable[[str], dict[str, Any]]


@pytest.fixture
def idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invoke: Invoke) -> Invoke:
    """Invoke the function where nothing is to be drawn: its browser only waits."""
    path = tmp_path / "browser"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(path))
    return invoke


def test_everything_that_is_not_set_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before anything is started or asked of anyone."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TIME_ZONE", "Asia/Tokio")
    with pytest.raises(SettingsError) as caught:
        handler({"Records": []}, Context())
    message = str(caught.value)
    assert all(f"{name} is not set" in message for name in VARIABLES)
    assert "TIME_ZONE 'Asia/Tokio'" in message
    assert "\n" not in message


def test_a_browser_that_is_not_there_is_a_clear_error(
    invoke: Invoke, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says which variable, which path, and what to do."""
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    with pytest.raises(
        SettingsError, match=r"BROWSER_PATH '/nowhere/chromium' is no file: run `make"
    ):
        invoke(world, s3_event(world.buckets.data, OLD))


@pytest.mark.parametrize("event", [{"action": "dance"}, {}, None, [], {"Records": 1}])
def test_what_is_not_understood_is_an_error(
    event: Any, idle: Invoke, world: World
) -> None:
    """The failure queue keeps it for a look."""
    with pytest.raises(EventError):
        idle(world, event)


def test_the_test_event_of_a_new_notification_is_ignored(
    idle: Invoke, world: World
) -> None:
    """S3 sends it once, and it is about no object."""
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}
    assert idle(world, event) == {"outcome": "ignored"}


def eventbridge(bucket: str) -> dict[str, Any]:
    """Write an event as EventBridge passes it on: the key is not encoded."""
    detail = {"bucket": {"name": bucket}, "object": {"key": OLD[0], "size": 1}}
    return {"detail-type": "Object Created", "detail": detail}


EVENTS: dict[str, tuple[EventOf, list[str]]] = {
    "several records": (lambda bucket: s3_event(bucket, OLD), OLD),
    "repeated records": (lambda bucket: s3_event(bucket, OLD * 2), OLD),
    "version 2.6": (lambda bucket: s3_event(bucket, OLD, "2.6"), OLD),
    "version 3.0": (lambda bucket: s3_event(bucket, OLD, "3.0"), OLD),
    "another bucket": (lambda bucket: s3_event(f"{bucket}-2", OLD), []),
    "no records": (lambda _: {"Records": []}, []),
    "EventBridge": (eventbridge, OLD[:1]),
}


@pytest.mark.parametrize("name", EVENTS)
def test_every_form_of_event_names_its_keys(
    name: str, idle: Invoke, world: World
) -> None:
    """They are of hours that no listing looks at, so only the event can name them."""
    event_of, keys = EVENTS[name]
    event = event_of(world.buckets.data)
    assert ("counter%3D" in str(event)) is (
        "Records" in event and bool(event["Records"])
    )
    world.put(reading(0, 5))
    outcome = idle(published(world), event)
    assert (outcome["outcome"], outcome["readings"]) == ("unchanged", 1)
    # The objects are not there, and that is what is told about each.
    assert outcome["broken"] == sorted(keys)


def published(world: World) -> World:
    """Publish a site by the code that the function has in this environment."""
    env = {**os.environ, **world.buckets.env}
    coded = replace(world, code=Settings.from_env(env).code)
    assert coded.tick()["outcome"] == "published"
    return coded


def test_a_failing_browser_is_raised_after_the_data_are_published(
    invoke: Invoke, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda's retry and the alarm have to hear of it, and the site is not empty."""
    path = tmp_path / "browser"
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(path))
    (key,) = world.put(reading(0, 5))
    with pytest.raises(DrawingError):
        invoke(world, s3_event(world.buckets.data, [key]))
    assert "data/summary.json" in world.etags()
    assert "index.html" not in world.etags()


def test_an_event_publishes_a_site_and_a_rebuild_finds_nothing_to_do(
    invoke: Invoke, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """With the real browser, whose pictures are the same each time."""
    keys = world.put(*(reading(hour, 1000 + hour) for hour in range(3)))
    outcome = invoke(world, s3_event(world.buckets.data, keys[:1]))
    assert (outcome["outcome"], outcome["readings"]) == ("published", 3)
    assert sorted(outcome["objects"]) == list(world.etags())
    assert named_on(world.page()) <= world.etags().keys()
    rebuilt = invoke(world, {"action": "rebuild"})
    assert (rebuilt["outcome"], rebuilt["objects"]) == ("published", [])
    assert "outcome=published readings=3 objects=0" in caplog.text
    again = invoke(world, s3_event(world.buckets.data, keys))
    assert again["outcome"] == "unchanged"


def test_the_selftest_draws_with_each_set_of_flags(
    invoke: Invoke, world: World
) -> None:
    """It tells which of them work here, and touches no bucket."""
    outcome = invoke(world, {"action": "selftest"})
    assert outcome["outcome"] == "selftest"
    assert outcome["flagsets"].keys() == {"single", "multi"}
    assert all(result["ok"] for result in outcome["flagsets"].values())
    assert world.etags() == {}


def test_nothing_heavy_is_imported_before_the_browser_is_started() -> None:
    """Both take about as long, so they have to go on at once."""
    code = "import renderer.handler, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    heavy = {"boto3", "botocore", "polars", "jinja2", "kaleido", "choreographer"}
    assert not heavy & set(run.stdout.split())
