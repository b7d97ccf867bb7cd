"""Parquet: the same rows are the same bytes, and no damage is more than an error."""

import contextlib
import random

import polars as pl
import pytest

from renderer.errors import BrokenObjectError
from renderer.readings.parquet import decode_metadata, decode_parquet, encode_parquet
from tests.unit.renderer.histories import history


def test_the_pieces_that_polars_keeps_a_frame_in_do_not_show_in_the_bytes() -> None:
    """Without care it would write the first reading as a part of its own."""
    readings = history(range(9000))
    pieces = pl.concat([readings.head(1), readings.slice(1)], rechunk=False)
    assert pieces.n_chunks() > 1
    assert encode_parquet(pieces) == encode_parquet(readings)


def test_notes_are_kept_beside_the_rows() -> None:
    """In any script."""
    body = encode_parquet(history([5]), {"reason": "“にゃん”"})
    assert decode_metadata(body)["reason"] == "“にゃん”"
    assert decode_parquet(body).equals(history([5]))


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_an_error_or_another_frame(seed: int) -> None:
    """polars panics over some of them, which is no Exception of its own."""
    chance, body = random.Random(seed), bytearray(encode_parquet(history(range(99))))
    for _ in range(30):
        body[chance.randrange(len(body))] = chance.randrange(256)
    with contextlib.suppress(BrokenObjectError):
        assert isinstance(decode_parquet(bytes(body)), pl.DataFrame)


@pytest.mark.parametrize("body", [b"", b"PAR1", encode_parquet(history([5]))[:-1]])
def test_what_is_no_parquet_is_told_in_a_line(body: bytes) -> None:
    """With what polars finds wrong about it."""
    with pytest.raises(BrokenObjectError, match="is not a Parquet file: ") as caught:
        decode_parquet(body)
    assert len(str(caught.value)) <= 200
