"""Each single call to S3 fails once: nothing is torn, and one retry heals it."""

from collections import Counter

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from renderer.errors import ConflictError
from renderer.figures.ranges import RANGES
from renderer.readings.history import make_history_key
from renderer.site.keys import MANIFEST, PICTURES, Table
from renderer.site.languages import LANGUAGES
from tests.integration.renderer_world import (
    COUNTER,
    World,
    make_client,
    named_on,
    reading,
)
from tests.integration.s3_faults import (
    Fault,
    cut_short,
    lose_reply,
    pick_one_of_each_kind,
    refuse,
    taped,
)

HISTORY = make_history_key(COUNTER)
EARLIER = [reading(hour, 100 + hour * hour) for hour in (0, 1, 2, 5, 6)]
# Two readings, of which the event names one: the other one is found by listing.
NEW = [reading(12, 300), reading(13, 4)]


class Case:
    """A tick of a world that has seen some readings before, again and again."""

    def __init__(self, world: World, earlier: bool) -> None:
        """Learn the calls of the undisturbed tick and what it leaves behind."""
        self.world = world
        world.clear()
        if earlier:
            world.put(*EARLIER)
            world.tick()
        world.put(*NEW)
        self._begun = world.save()
        self.before = world.etags()
        with taped(world.client) as tape:
            assert self.tick() == "published"
        self.calls = tape.names
        self.puts = [call for call in self.calls if call.startswith("PutObject")]
        self.after, self.history = world.etags(), world.history()

    def begin(self) -> None:
        """Make everything as it was before the tick."""
        self.world.restore(self._begun)

    def tick(self) -> str:
        """Run for the event about the newest reading."""
        return str(self.world.tick(NEW[-1].key())["outcome"])


@pytest.fixture(params=[False, True], ids=["first tick", "later tick"])
def case(
    request: pytest.FixtureRequest, world: World, few_ranges: None, computed_once: None
) -> Case:
    """Make the case of a first tick and of a normal one."""
    return Case(world, request.param)


def assert_untorn(case: Case) -> None:
    """See that a visitor finds nothing half, nothing missing and nothing too new.

    Every object is whole: the one from before or the one from after. What the
    page names is there. A new page has all new pictures and a new manifest has
    all that is new, for each of them promises what it stands for.
    """
    site = case.world.etags()
    assert site.items() <= case.before.items() | case.after.items()
    assert named_on(case.world.page()) <= site.keys()
    if site.get("index.html") == case.after["index.html"]:
        assert without_manifest(site) == without_manifest(case.after)
    if site.get(MANIFEST) == case.after[MANIFEST]:
        assert site == case.after


def without_manifest(site: dict[str, str]) -> dict[str, str]:
    """Leave out the manifest."""
    return {key: etag for key, etag in site.items() if key != MANIFEST}


FAULTS: dict[str, Fault] = {
    "the store fails": refuse(500, "InternalError"),
    "the reply is lost": lose_reply,
}


@pytest.mark.no_cover  # the same run, many times
@pytest.mark.parametrize("fault", FAULTS)
def test_after_any_failed_call_the_site_is_whole_and_a_retry_completes_it(
    case: Case, fault: str
) -> None:
    """For each kind of call of a tick, by its name, with retries of the client off."""
    calls = case.puts if fault == "the reply is lost" else case.calls
    for call in pick_one_of_each_kind(calls):
        case.begin()
        with (
            taped(case.world.client, {call: FAULTS[fault]}) as tape,
            pytest.raises((ClientError, BotoCoreError)),
        ):
            case.tick()
        assert tape.struck == [call]
        assert_untorn(case)
        case.tick()
        assert case.world.etags() == case.after, call
        assert case.world.history() == case.history, call


def test_a_tick_makes_the_calls_that_these_tests_disturb(world: World) -> None:
    """Each object once, and each place listed once."""
    kinds = Counter(call.split()[0] for call in Case(world, earlier=True).calls)
    graphs = 2 * len(RANGES)
    assert kinds == {
        # The readings, the imports, the corrections, the notes, the site.
        "ListObjectsV2": 5,
        # The history, the two readings, the manifest.
        "GetObject": 4,
        # Before each part of the publishing: is the history still the newest?
        "HeadObject": 3,
        # The history, the tables but those of corrections and notes, the hours of all
        # years, the package, for they begin a year, the graphs in two widths with their
        # figures, the pictures of no range, a page and two feeds a language; the badges
        # of the count and of the day, the one for shields.io, the manifest.
        "PutObject": 1
        + len(Table)
        - 2
        + 2
        + graphs * 2
        + len(RANGES)
        + len(PICTURES)
        + len(LANGUAGES) * 3
        + 4,
    }


@pytest.mark.parametrize("name", [HISTORY, NEW[-1].key(), MANIFEST])
def test_an_answer_that_breaks_off_is_never_taken_for_the_whole(
    world: World, name: str
) -> None:
    """Half a history, half a reading or half a manifest stops the run."""
    case = Case(world, earlier=True)
    case.begin()
    with (
        taped(world.client, {f"GetObject {name} 1": cut_short}) as tape,
        pytest.raises(BotoCoreError),
    ):
        case.tick()
    assert len(tape.struck) == 1
    assert case.tick() == "published"
    assert world.etags() == case.after


CONFLICTS = {
    404: "NoSuchKey",
    409: "ConditionalRequestConflict",
    412: "PreconditionFailed",
}


@pytest.mark.parametrize("status", CONFLICTS)
def test_a_conflict_on_every_object_once_is_healed_within_the_run(
    case: Case, status: int
) -> None:
    """409 says that nothing may have been written, 412 and 404 tell of another."""
    case.begin()
    faults = dict.fromkeys(case.puts, refuse(status, CONFLICTS[status]))
    with taped(case.world.client, faults) as tape:
        assert case.tick() == "published"
    assert sorted(tape.struck) == sorted(case.puts)
    assert case.world.etags() == case.after
    assert case.world.history() == case.history


@pytest.mark.parametrize("key", [HISTORY, "index.html"])
def test_conflicts_without_end_are_an_error_that_a_retry_can_heal(
    world: World, key: str
) -> None:
    """After six attempts it is left to the next invocation."""
    case = Case(world, earlier=True)
    case.begin()
    names = [f"PutObject {key} {number}" for number in range(1, 20)]
    faults = dict.fromkeys(names, refuse(409, "ConditionalRequestConflict"))
    with taped(world.client, faults) as tape, pytest.raises(ConflictError, match=key):
        case.tick()
    assert tape.struck == names[:6]
    assert_untorn(case)
    assert case.tick() == "published"
    assert world.etags() == case.after


@pytest.mark.parametrize("every", [0, 1], ids=["even", "odd"])
def test_a_client_that_repeats_a_put_whose_reply_was_lost_sees_its_own_object(
    case: Case, every: int
) -> None:
    """It gets 412 about what it has written itself, and the run goes on.

    Half of the puts at a time: a client repeats only so many in a row.
    """
    case.begin()
    puts = case.puts[every::2]
    client = make_client(case.world.buckets.env, attempts=4)
    with taped(client, dict.fromkeys(puts, lose_reply)) as tape:
        outcome = case.world.through(client).tick(NEW[-1].key())["outcome"]
    client.close()
    assert outcome == "published"
    assert sorted(tape.struck) == sorted(puts)
    assert case.world.etags() == case.after
    assert case.world.history() == case.history
