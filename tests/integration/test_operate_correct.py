"""Taking back what is wrong: void, correct and restore, on the real store."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from collector.reading import Reading
from infra.errors import SettingsError
from infra.operate.archive import load_archive, open_store
from infra.operate.correct import correct, restore, void
from infra.operate.stack import Stack
from tests.conftest import Buckets
from tests.integration.operating import Functions, make_stack

START = datetime(2026, 11, 23, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPAN = {"FROM": "2026-11-23T21:00Z", "TO": "2026-11-23T22:00Z", "REASON": "A test"}
AT = {"AT": "2026-11-23T21:00Z", "COUNT": "1234", "REASON": "Seen on a photo"}


@pytest.fixture
def stack(buckets: Buckets) -> Stack:
    """Make a stack with four readings: 0, 1, 2, 3."""
    for n in range(4):
        each = Reading("nyanpass", START + n * HOUR, START + n * HOUR, n)
        buckets.client.put_object(
            Bucket=buckets.data, Key=each.key(), Body=each.to_line()
        )
    return make_stack(buckets, Functions(lambda name, event: {}))


def counts(stack: Stack) -> list[int | None]:
    """Give what counts of the four hours."""
    settled = load_archive(open_store(stack)).settle()
    found = dict(settled.readings.select("scheduled_at", "count").iter_rows())
    return [found.get(START + n * HOUR) for n in range(4)]


def written(stack: Stack) -> list[str]:
    """List the corrections."""
    return list(open_store(stack).bucket.list("corrections/"))


def test_hours_are_voided_corrected_and_restored(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each tells the hours that it changes, with the count before and after."""
    assert void(stack, SPAN) == 0
    assert counts(stack) == [0, None, None, 3]
    [key] = written(stack)
    assert capsys.readouterr().out.splitlines() == [
        "for visitors: void, “A test”",
        "2026-11-23T21:00:00Z  1 -> missing",
        "2026-11-23T22:00:00Z  2 -> missing",
        "2 hours changed; the site follows within a minute",
        f"written: {key}",
    ]
    assert correct(stack, AT) == 0
    assert counts(stack) == [0, 1234, None, 3]
    assert "2026-11-23T21:00:00Z  missing -> 1,234" in capsys.readouterr().out
    assert restore(stack, {**SPAN, "FROM": "2026-11-23", "TO": "2026-11-23"}) == 0
    assert counts(stack) == [0, 1, 2, 3]
    assert len(written(stack)) == 3


def test_a_single_hour_is_a_span(stack: Stack) -> None:
    """Both ends are included."""
    assert void(stack, {**SPAN, "TO": SPAN["FROM"]}) == 0
    assert counts(stack) == [0, None, 2, 3]


def test_an_hour_that_nobody_read_can_be_given(stack: Stack) -> None:
    """A count with its reason, for one hour."""
    assert correct(stack, {**AT, "AT": "2026-11-24T05:00Z"}) == 0
    settled = load_archive(open_store(stack)).settle()
    assert settled.readings.row(-1)[2] == 1234


@pytest.mark.parametrize(
    ("command", "env"),
    [
        (void, SPAN),
        (restore, SPAN),
        (correct, AT),
        (void, {**SPAN, "TO": "2026-12-01"}),
    ],
)
def test_a_dry_run_writes_nothing(
    stack: Stack,
    command: Callable[..., int],
    env: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It shows each hour, and how many."""
    assert command(stack, {**env, "DRY": "1"}) == 0
    told = capsys.readouterr().out
    assert "nothing is written" in told or "nothing changes" in told
    assert written(stack) == []


def test_what_changes_nothing_is_not_written(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """So nobody has to read it for ever."""
    assert restore(stack, SPAN) == 0
    assert correct(stack, {**AT, "COUNT": "1"}) == 0
    assert void(stack, {**SPAN, "FROM": "2020-01-01", "TO": "2020-02-01"}) == 0
    assert capsys.readouterr().out.count("nothing changes, so nothing is written") == 3
    assert written(stack) == []


def test_those_of_one_second_are_in_their_order(stack: Stack) -> None:
    """The last one holds, whatever their names are."""
    for n in range(5):
        correct(stack, {**AT, "COUNT": str(100 + n)})
    assert counts(stack)[1] == 104


@pytest.mark.parametrize(
    ("command", "env", "said"),
    [
        (void, {**SPAN, "FROM": ""}, "FROM is missing"),
        (void, {**SPAN, "TO": "soon"}, "TO 'soon' is no time"),
        (void, {**SPAN, "FROM": "2026-11-23T21:30Z"}, "is not a full hour"),
        (void, {**SPAN, "TO": "2026-11-23T20:00Z"}, "FROM is after TO"),
        (void, {**SPAN, "REASON": " "}, "REASON is missing: say why"),
        (void, {**SPAN, "REASON": "x" * 301}, "has no reason of 1 to 300 characters"),
        (void, {**SPAN, "REASON": "\u202eback"}, "characters that cannot be printed"),
        (
            void,
            {**SPAN, "FROM": "2020-01-01", "TO": "2027-01-01"},
            "no reading would be",
        ),
        (correct, {**AT, "COUNT": ""}, "COUNT '' is not a count"),
        (correct, {**AT, "COUNT": "1,234"}, "COUNT '1,234' is not a count"),
        (correct, {**AT, "COUNT": "1" + "0" * 18}, "is not a count"),
        (correct, {**AT, "COUNT": "1" * 5000}, "is not a count"),
        (correct, {**AT, "AT": "0001-01-01T00:00+09:00"}, "is no time"),
        (correct, {**AT, "AT": "2199-12-31T22:00Z"}, "has not come"),
        (void, {**SPAN, "TO": "9999-12-31T22:00Z"}, "from 1900 to 2199"),
        (void, {**SPAN, "TO": "9999-12-31"}, "from 1900 to 2199"),
    ],
)
def test_what_is_wrong_with_it_is_one_line(
    stack: Stack, command: Callable[..., int], env: dict[str, str], said: str
) -> None:
    """And nothing is written."""
    with pytest.raises(SettingsError) as caught:
        command(stack, env)
    assert said in str(caught.value)
    assert written(stack) == []
