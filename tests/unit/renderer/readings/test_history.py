"""The history: all readings in one file, the same bytes however it came to be.

That it is swapped in without losing another run's readings, and heals whatever the
events did, is tested against a real S3: `tests/integration/test_renderer_races.py`,
`test_renderer_convergence.py` and `test_renderer_rebuild.py`.
"""

import random
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.readings.corrections import Correction, encode_correction
from renderer.readings.format import make_reading_key
from renderer.readings.history import (
    EMPTY,
    NO_IMPORT,
    Archive,
    decode_archive,
    encode_archive,
    select_unknown_keys,
)
from renderer.readings.notes import Note, encode_note
from renderer.readings.parquet import encode_parquet
from renderer.readings.settle import (
    CANDIDATES_SCHEMA,
    add_candidates,
    sort_candidates,
)
from tests.unit.renderer.histories import FIRST, HOUR, any_history, history

COUNTER = "nyanpass"


def archive_of(
    readings: pl.DataFrame, *corrections: Correction, notes: Sequence[Note] = ()
) -> Archive:
    """Give the archive of what was only collected, corrected and noted."""
    by_key = {encode_correction(COUNTER, each)[0]: each for each in corrections}
    noted = {encode_note(COUNTER, each)[0]: each for each in notes}
    return Archive(readings.with_columns(NO_IMPORT), by_key, noted)


@settings(max_examples=30, deadline=None)
@given(any_history(), st.randoms(use_true_random=False), st.integers(0, 60))
def test_any_order_of_arrival_gives_the_same_bytes(
    readings: pl.DataFrame, chance: random.Random, cut: int
) -> None:
    """In two parts, shuffled, some of them twice, some of them imported as well."""
    collected = readings.with_columns(NO_IMPORT)
    imported = readings.tail(3).with_columns(pl.lit("a").alias("import"))
    everything = sort_candidates(pl.concat([collected, imported]))
    order = chance.sample(range(everything.height), everything.height)
    known = sort_candidates(everything[order].head(cut))
    merged = add_candidates(known, everything[order][max(0, cut - 3) :])
    assert merged.equals(everything)
    assert encode_parquet(merged) == encode_parquet(everything)


def test_a_reading_that_is_known_is_never_changed() -> None:
    """Whatever comes later for its hour."""
    known, other = (
        archive_of(history(counts)).candidates for counts in ([5, 6], [None, 7, 8])
    )
    merged = add_candidates(known, other)
    assert merged["count"].to_list() == [5, 6, 8]


NOTE = Note(FIRST, {"ja": "テレビ “TV”"}, "https://example.org/", FIRST + 9 * HOUR)
VOID = Correction("void", FIRST, FIRST + HOUR, None, "Café “test”", FIRST + 9 * HOUR)


@settings(max_examples=30, deadline=None)
@given(any_history())
def test_the_file_holds_everything_as_it_was(readings: pl.DataFrame) -> None:
    """With its columns and their types, the corrections and the notes."""
    archive = archive_of(readings, VOID, notes=[NOTE])
    found = decode_archive(encode_archive(archive, COUNTER), COUNTER)
    assert found is not None
    assert found.candidates.equals(archive.candidates)
    assert found.candidates.schema == CANDIDATES_SCHEMA
    assert found.corrections == archive.corrections
    assert found.notes == archive.notes
    assert archive.settle().notes == [NOTE]


def test_without_corrections_and_notes_the_file_is_of_readings_alone() -> None:
    """As it was before there were any, so that it need not be put again."""
    archive = archive_of(history([5, 6]))
    assert encode_archive(archive, COUNTER) == encode_parquet(archive.candidates)


def test_a_file_of_before_there_were_imports_is_valid() -> None:
    """Nobody has to read ten years of objects again for an update."""
    found = decode_archive(encode_parquet(history([5, 6])), COUNTER)
    assert found is not None
    assert found.candidates.equals(archive_of(history([5, 6])).candidates)


WHOLE = encode_archive(archive_of(history(range(99)), VOID), COUNTER)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"PAR1", WHOLE[:-9]),
        encode_parquet(history([5]).drop("source_time")),
        encode_parquet(archive_of(history([5])).candidates, {"corrections": "[1"}),
        encode_parquet(archive_of(history([5])).candidates, {"corrections": "[]"}),
        encode_parquet(archive_of(history([5])).candidates, {"notes": '{"a": "b"}'}),
        encode_parquet(
            archive_of(history([5])).candidates, {"corrections": '{"a": 5}'}
        ),
        encode_parquet(archive_of(history([5, 6])).candidates.reverse()),
        encode_parquet(
            archive_of(history([5])).candidates.with_columns(-pl.col("count"))
        ),
        encode_parquet(
            archive_of(history([5])).candidates.with_columns(
                count=pl.lit(None, pl.Int64)
            )
        ),
        encode_parquet(
            archive_of(history([5])).candidates.with_columns(
                pl.lit("x").alias("import")
            )
        ),
        encode_parquet(
            archive_of(history([5])).candidates, {"corrections": '{"a":"b"}'}
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_made_again(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning: the readings are still there."""
    assert decode_archive(body, COUNTER) is None
    assert "; it is made again" in caplog.text


def test_no_damage_stops_a_run() -> None:
    """Not even such as polars panics over, which is no Exception."""
    for at in range(4, len(WHOLE) - 8, 5):
        decode_archive(WHOLE[:at] + b"\xff" * 8 + WHOLE[at + 8 :], COUNTER)


def test_only_keys_of_hours_that_are_not_known_are_asked_for() -> None:
    """Each with its ETag; what is no reading's key is no hour that is known."""
    known = archive_of(history([5, None, 7])).candidates
    keys = [make_reading_key(COUNTER, FIRST + n * HOUR) for n in range(4)]
    listing = {key: f'"{n}"' for n, key in enumerate(keys)}
    odd = {"readings/counter=nyanpass/notes.txt": '"9"'}
    found = select_unknown_keys(listing | odd, known, COUNTER)
    assert found == {keys[1]: '"1"', keys[3]: '"3"', **odd}
    assert select_unknown_keys(listing, EMPTY.candidates, COUNTER) == listing
