"""The format of an import: many readings of an older history in one object; pure.

An import is written once, by the operator, and holds the readings of hours that had
none. Its file is Parquet with the columns of `READINGS_SCHEMA`.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from renderer.errors import BrokenObjectError
from renderer.readings.format import MAX_COUNT, READINGS_SCHEMA, YEARS
from renderer.readings.naming import make_name, parse_name
from renderer.readings.parquet import decode_parquet, encode_parquet

SUFFIX = ".parquet"


def make_imports_prefix(counter: str) -> str:
    """Return what the keys of all imports of a counter begin with.

    >>> make_imports_prefix("nyanpass")
    'imports/counter=nyanpass/'
    """
    return f"imports/counter={counter}/"


def encode_import(
    counter: str, made_at: datetime, readings: pl.DataFrame
) -> tuple[str, bytes]:
    """Return key and body of the import of some readings, sorted by the hour."""
    body = encode_parquet(readings.select(READINGS_SCHEMA.names()))
    return f"{make_imports_prefix(counter)}{make_name(made_at, body)}{SUFFIX}", body


def parse_import(key: str, body: bytes, counter: str) -> pl.DataFrame:
    """Return the readings of an import, with the columns of `READINGS_SCHEMA`.

    Raises BrokenObjectError, whose message says why, unless all of it is what
    `encode_import` writes: an import is taken whole or not at all.
    """
    name = key.removeprefix(make_imports_prefix(counter))
    made_at = parse_name(name.removesuffix(SUFFIX), body)
    readings = decode_parquet(body)
    if readings.schema != READINGS_SCHEMA or not name.endswith(SUFFIX):
        raise BrokenObjectError("has other columns than readings have")
    if problem := find_import_problem(readings, made_at):
        raise BrokenObjectError(problem)
    return readings


def find_import_problem(readings: pl.DataFrame, made_at: datetime) -> str | None:
    """Return what is wrong with the readings of an import, None if nothing is."""
    hours = readings["scheduled_at"]
    needed = readings.drop("source_time")
    if readings.is_empty() or sum(needed.null_count().row(0)):
        return "has no rows, or rows without time or count"
    in_order = hours.is_sorted() and hours.is_unique().all()
    if not in_order or not hours.eq(hours.dt.truncate("1h")).all():
        return "has times that are no full hours in their order"
    times = readings.select(pl.col(pl.Datetime).dt.year())
    if not all(
        times[name].drop_nulls().is_between(YEARS[0], YEARS[-1]).all()
        for name in times.columns
    ):
        return f"has times outside of the years {YEARS[0]} to {YEARS[-1]}"
    if hours.item(-1) > made_at:
        return "has readings of hours that had not come when it was made"
    if not readings["count"].is_between(0, MAX_COUNT).all():
        return "has a count that is no whole number from 0 to 10^18 - 1"
    return None
