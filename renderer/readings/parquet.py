"""Parquet files: frames to bytes and back; pure."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl

from renderer.errors import BrokenObjectError


def encode_parquet(
    frame: pl.DataFrame, metadata: Mapping[str, str] = {}, level: int = 3
) -> bytes:
    """Return a frame as a Parquet file; the same rows give the same bytes.

    `metadata` is kept beside the rows, and read by `decode_metadata`. `level` is how
    hard Zstandard tries to make it small.
    """
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(
        buffer,
        compression="zstd",
        compression_level=level,
        statistics=True,
        metadata=dict(metadata),
    )
    return buffer.getvalue()


def decode_parquet(body: bytes) -> pl.DataFrame:
    """Return the frame in a Parquet file; raises BrokenObjectError if it is damaged."""
    try:
        return pl.read_parquet(io.BytesIO(body))
    # polars panics over some damaged files, which is no Exception.
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        why = f"is not a Parquet file: {type(error).__name__}: {error}"
        raise BrokenObjectError(why[:200]) from error


def decode_metadata(body: bytes) -> dict[str, str]:
    """Return the metadata in a Parquet file that `decode_parquet` can read."""
    return pl.read_parquet_metadata(io.BytesIO(body))
