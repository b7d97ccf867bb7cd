"""Whatever happens to the events, the same readings end as the same bytes."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from collector.reading import Reading
from renderer.drawing.png import find_problem
from renderer.figures.ranges import RANGES
from renderer.readings import format
from renderer.readings.corrections import Correction, Kind, encode_correction
from renderer.readings.format import tabulate_readings
from renderer.readings.imports import encode_import
from renderer.readings.notes import Note, encode_note
from renderer.site.keys import PICTURES
from tests.integration.conftest import Invoke
from tests.integration.renderer_world import (
    COUNTER,
    HOUR,
    START,
    World,
    named_on,
    reading,
    s3_event,
)
from tests.integration.s3_faults import taped

pytestmark = pytest.mark.usefixtures("few_ranges")

RECENT_HOURS = 44
OLD_HOURS = range(-24 * 30, -24 * 20)


# Pixels of the pictures of each look.
SIZES = {
    "graphs": (1440, 600),
    "narrow": (800, 640),
    "graph.png": (1200, 630),
    "graph-dark.png": (1200, 630),
}


# What notes say; one that says nothing takes back.
TEXTS: list[dict[str, str]] = [{}, {"ja": "お祭り"}, {"en": "On TV"}]
# Key and body of whatever is written once.
Object = tuple[str, bytes]


@dataclass(frozen=True)
class Step:
    """What is stored, and the keys that the next event names."""

    stored: list[Object]
    named: list[str]


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """Give the readings of two days with gaps and a reset, and of a month before.

    One of them is of another count than those about it, so that it may be set aside.
    """
    recent = draw(st.sets(st.integers(0, RECENT_HOURS), min_size=2))
    old = draw(st.sets(st.sampled_from(OLD_HOURS), max_size=30))
    hours = sorted(old | recent)
    reset_at, odd_at = draw(st.sampled_from(hours)), draw(st.sampled_from(hours))
    odd = draw(st.sampled_from([0, 10**17]))
    count, readings = draw(st.integers(0, 10**15)), []
    for hour in hours:
        count = 0 if hour == reset_at else count + draw(st.integers(0, 5000))
        readings.append(reading(hour, odd if hour == odd_at else count))
    return readings


def written(each: Reading) -> Object:
    """Give the object of a reading."""
    return each.key(), each.to_line()


def imported(readings: list[Reading], made_at: datetime) -> Object:
    """Give the import of readings, whose counts differ from those collected."""
    frame = tabulate_readings(
        format.Reading(each.scheduled_at, each.scheduled_at, each.count + 1, None)
        for each in sorted(readings, key=lambda each: each.scheduled_at)
    )
    return encode_import(COUNTER, made_at, frame)


@st.composite
def statements(draw: st.DrawFn, readings: list[Reading]) -> list[Object]:
    """Give some imports, corrections and notes of a history's hours, made after it."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        made_at = START + 100 * HOUR + number * timedelta(seconds=1)
        some = draw(st.lists(st.sampled_from(readings), min_size=1, unique_by=id))
        first, *_, last = sorted([*some, some[0]], key=lambda each: each.scheduled_at)
        kind: Kind = draw(st.sampled_from(["void", "correct", "restore"]))
        if draw(st.booleans()):
            found.append(imported(some, made_at))
        elif draw(st.booleans()):
            texts: dict[str, str] = draw(st.sampled_from(TEXTS))
            told = Note(first.scheduled_at, texts, None, made_at)
            found.append(encode_note(COUNTER, told))
        elif kind == "correct":
            hour, count = first.scheduled_at, draw(st.integers(0, 10**15))
            made = Correction(kind, hour, hour, count, "A test", made_at)
            found.append(encode_correction(COUNTER, made))
        else:
            span = first.scheduled_at, last.scheduled_at
            made = Correction(kind, *span, None, "A test", made_at)
            found.append(encode_correction(COUNTER, made))
    return found


@st.composite
def courses(draw: st.DrawFn) -> list[Step]:
    """Give what may happen to a history until its last event.

    Readings, imports, corrections and notes are stored in any order and number between
    two runs. An event names any of those that are there, in any order and as often as
    it likes. Only a reading older than two days has to be named, by the last event at
    the latest; all else may be named by none.
    """
    readings = draw(histories())
    collected = readings[:1] + draw(st.lists(st.sampled_from(readings), unique_by=id))
    # One is never taken back, for without any there is no site to compare.
    collected.append(reading(RECENT_HOURS + 1, 5))
    objects = {*map(written, collected), *draw(statements(readings))}
    arriving = draw(st.permutations(sorted(objects)))
    early = {each.key() for each in readings if each.scheduled_at < START}
    steps: list[Step] = []
    left, unnamed = list(arriving), set[str]()
    while left:
        size = draw(st.integers(1, len(left))) if len(steps) < 3 else len(left)
        stored, left = left[:size], left[size:]
        there = [key for key, _ in arriving[: len(arriving) - len(left)]]
        named = draw(st.lists(st.sampled_from(there), max_size=20))
        unnamed |= {key for key, _ in stored if key in early}
        unnamed -= set(named)
        steps.append(Step(stored, named))
    return [*steps, Step([], draw(st.permutations(sorted(unnamed))))]


A_LONG_DAY = [written(reading(hour, hour * hour)) for hour in range(-60, 30)]

