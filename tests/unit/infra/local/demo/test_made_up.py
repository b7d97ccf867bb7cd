"""The history that is made up: such as a button's, and everywhere the same."""

from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.reading import floor_hour
from infra.local.clock import HOUR
from infra.local.demo.button.presses import RHYTHMS, count_presses
from infra.local.demo.history import write_history
from infra.local.demo.made_up import GAP_HOURS, make_rows
from infra.local.demo.samples import MADE_UP

RHYTHM = RHYTHMS[MADE_UP.name]
ENDS = st.datetimes(
    datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)
).map(floor_hour)
END = datetime(2026, 11, 24, 7, tzinfo=UTC)
DIGEST = "c2d591d9717de4c561c3d4cd7679dbbac3e4da47cb0bde15a37664b4047909ec"


@settings(max_examples=20)
@given(ENDS)
def test_it_has_a_year_and_more_before_an_hour_with_one_gap_and_one_reset(
    end: datetime,
) -> None:
    """Hour after hour but for the gap, and rising but for the reset."""
    rows = list(make_rows(end))
    assert rows[-1][0] == end - HOUR
    assert rows[-1][0] - rows[0][0] > 366 * 24 * HOUR
    steps = [later - at for (at, _), (later, _) in pairwise(rows)]
    assert sorted(steps)[-2:] == [HOUR, (GAP_HOURS + 1) * HOUR]
    falls = [(was, now) for (_, was), (_, now) in pairwise(rows) if now <= was]
    assert len(falls) == 1
    [(was, now)] = falls
    # So far that it is no reading to be set aside.
    assert now < was / 100


def test_the_button_page_goes_on_in_the_same_rhythm() -> None:
    """From any reading on it counts what the history does, over the gap as well."""
    for (at, count), (later, next_count) in pairwise(list(make_rows(END))[-600:]):
        assert next_count - count == count_presses(RHYTHM, at, later)


def test_it_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """The same bytes for the same hour, whatever computes them."""
    write_history(MADE_UP, tmp_path, END)
    written = (tmp_path / MADE_UP.file).read_bytes()
    assert sha256(written).hexdigest() == DIGEST
