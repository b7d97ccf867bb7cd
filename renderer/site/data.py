"""The open data: the same numbers as CSV, Parquet and JSON files; all pure.

    data/summary.json          the findings (`summary`)
    data/daily.csv             date, increment, hours_covered, hours_due, complete
    data/monthly.csv           month and the same columns
    data/milestones.csv        count, after, by (UTC)
    data/schema.json           what each column of each file means
    data/LICENSE.txt           what anybody may do with them
    data/hourly/<year>.csv     scheduled_at, observed_at, count, source_time (UTC)
    data/hourly/<year>.parquet the same columns

Hourly files are cut by the year of the scheduled hour, in UTC, so that a new
reading changes only the file of its own year.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from renderer.findings.frames import Frames
from renderer.readings.history import encode_frame

SUMMARY, HOURLY = "data/summary.json", "data/hourly/"
DAILY, MONTHLY, MILESTONES = (
    f"data/{name}.csv" for name in ("daily", "monthly", "milestones")
)
SCHEMA, LICENSE = "data/schema.json", "data/LICENSE.txt"
TABLES = (SUMMARY, DAILY, MONTHLY, MILESTONES, SCHEMA, LICENSE)
TEMPLATES = Path(__file__).with_name("templates")
UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
YEAR = pl.col("scheduled_at").dt.year()


def write_tables(summary: Mapping[str, Any], frames: Frames) -> dict[str, bytes]:
    """Return all files but the hourly ones, by their keys."""
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    day, month = pl.col("bucket").dt.date(), pl.col("bucket").dt.strftime("%Y-%m")
    return {
        SUMMARY: f"{text}\n".encode(),
        DAILY: write_csv(select_columns(frames.daily, day.alias("date"))),
        MONTHLY: write_csv(select_columns(frames.monthly, month.alias("month"))),
        MILESTONES: write_csv(frames.milestones),
        SCHEMA: (TEMPLATES / "schema.json").read_bytes(),
        LICENSE: (TEMPLATES / "license.txt").read_bytes(),
    }


def version_hourly_files(readings: pl.DataFrame) -> dict[str, str]:
    """Return the keys of the hourly files and what tells their contents apart.

    That is the number of readings and a sum of their hashes, which is far cheaper
    than the files of many years.
    """
    years = (
        readings.select(YEAR.alias("year"), hashed=readings.hash_rows(seed=0))
        .group_by("year", maintain_order=True)
        .agg(pl.len(), pl.col("hashed").sum())
    )
    return {
        f"{HOURLY}{year}.{suffix}": f"{number}-{hashed:x}"
        for year, number, hashed in years.iter_rows()
        for suffix in ENCODERS
    }


def write_hourly_files(readings: pl.DataFrame, keys: Iterable[str]) -> dict[str, bytes]:
    """Return the hourly files with these keys."""
    files = {}
    for key in keys:
        year, _, suffix = key.removeprefix(HOURLY).partition(".")
        files[key] = ENCODERS[suffix](readings.filter(YEAR.eq(int(year))))
    return files


def select_columns(buckets: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    """Return buckets with the columns of their file."""
    return buckets.select(name, "increment", "hours_covered", "hours_due", "complete")


def write_csv(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV, times in UTC; an unknown value is an empty field."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, datetime_format=UTC_FORMAT)
    return buffer.getvalue()


ENCODERS = {"csv": write_csv, "parquet": encode_frame}
