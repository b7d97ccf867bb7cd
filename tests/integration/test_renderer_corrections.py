"""Imports and corrections on the real S3: what was wrong can be taken back."""

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from collector.reading import Reading
from renderer.readings import format
from renderer.readings.corrections import Correction, Kind, encode_correction
from renderer.readings.format import tabulate_readings
from renderer.readings.history import absorb_objects
from renderer.readings.imports import encode_import
from renderer.readings.notes import Note, encode_note
from renderer.readings.parquet import encode_parquet
from tests.integration.renderer_world import (
    COUNTER,
    HOUR,
    START,
    Object,
    World,
    reading,
)
from tests.integration.s3_faults import taped

pytestmark = pytest.mark.usefixtures("few_ranges")

MADE_AT = START + 500 * HOUR
HISTORY = [reading(hour, 1000 + hour * hour) for hour in range(-24 * 10, 1)]


def correct(
    world: World, kind: Kind, first: int, last: int, count: int | None = None
) -> str:
    """Write a correction of the hours from the one to the other; return its key."""
    made_at = max(MADE_AT, START + last * HOUR + HOUR)
    made_at += len(world.list_data("corrections/")) * HOUR
    span = START + first * HOUR, START + last * HOUR
    made = Correction(kind, *span, count, "A test", made_at)
    [key] = world.put_bodies(dict([encode_correction(COUNTER, made)]))
    return key


def bring_in(world: World, readings: Iterable[Reading], made_at: int = 0) -> str:
    """Write an import of readings; return its key."""
    frame = tabulate_readings(
        format.Reading(
            each.scheduled_at, each.observed_at, each.count, each.source_time
        )
        for each in readings
    )
    key, body = encode_import(COUNTER, MADE_AT + made_at * HOUR, frame)
    return world.put_bodies({key: body})[0]


def without_marks(site: dict[str, Object]) -> dict[str, bytes]:
    """Give a site without what only tells of corrections."""
    bodies = {key: body for key, (body, *_) in site.items()}
    del bodies["data/manifest.json"], bodies["data/corrections.csv"]
    for key, body in bodies.items():
        if key.startswith("data/hourly/") and key.endswith(".csv"):
            bodies[key] = re.sub(rb",(true|false|corrected)(,\w+)\n", rb"\2\n", body)
        if key.endswith(".html"):
            part = rb"<h3>(Corrections|\xe8\xa8\x82\xe6\xad\xa3)</h3>.*?</ul>\n"
            bodies[key] = re.sub(part, b"", body, flags=re.DOTALL)
    summary = json.loads(bodies["data/summary.json"])
    assert summary.pop("corrections")["number"] >= 0
    bodies["data/summary.json"] = json.dumps(summary).encode()
    return {key: body for key, body in bodies.items() if not key.endswith(".parquet")}


def test_a_corrected_history_is_shown_as_one_that_was_right_from_the_start(
    world: World, other: World
) -> None:
    """Byte for byte, but for marks and lists; and taken back, as it was."""
    right = [
        each
        for each in HISTORY
        if not -50 <= (each.scheduled_at - START) // HOUR <= -48
    ]
    other.put(*right)
    other.rebuild()
    wrong = {-5: 10**9, -30: 0}
    world.put(*(reading(h, wrong.get(h, 1000 + h * h)) for h in range(-24 * 10, 1)))
    world.tick()
    before = world.site()
    world.tick(correct(world, "void", -50, -48))
    for hour in wrong:
        world.tick(correct(world, "correct", hour, hour, 1000 + hour * hour))
    assert without_marks(world.site()) == without_marks(other.site())
    told = world.site()["data/corrections.csv"][0].decode().splitlines()
    assert len(told) == 1 + 3 + 2
    assert "2026-12-31T07:00:00Z,1000000000,1025,A test," in told[-1]
    world.tick(correct(world, "restore", -100, 0))
    assert without_marks(world.site()) == without_marks(before)
    assert world.site()["data/corrections.csv"][0][-1:] == b"\n"
    assert len(world.site()["data/corrections.csv"][0].splitlines()) == 1


