"""The history: all readings in one file, the same bytes however it came to be.

That it is swapped in without losing another run's readings, and heals whatever the
events did, is tested against a real S3: `tests/integration/test_renderer_races.py`,
`test_renderer_convergence.py` and `test_renderer_rebuild.py`.
"""

import io
import logging
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.readings.format import (
    READINGS_SCHEMA,
    make_reading_key,
    tabulate_readings,
)
from renderer.readings.history import (
    decode_history,
    encode_parquet,
    merge_readings,
    select_unknown_keys,
)
from tests.unit.renderer.histories import FIRST, HOUR, any_history, history

COUNTER = "nyanpass"


@settings(max_examples=50, deadline=None)
@given(any_history(), st.randoms(use_true_random=False), st.integers(0, 60))
def test_any_order_of_arrival_gives_the_same_bytes(
    readings: pl.DataFrame, chance: random.Random, cut: int
) -> None:
    """In two parts, shuffled, some of them twice."""
    shuffled = readings[chance.sample(range(readings.height), readings.height)]
    known = shuffled.head(cut).sort("scheduled_at")
    merged = merge_readings(known, pl.concat([shuffled, shuffled.head(3)]))
    assert merged.equals(readings)
    assert encode_parquet(merged) == encode_parquet(readings)


def test_the_pieces_that_polars_keeps_a_frame_in_do_not_show_in_the_bytes() -> None:
    """Without care it would write the first reading as a part of its own."""
    readings = history(range(9000))
    pieces = pl.concat([readings.head(1), readings.slice(1)], rechunk=False)
    assert pieces.n_chunks() > 1
    assert encode_parquet(pieces) == encode_parquet(readings)


def test_a_reading_that_is_known_is_never_changed() -> None:
    """Whatever comes later for its hour."""
    known, other = history([5, 6]), history([None, 7, 8])
    assert merge_readings(known, other)["count"].to_list() == [5, 6, 8]


@settings(max_examples=50, deadline=None)
@given(any_history())
def test_the_file_holds_every_reading_as_it_was(readings: pl.DataFrame) -> None:
    """With its columns and their types."""
    found = decode_history(encode_parquet(readings))
    assert found is not None
    assert found.equals(readings)
    assert found.schema == READINGS_SCHEMA


def encode_other_columns() -> bytes:
    """Give a history whose readings lack a column, as an older one might."""
    buffer = io.BytesIO()
    history([5]).drop("source_time").write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [b"", b"PAR1", encode_parquet(history([5, 6]))[:-9], encode_other_columns()],
    ids=["empty", "cut short", "cut at its end", "other columns"],
)
def test_a_file_that_cannot_be_read_is_made_again(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning: the readings are still there."""
    assert decode_history(body) is None
    assert "cannot be read and is made again" in caplog.text


def test_only_keys_of_hours_that_are_not_known_are_asked_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each with its ETag; what is no reading's key is named and left alone."""
    known = history([5, None, 7])
    keys = [make_reading_key(COUNTER, FIRST + n * HOUR) for n in range(4)]
    listing = {key: f'"{n}"' for n, key in enumerate(keys)}
    odd = {"readings/counter=nyanpass/notes.txt": '"9"'}
    caplog.set_level(logging.WARNING)
    found = select_unknown_keys(listing | odd, known, COUNTER)
    assert found == {keys[1]: '"1"', keys[3]: '"3"'}
    assert [record.args for record in caplog.records] == [tuple(odd)]
    assert select_unknown_keys(listing, tabulate_readings([]), COUNTER) == listing
