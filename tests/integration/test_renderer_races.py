"""Several runs at once: the site ends at the newest state, and never mixed."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from collector.reading import Reading
from renderer.errors import ConflictError
from renderer.figures.figure import Figure
from renderer.readings.history import absorb_objects, decode_archive
from tests.conftest import Buckets
from tests.integration.renderer_world import (
    COUNTER,
    World,
    fewer_ranges,
    make_client,
    make_world,
    paint,
    reading,
)
from tests.integration.s3_faults import Pause, pick_one_of_each_kind, taped

pytestmark = pytest.mark.usefixtures("few_ranges")

EARLIER = [reading(hour, 100 + hour * hour) for hour in (0, 1, 2, 5, 6)]
OLDER, NEWER = reading(12, 300), reading(13, 4)


@pytest.fixture
def rival(world: World) -> Iterator[World]:
    """Reach the same buckets as another process would, by a client of its own."""
    rival = make_world(world.buckets)
    yield rival
    rival.client.close()


def begin(world: World) -> None:
    """Make a site of some readings, and store one that it does not know yet."""
    world.clear()
    world.put(*EARLIER)
    world.tick()
    world.put(OLDER)


@pytest.mark.no_cover  # the same run, many times
@pytest.mark.usefixtures("computed_once")
@pytest.mark.parametrize("newest", [NEWER, OLDER], ids=["newer", "same"])
def test_a_run_that_is_overtaken_anywhere_changes_nothing_any_more(
    world: World, rival: World, other: World, newest: Reading
) -> None:
    """It is held before each kind of its calls, while another run completes."""
    other.put(*EARLIER, OLDER, newest)
    other.rebuild()
    begin(world)
    begun = world.save()
    with taped(world.client) as tape:
        world.tick(OLDER.key())
    newest_state, newest_history = other.etags(), other.history()
    outcomes = set()
    # A run of the same state is only in the way of those that put something.
    calls = [call for call in tape.names if newest is NEWER or "PutObject" in call]
    for call in pick_one_of_each_kind(calls):
        world.restore(begun)
        pause = Pause()
        with ThreadPoolExecutor(1) as thread, taped(world.client, {call: pause}):
            slow = thread.submit(world.tick, OLDER.key())
            pause.wait()
            rival.put(newest)
            assert rival.tick(newest.key())["outcome"] == "published"
            complete = world.etags()
            pause.release()
            outcomes.add(slow.result()["outcome"])
        assert complete == newest_state, call
        assert world.etags() == newest_state, call
        assert world.history() == newest_history, call
    assert world.site() == other.site()
    assert outcomes == (
        {"overtaken", "unchanged"} if newest is NEWER else {"published", "unchanged"}
    )


def test_a_run_that_drew_for_too_long_ends_overtaken(
    world: World, rival: World, other: World
) -> None:
    """Its data were published first; newer ones have replaced them meanwhile."""
    begin(world)

    def draw_slowly(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        rival.put(NEWER)
        assert rival.tick(NEWER.key())["outcome"] == "published"
        return paint(figures)

    outcome = world.tick(OLDER.key(), draw=draw_slowly)
    assert outcome["outcome"] == "overtaken"
    assert not any(key.endswith((".png", ".html")) for key in outcome["objects"])
    other.put(*EARLIER, OLDER, NEWER)
    other.rebuild()
    assert world.site() == other.site()
    assert world.tick(NEWER.key())["outcome"] == "unchanged"


def test_what_a_run_of_older_code_puts_in_between_is_made_again_by_the_next(
    world: World, rival: World, other: World
) -> None:
    """Around a deploy both run for a while, and both are at the newest state."""
    long_ago = [reading(hour, 5 - hour) for hour in range(-480, -470)]
    world.put(*long_ago, *EARLIER)
    world.tick()
    world.put(OLDER)

    def draw_as_before(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        return {key: body + b"as before" for key, body in paint(figures).items()}

    pause = Pause()
    with (
        ThreadPoolExecutor(1) as thread,
        taped(world.client, {"PutObject index.html 1": pause}),
    ):
        slow = thread.submit(world.tick, OLDER.key())
        pause.wait()
        replace(rival, code="older").tick(OLDER.key(), draw=draw_as_before)
        pause.release()
        assert slow.result()["outcome"] == "published"
    world.put(NEWER)
    world.tick(NEWER.key())
    other.put(*long_ago, *EARLIER, OLDER, NEWER)
    other.rebuild()
    assert world.site() == other.site()


def test_a_run_that_is_overtaken_and_then_nobody_completes_is_completed_later(
    world: World, rival: World, other: World
) -> None:
    """The newer run dies after it has absorbed; its retry publishes everything."""
    begin(world)

    def die(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        raise InterruptedError

    def draw_slowly(figures: Mapping[str, Figure]) -> dict[str, bytes]:
        rival.put(NEWER)
        with pytest.raises(InterruptedError):
            rival.tick(NEWER.key(), draw=die)
        return paint(figures)

    assert world.tick(OLDER.key(), draw=draw_slowly)["outcome"] == "overtaken"
    assert rival.tick(NEWER.key())["outcome"] == "published"
    other.put(*EARLIER, OLDER, NEWER)
    other.rebuild()
    assert world.site() == other.site()


def until_done(run: Callable[..., Any], *args: Any) -> Any:
    """Run, and run again as Lambda does when the others won every attempt."""
    for _ in range(2):
        try:
            return run(*args)
        except ConflictError:
            continue
    return run(*args)


def test_racing_runs_lose_no_reading_of_the_history(world: World) -> None:
    """Each knows another old reading, which no listing would bring back."""
    world.put(reading(0, 10**6))
    world.tick()
    old = [reading(-100 * number, 10**6 - number) for number in range(1, 9)]
    world.put(*old)
    start = Barrier(len(old))

    def run(each: Reading) -> None:
        start.wait()
        until_done(lambda: absorb_objects(world.store, [each.key()], rebuild=False))

    with ThreadPoolExecutor(len(old)) as threads:
        list(threads.map(run, old))
    archive = decode_archive(world.history() or b"", COUNTER)
    assert archive is not None
    known = [each.scheduled_at for each in [*old[::-1], reading(0, 0)]]
    assert archive.candidates["scheduled_at"].to_list() == known


@pytest.mark.parametrize("attempt", range(2))
def test_racing_runs_leave_the_site_of_all_their_readings(
    world: World, other: World, attempt: int
) -> None:
    """Without any run after them."""
    readings = [reading(100 * hour, hour * hour) for hour in range(6)]
    start = Barrier(len(readings))

    def run(each: Reading) -> str:
        start.wait()
        (key,) = world.put(each)
        return str(until_done(world.tick, key)["outcome"])

    with ThreadPoolExecutor(len(readings)) as threads:
        outcomes = list(threads.map(run, readings))
    assert "published" in outcomes
    other.put(*readings)
    other.rebuild()
    assert world.history() == other.history()
    assert world.site() == other.site()


def record(env: Mapping[str, str], hours: range) -> None:
    """Store and publish one reading after the other; runs as a process."""
    client = make_client(env, attempts=1)
    buckets = Buckets(env["DATA_BUCKET"], env["SITE_BUCKET"], client, dict(env))
    world = make_world(buckets)
    with fewer_ranges():
        for hour in hours:
            (key,) = world.put(reading(hour, 1000 + hour))
            until_done(world.tick, key)


def test_processes_that_record_at_once_leave_one_whole_site(
    world: World, other: World
) -> None:
    """Each stores and publishes hours that the others do not know."""
    processes, hours = 3, 12
    with ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn")
    ) as pool:
        parts = [range(first, hours, processes) for first in range(processes)]
        list(pool.map(record, [world.buckets.env] * processes, parts))
    other.put(*(reading(hour, 1000 + hour) for hour in range(hours)))
    other.rebuild()
    assert world.history() == other.history()
    assert world.site() == other.site()
