"""How many requests a tick costs: as many after ten years as after ten days."""

from collections import Counter

from collector.reading import Reading
from infra.operate.cost import GETS, LISTINGS, PUTS
from renderer.figures.ranges import HOURLY_DAYS, RANGES
from renderer.readings.format import make_reading_key
from renderer.readings.history import make_history_key
from renderer.readings.parquet import encode_parquet
from renderer.site.languages import LANGUAGES
from tests.bench.histories import LAST_HOUR, make_history
from tests.integration.renderer_world import COUNTER, HOUR, World
from tests.integration.s3_faults import taped

# S3 lists so many keys at a time.
PAGE = 1000


def calls_of_a_tick(world: World, readings: int, objects: int = 0) -> list[str]:
    """Return the calls of a normal tick, after a history of so many readings.

    Of the newest ones there are also the objects.
    """
    world.clear()
    history = make_history(readings)
    world.put_bodies({make_history_key(COUNTER): encode_parquet(history)})
    hours = history["scheduled_at"].tail(objects)
    world.put_bodies({make_reading_key(COUNTER, hour): b"known" for hour in hours})
    # The second confirms the record and the milestones of the first, for the feeds.
    for hour in (1, 2, 3):
        at = LAST_HOUR + hour * HOUR
        (key,) = world.put(Reading(COUNTER, at, at, 10**9 + hour))
        with taped(world.client) as tape:
            assert world.tick(key)["readings"] == readings + hour
    return sorted(tape.names)


def test_a_tick_makes_the_same_requests_however_long_the_history_is(
    world: World,
) -> None:
    """The same calls about the same objects, after two weeks and after ten years."""
    expected = calls_of_a_tick(world, 400)
    assert calls_of_a_tick(world, 87_600, objects=PAGE + 1) == expected
    hourly = sum(0 < (days or 0) <= HOURLY_DAYS for days in RANGES.values())
    found = Counter(call.split()[0] for call in expected)
    assert found == {
        # The newest readings, all imports, corrections and notes, the site.
        "ListObjectsV2": 5,
        # The history, the new reading, the manifest.
        "GetObject": 3,
        "HeadObject": 3,
        # The history; four files of data; of each of the ranges that change
        # within a day two graphs in two widths and their figures; the badges of the
        # count and of the day, and the one for shields.io; the pages; the manifest.
        "PutObject": 1 + 4 + hourly * (2 * 2 + 1) + 3 + len(LANGUAGES) + 1,
    }
    # What `make cost` reckons with; the collector puts the reading.
    assert found["ListObjectsV2"] == LISTINGS
    assert 1 + found["PutObject"] + LISTINGS == PUTS
    assert found["GetObject"] + found["HeadObject"] == GETS


def test_a_young_history_costs_what_is_told_of_whole_days_more(world: World) -> None:
    """In its first week all of it changes by the hour."""
    young = set(calls_of_a_tick(world, 100))
    old = set(calls_of_a_tick(world, 5_000))
    more = {call.split()[1] for call in young - old}
    assert old < young
    files = (
        *("-increments.png", "-increments-narrow.png"),
        *("-total.png", "-total-narrow.png", ".json"),
    )
    assert more == {
        "graph.png",
        "graph-dark.png",
        "graphs/card.png",
        "data/monthly.csv",
        "data/all.parquet",
        *(
            f"graphs/{span}{file}"
            for span, days in RANGES.items()
            if days is None or days > HOURLY_DAYS
            for file in files
        ),
    }
