"""A rebuild from nothing but the readings, and what a lost or damaged object gets."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import tzdata

from renderer.bucket import Bucket
from renderer.figures.figure import Figure
from renderer.figures.ranges import HOURLY_DAYS, RANGES
from renderer.pipeline import run_pipeline
from renderer.readings.history import make_history_key
from renderer.site.keys import MANIFEST
from renderer.site.languages import LANGUAGES
from renderer.subject import Subject
from tests.integration.renderer_world import (
    COUNTER,
    Saved,
    World,
    fewer_ranges,
    paint,
    reading,
)
from tests.integration.s3_faults import taped
from tests.unit.renderer.histories import name_tabs

# So long a history that most pictures and the files of its first year rest.
HOURS = (*range(-480, -470), *range(30), 40)
READINGS = [reading(hour, 500_000 + hour * abs(hour)) for hour in HOURS]
NEXT = reading(41, 600_000)
HISTORY = make_history_key(COUNTER)
# The pictures that change by the hour.
HOURLY = {
    f"graphs/{span}-{kind}{width}.png"
    for span, days in RANGES.items()
    if days and days <= HOURLY_DAYS
    for kind in ("increments", "total")
    for width in ("", "-narrow")
}


@pytest.fixture(scope="module")
def published(worlds: list[World]) -> Saved:
    """Publish some readings, and keep all that is there then."""
    world = worlds[0]
    world.clear()
    world.put(*READINGS)
    with fewer_ranges():
        assert world.tick()["outcome"] == "published"
    return world.save()


@pytest.fixture
def site(worlds: list[World], published: Saved, few_ranges: None) -> World:
    """Make everything as it was when some readings had been published."""
    worlds[0].restore(published)
    return worlds[0]


def damage(world: World, keys: list[str]) -> None:
    """Put other bytes in the place of objects of the site."""
    for key in keys:
        world.buckets.client.put_object(
            Bucket=world.buckets.site, Key=key, Body=b"damaged"
        )


def test_a_rebuild_puts_nothing_when_all_is_well(site: World) -> None:
    """It reads, draws and compares; no object gets even a new date."""
    before = site.site()
    with taped(site.client) as tape:
        outcome = site.rebuild()
    assert (outcome["outcome"], outcome["objects"]) == ("published", [])
    assert not any(call.startswith("PutObject") for call in tape.names)
    assert site.site() == before


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("site_url", "http://other.example/", "http://other.example/"),
        ("subject", Subject("another"), "another"),
        ("time_zone", ZoneInfo("UTC"), "UTC"),
    ],
)
def test_another_setting_makes_the_site_anew(
    site: World, name: str, value: object, told: str
) -> None:
    """Without a new reading: the operator need not wait, nor rebuild."""
    changed: dict[str, Any] = {name: value}
    settings = replace(site.settings, **changed)
    bucket = Bucket(site.client, site.buckets.site)

    def tick() -> str:
        run = run_pipeline(settings, site.store, bucket, paint, [], rebuild=False)
        return str(run["outcome"])

    assert [tick(), tick()] == ["published", "unchanged"]
    assert told in site.page().decode()


@pytest.mark.parametrize("every", [0, 1], ids=["even", "odd"])
def test_a_rebuild_heals_every_object_of_the_site(site: World, every: int) -> None:
    """Half of them are damaged and the others gone; then the other way round."""
    before = site.site()
    keys = list(before)
    damage(site, keys[every::2])
    site.delete(site.buckets.site, *keys[1 - every :: 2])
    assert sorted(site.rebuild()["objects"]) == keys
    assert site.site() == before


@pytest.mark.parametrize("every", [0, 1], ids=["even", "odd"])
def test_the_next_reading_heals_them_too(site: World, other: World, every: int) -> None:
    """Also what it would not have made again, though the manifest names it."""
    keys = [key for key in site.etags() if key != MANIFEST]
    damage(site, keys[every::2])
    site.delete(site.buckets.site, *keys[1 - every :: 2])
    (key,) = site.put(NEXT)
    assert site.tick(key)["outcome"] == "published"
    other.put(*READINGS, NEXT)
    other.rebuild()
    assert site.site() == other.site()


@pytest.mark.parametrize(
    "body", [b"", b"junk", b"[]", b'{"stamp":1,"objects":{"a":1}}']
)
def test_a_damaged_manifest_only_costs_that_everything_is_made_again(
    site: World, body: bytes
) -> None:
    """It is a cache, too."""
    before = site.site()
    site.buckets.client.put_object(Bucket=site.buckets.site, Key=MANIFEST, Body=body)
    assert site.tick()["objects"] == [MANIFEST]
    assert site.site() == before


def test_a_lost_history_comes_back_with_the_next_event(site: World) -> None:
    """It is only a cache of the readings, of all of them."""
    history, before = site.history(), site.site()
    site.delete(site.buckets.data, HISTORY)
    assert site.tick()["outcome"] == "unchanged"
    assert site.history() == history
    assert site.site() == before


@pytest.mark.parametrize("body", [b"", b"junk", b"PAR1junkPAR1", b"older columns"])
def test_a_damaged_or_older_history_is_made_again_by_the_next_tick(
    site: World, body: bytes
) -> None:
    """Nothing is lost, and nobody has to notice."""
    history, before = site.history(), site.site()
    if body == b"older columns":
        buffer = io.BytesIO()
        pl.DataFrame({"scheduled_at": [1], "count": [2]}).write_parquet(buffer)
        body = buffer.getvalue()
    site.put_bodies({HISTORY: body})
    assert site.tick()["outcome"] == "unchanged"
    assert site.history() == history
    assert site.site() == before


def test_other_time_zones_are_a_reason_to_look_again(
    site: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an update of the database does not change is not put again."""
    monkeypatch.setattr(tzdata, "IANA_VERSION", "2099z")
    assert site.tick()["objects"] == [MANIFEST]


def test_new_code_draws_every_picture_again_and_puts_what_differs(site: World) -> None:
    """The same figures may look otherwise; here only their versions do."""
    drawn: list[str] = []

    def draw(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        drawn.extend(figures)
        return paint(figures)

    # The dark one is made of a light one, and the icon is no figure.
    drawings = (key for key in site.etags() if not key.startswith("assets/"))
    pictures = {key for key in drawings if key.endswith(".png")} - {"graph-dark.png"}
    outcome = replace(site, code="new code").tick(draw=draw)
    assert outcome["outcome"] == "published"
    assert set(drawn) == pictures
    # These name the versions of the pictures.
    naming = {each.page for each in LANGUAGES}
    assert set(outcome["objects"]) == {*naming, MANIFEST}


def test_a_new_hour_draws_only_the_pictures_that_it_changes(world: World) -> None:
    """The long ranges end at midnight, so they rest until the next day."""
    drawn: list[set[str]] = []

    def draw(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        drawn.append(set(figures))
        return paint(figures)

    world.put(*(reading(hour, 1000 + hour) for hour in range(0, 24 * 40, 7)))
    world.tick(draw=draw)
    for hour in (24 * 40, 24 * 40 + 1, 24 * 41):
        world.put(reading(hour, 5000 + hour))
        assert world.tick(draw=draw)["outcome"] == "published"
    first, *same_day, next_day = drawn
    # Of each range two graphs in two widths; what is embedded; the card. A year would
    # look as the whole history does, so one of these is drawn for both.
    ranges = len(name_tabs(24 * 40))
    assert len(first) == len(next_day) == ranges * 2 * 2 + 2
    assert same_day == [HOURLY, HOURLY]