# All that there was of its second year.
NEW_YEAR = encode_correction(
    COUNTER,
    Correction(
        "void",
        START + 12 * HOUR,
        START + 40 * HOUR,
        None,
        "A test",
        START + 100 * HOUR,
    ),
)

# Of one moment, the second made before the first.
NOTES = [
    encode_note(COUNTER, Note(START, texts, None, START + hours * HOUR))
    for hours, texts in ((200, {"en": "On TV"}), (100, {"ja": "テレビ"}))
]


@given(course=courses())
@example(course=[Step([each], []) for each in A_LONG_DAY[-9:]] + [Step([], [])])
@example(course=[Step(A_LONG_DAY, [])])
@example(course=[Step(A_LONG_DAY, []), Step([NEW_YEAR], [])])
@example(course=[Step(NOTES[:1], []), Step(A_LONG_DAY, []), Step(NOTES[1:], [])])
@settings(
    max_examples=3,
    deadline=None,
    # Shrinking would run for minutes; a course is readable as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_course_of_events_ends_as_a_rebuild_from_scratch(
    world: World, other: World, course: list[Step]
) -> None:
    """Order, repetition, loss and batching leave no trace in any byte or header."""
    world.clear()
    other.clear()
    for step in course:
        world.put_bodies(dict(step.stored))
        world.tick(*step.named)
    other.put_bodies({key: body for step in course for key, body in step.stored})
    other.rebuild()
    assert world.history() == other.history()
    assert world.site() == other.site()
    assert world.rebuild()["objects"] == []


@pytest.mark.parametrize("odd", [0, 10**9])
def test_a_moment_at_another_count_is_no_news(
    world: World, other: World, odd: int
) -> None:
    """Taken for a reset or a record at first, it leaves no trace but its mark."""
    counts = [1000 + 100 * hour for hour in range(60)]
    counts[50] = odd
    world.put(*(reading(hour, count) for hour, count in enumerate(counts[:51])))
    world.tick()
    first = json.loads(world.site()["data/summary.json"][0])
    assert first["count"] == odd
    assert first["set_aside"]["number"] == 0
    # None of the milestones up to a thousand million.
    assert world.site()["feed.xml"][0].count(b"000,000") == 0
    world.put(*(reading(hour, count) for hour, count in enumerate(counts) if hour > 50))
    world.tick()
    other.put(
        *(reading(hour, count) for hour, count in enumerate(counts) if hour != 50)
    )
    other.tick()
    site, without = world.site(), other.site()
    for key in ("feed.xml", "feed.en.xml", "data/daily.csv", "data/milestones.csv"):
        assert site[key] == without[key]
    found = json.loads(site["data/summary.json"][0])
    assert found["records"]["best_hour"]["increment"] == 100
    assert found["resets"]["number"] == 0
    assert found["set_aside"]["readings"] == 1


def test_a_late_event_about_an_old_reading_is_heard(world: World, other: World) -> None:
    """Even one that is older than what a run lists by itself."""
    old, new = reading(-1000, 5), reading(0, 10)
    world.put(new)
    world.tick(new.key())
    world.put(old)
    assert world.tick()["outcome"] == "unchanged"
    assert world.tick(old.key())["outcome"] == "published"
    other.put(old, new)
    other.rebuild()
    assert world.site() == other.site()


def test_an_event_that_says_nothing_new_changes_nothing(world: World) -> None:
    """Neither an object nor a call that could change one."""
    keys = world.put(reading(0, 5), reading(1, 7))
    world.tick(*keys)
    before = world.site()
    with taped(world.client) as tape:
        assert world.tick(*keys, keys[0])["outcome"] == "unchanged"
    assert {call.split()[0] for call in tape.names} == {"ListObjectsV2", "GetObject"}
    assert world.site() == before


def test_before_the_first_reading_there_is_no_site(world: World) -> None:
    """An event alone publishes nothing."""
    gone = reading(0, 1).key()
    assert world.tick(gone) == {
        "outcome": "empty",
        "readings": 0,
        "newest": None,
        "broken": [gone],
    }
    assert world.site() == {}


def test_real_pictures_too_are_the_same_bytes_by_either_way(
    world: World, other: World, invoke: Invoke
) -> None:
    """Repeated and lost events end as a rebuild does, PNG for PNG."""
    readings = [reading(hour, 10**6 + hour * hour) for hour in (*range(9), 12, 13)]
    early = world.put(*readings[:7])
    first = invoke(world, s3_event(world.buckets.data, [*early[::-2], early[0]]))
    assert first["outcome"] == "published"
    world.put(*readings[7:])
    invoke(world, s3_event(world.buckets.data, early[:1]))
    other.put(*readings)
    invoke(other, {"action": "rebuild"})
    site = world.site()
    assert site == other.site()
    assert world.history() == other.history()
    drawn = {
        key: body
        for key, (body, kind, _) in site.items()
        if kind == "image/png" and not key.startswith("assets/")
    }
    # Two kinds of each range, wide and narrow, and those of no range.
    assert len(drawn) == 2 * len(RANGES) * 2 + len(PICTURES)
    # Short ranges are alike; kinds, widths, the dark one and the card are not.
    assert len(set(drawn.values())) >= 2 * 2 + 2
    for key, body in drawn.items():
        size = SIZES["narrow" if "-narrow" in key else key.partition("/")[0]]
        size = (1200, 630) if key.endswith("card.png") else size
        assert find_problem(body, *size) is None, key
    assert named_on(site["index.html"][0]) <= site.keys()
