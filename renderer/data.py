"""The open data: the same numbers as CSV, Parquet and JSON files; all pure.

    data/summary.json          the findings (`summary`)
    data/daily.csv             date, increment, hours_covered, hours_due, complete
    data/hourly/<year>.csv     scheduled_at, observed_at, count, source_time (UTC)
    data/hourly/<year>.parquet the same columns

Hourly files are cut by the year of the scheduled hour, in UTC, so that a new
reading changes only the file of its own year.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from renderer.history import encode

UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def data_files(
    summary: Mapping[str, Any], readings: pl.DataFrame, daily: pl.DataFrame
) -> Iterator[tuple[str, bytes]]:
    """Yield key and bytes of each file."""
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    yield "data/summary.json", f"{text}\n".encode()
    yield "data/daily.csv", csv(daily_table(daily))
    year = pl.col("scheduled_at").dt.year()
    for rows in readings.with_columns(year=year).partition_by("year"):
        name = f"data/hourly/{rows.item(0, 'year')}"
        yield f"{name}.csv", csv(rows.drop("year"))
        yield f"{name}.parquet", encode(rows.drop("year"))


def daily_table(daily: pl.DataFrame) -> pl.DataFrame:
    """Return the days with the columns of the file."""
    columns = ("increment", "hours_covered", "hours_due", "complete")
    return daily.select(pl.col("bucket").dt.date().alias("date"), *columns)


def csv(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV, times in UTC; an unknown value is an empty field."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, datetime_format=UTC_FORMAT)
    return buffer.getvalue()
