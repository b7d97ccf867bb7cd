"""`make replay`: which readings it finds, and how it sends them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest

from collector.reading import Reading
from infra.errors import FailedError, SettingsError
from infra.operate.batches import MAX_BYTES, cut_batches, make_records
from infra.operate.replay import replay
from renderer.events import parse_event
from renderer.figures.figure import Figure
from tests.conftest import Buckets
from tests.integration.operating import Functions, make_stack
from tests.integration.renderer_world import World, paint, reading

START = datetime(2026, 11, 22, 0, tzinfo=UTC)


@pytest.fixture
def readings(buckets: Buckets) -> list[str]:
    """Store three days of hours, some things that are no readings, and a neighbour."""
    found = []
    for hour in range(0, 72, 4):
        at = START + timedelta(hours=hour)
        reading = Reading("nyanpass", at, at, hour, None)
        found.append(reading.key())
    others = [
        "readings/counter=nyanpass/date=2026-11-22/notes.txt",
        Reading("nyanpass-2", START, START, 1, None).key(),
    ]
    for key in found + others:
        buckets.client.put_object(Bucket=buckets.data, Key=key, Body=b"{}")
    return found


def answer(name: str, event: Any) -> dict[str, Any]:
    """Answer as the renderer does when nothing is missing."""
    return {"outcome": "unchanged", "readings": 18}


def keys_sent(functions: Functions, bucket: str) -> list[str]:
    """Give the keys that the renderer makes of all events."""
    assert {name for name, _ in functions.sent} <= {"test-renderer"}
    return [
        key for _, event in functions.sent for key in parse_event(event, bucket).keys
    ]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-11-22", "2026-11-24", 0, 18),
        ("2026-11-22", "2026-11-22", 0, 6),
        ("2026-11-23T00:00:00Z", "2026-11-23T12:00:00Z", 6, 9),
        ("2026-11-23T01", "2026-11-23T05", 7, 8),
        ("2026-11-23T09:00+09:00", "2026-11-23T10:00+09:00", 6, 7),
        ("2020-01-01", "2030-01-01", 0, 18),
    ],
)
def test_the_readings_of_the_span_are_sent_in_one_invocation(
    buckets: Buckets, readings: list[str], start: str, end: str, first: int, last: int
) -> None:
    """From FROM until before TO; a day as TO is taken whole."""
    functions = Functions(answer)
    stack = make_stack(buckets, functions)
    assert replay(stack, {"FROM": start, "TO": end}) == 0
    assert keys_sent(functions, buckets.data) == readings[first:last]
    assert len(functions.sent) == 1


def test_a_dry_run_lists_and_sends_nothing(
    buckets: Buckets, readings: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says how many there are, the first and the last."""
    functions = Functions(answer)
    env = {"FROM": "2026-11-22", "TO": "2026-11-23", "DRY": "1"}
    assert replay(make_stack(buckets, functions), env) == 0
    out = capsys.readouterr().out
    assert "12 readings in 1 invocation\n" in out
    assert readings[0] in out
    assert readings[11] in out
    assert functions.sent == []


def test_a_span_without_readings_is_no_error(
    buckets: Buckets, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is sent."""
    functions = Functions(answer)
    env = {"FROM": "2026-01-01", "TO": "2026-01-02"}
    assert replay(make_stack(buckets, functions), env) == 0
    assert "there is no reading from 2026-01-01 00:00" in capsys.readouterr().out
    assert functions.sent == []


@pytest.mark.parametrize(
    ("env", "problem"),
    [
        ({}, "FROM is missing"),
        ({"FROM": "2026-01-01"}, "TO is missing"),
        ({"FROM": "yesterday", "TO": "2026-01-01"}, "FROM 'yesterday' is no time"),
        ({"FROM": "0001-01-01", "TO": "2026-01-01"}, "FROM .* from 1900 to 2199"),
        ({"FROM": "2026-01-01", "TO": "9999-12-31"}, "TO .* from 1900 to 2199"),
        ({"FROM": "2026-01-02", "TO": "2026-01-01"}, "FROM has to be before TO"),
    ],
)
def test_a_wrong_span_is_named(
    buckets: Buckets, env: dict[str, str], problem: str
) -> None:
    """In one line, before anything is sent."""
    with pytest.raises(SettingsError, match=problem):
        replay(make_stack(buckets, Functions(answer)), env)


def test_a_failing_renderer_ends_the_replay(
    buckets: Buckets, readings: list[str]
) -> None:
    """With the function's own message, in one line."""
    functions = Functions(lambda *_: {"errorMessage": "it is\nbroken"})
    env = {"FROM": "2026-11-22", "TO": "2026-11-24"}
    with pytest.raises(FailedError, match="test-renderer failed: it is broken"):
        replay(make_stack(buckets, functions), env)


def test_events_are_cut_at_the_payload_s_limit() -> None:
    """A year fits into one; ten years do not, and no record is lost or doubled."""
    hours = [START + timedelta(hours=n) for n in range(10 * 8760)]
    keys = [Reading("n" * 63, at, at, 1, None).key() for at in hours]
    year = list(cut_batches(make_records("b" * 63, keys[:8760])))
    assert len(year) == 1
    batches = list(cut_batches(make_records("b" * 63, keys)))
    assert 2 <= len(batches) <= 6
    for batch in batches:
        assert len(json.dumps({"Records": batch})) < 6_000_000
    sent = [unquote_plus(r["s3"]["object"]["key"]) for batch in batches for r in batch]
    assert sent == keys
    assert MAX_BYTES < 6_000_000


def test_a_replay_after_a_change_of_the_code_draws_everything_again(
    world: World,
) -> None:
    """And one without a change draws nothing."""
    drawn: list[set[str]] = []

    def draw(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        drawn.append(set(figures))
        return paint(figures)

    keys = world.put(*(reading(hour, hour) for hour in range(60)))
    for code in ("old", "old", "new"):
        changed = replace(world, code=code)

        def run(name: str, event: Any, changed: World = changed) -> dict[str, Any]:
            hinted = parse_event(event, changed.buckets.data).keys
            assert hinted == keys
            return changed.tick(*hinted, draw=draw)

        env = {"FROM": "2026-12-01", "TO": "2027-01-31"}
        assert replay(make_stack(world.buckets, Functions(run)), env) == 0
    assert len(drawn) == 2
    assert drawn[0] == drawn[1]
    assert "graphs/24h-total.png" in drawn[1]