def test_an_import_is_one_object_and_one_run(world: World, other: World) -> None:
    """And the site is that of the same readings, had they been collected."""
    world.put(*HISTORY[-9:])
    world.tick()
    key = bring_in(world, HISTORY[:-9])
    assert world.tick(key)["readings"] == len(HISTORY)
    other.put(*HISTORY)
    other.rebuild()
    assert without_marks(world.site()) == without_marks(other.site())
    assert world.tick(key)["outcome"] == "unchanged"


def test_a_wrong_import_is_voided_and_another_one_takes_its_place(
    world: World, other: World
) -> None:
    """As where a file was imported with the wrong offset."""
    shifted = [reading(h + 9, 1000 + h * h) for h in range(-24 * 10, -9)]
    world.put(*HISTORY[-9:])
    bring_in(world, shifted)
    world.tick()
    world.tick(correct(world, "void", -24 * 11, -9))
    bring_in(world, HISTORY[:-9], made_at=5)
    world.tick()
    other.put(*HISTORY)
    other.rebuild()
    assert without_marks(world.site()) == without_marks(other.site())


GOOD = encode_import(COUNTER, MADE_AT, tabulate_readings([]))[0]
FOLDERS = tuple(
    f"{name}/counter=nyanpass/" for name in ("imports", "corrections", "notes")
)


def test_whatever_lies_there_is_named_once_and_stops_nothing(
    world: World, other: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Skipped and counted; the rest is published."""
    day = tabulate_readings([format.Reading(START, START, 5, None)])
    key, body = encode_import(COUNTER, MADE_AT, day)
    odd: dict[str, bytes] = {
        **{f"{folder}notes.txt": b"hello" for folder in FOLDERS},
        **{f"{folder}": b"" for folder in FOLDERS},
        key: body[:-9],
        encode_import(
            COUNTER, MADE_AT, day.drop("source_time").with_columns(source_time=None)
        )[0]: b"",
        GOOD: encode_parquet(tabulate_readings([])),
        **{
            key.replace("imports", name).replace(".parquet", ".json"): b"[]"
            for name in ("corrections", "notes")
        },
    }
    world.put(*HISTORY)
    world.put_bodies(odd)
    caplog.set_level(logging.WARNING)
    result = world.tick(*odd)
    assert (result["outcome"], result["readings"]) == ("published", len(HISTORY))
    assert result["broken"] == sorted(odd)
    named = [record.getMessage().split()[0] for record in caplog.records]
    assert sorted(named) == sorted(odd)
    other.put(*HISTORY)
    other.rebuild()
    assert without_marks(world.site()) == without_marks(other.site())


def test_a_reading_that_is_dated_ahead_hides_no_later_one(world: World) -> None:
    """It can be voided, and what an event did not name is found all the same."""
    [ahead] = world.put(reading(24 * 365 * 100, 5))
    world.put(*HISTORY[:-1])
    world.tick(ahead)
    world.tick(correct(world, "void", 24 * 365 * 100, 24 * 365 * 100))
    world.put(HISTORY[-1])
    now = replace(world.store, now=HISTORY[-1].observed_at)
    found = absorb_objects(now, [], rebuild=False).settled.readings
    assert found.item(-1, "scheduled_at") == HISTORY[-1].scheduled_at


def test_statements_cost_no_more_requests_the_more_there_are(world: World) -> None:
    """Corrections, imports and notes are kept in the history."""
    world.put(*HISTORY)
    for hour in range(-30, 0):
        told = Note(START + hour * HOUR, {"en": "A test"}, None, MADE_AT)
        world.put_bodies(dict([encode_note(COUNTER, told)]))
        correct(world, "void", hour, hour)
        bring_in(world, [reading(hour - 1000, 5)], hour)
    world.tick()
    with taped(world.client) as tape:
        assert world.tick()["outcome"] == "unchanged"
    assert sorted(call.split()[0] for call in tape.names) == [
        *["GetObject"] * 2,
        *["ListObjectsV2"] * 5,
    ]
