"""The open data: the same numbers as CSV, Parquet and JSON files; pure.

    data/summary.json          the findings, as `summarise_history` gives them
    data/daily.csv             date, increment, hours_covered, hours_due, complete,
                               count
    data/monthly.csv           month and the same columns, up to the last midnight
    data/milestones.csv        count, after, by (UTC)
    data/corrections.csv       scheduled_at, count_read, count_now, reason, corrected_at
    data/notes.csv             number, at, ja, en, url, noted_at
    data/schema.json           what each column of each file means
    data/datapackage.json      the same for Frictionless (`package.py`)
    data/LICENSE.txt           what anybody may do with them
    data/hourly/<year>.csv     scheduled_at, observed_at, count, source_time (UTC),
                               corrected, set_aside
    data/hourly/<year>.parquet the same columns
    data/all.parquet           all years in one, up to the last midnight

Hourly files are cut by the year of the scheduled hour, in UTC, so that a new
reading changes only the file of its own year.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from renderer.errors import RendererError
from renderer.findings.buckets import find_last_counts
from renderer.findings.findings import Findings
from renderer.readings.parquet import encode_parquet
from renderer.site import TEMPLATES, keys
from renderer.site.languages import LANGUAGES
from renderer.site.notes import tabulate_notes
from renderer.site.words import load_texts

UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
YEAR = pl.col("scheduled_at").dt.year()


def write_tables(findings: Findings) -> dict[str, bytes]:
    """Return all files but those of every hour, by their keys."""
    frames, whole = findings.frames, findings.whole_days
    day, month = pl.col("wall").dt.date(), pl.col("wall").dt.strftime("%Y-%m")
    return {
        keys.Table.SUMMARY: write_json(findings.summary),
        keys.Table.DAILY: write_buckets(frames.daily, frames.kept, day.alias("date")),
        keys.Table.MONTHLY: write_buckets(
            whole.monthly, whole.kept, month.alias("month")
        ),
        keys.Table.MILESTONES: write_csv(frames.milestones),
        keys.Table.CORRECTIONS: write_csv(findings.changes),
        keys.Table.NOTES: write_csv(tabulate_notes(frames.notes)),
        keys.Table.SCHEMA: write_json(make_schema()),
        keys.Table.LICENCE: (TEMPLATES / "license.txt").read_bytes(),
    }


def version_hourly_files(findings: Findings) -> dict[str, str]:
    """Return the keys of the files of every hour, and what tells their contents apart.

    That is the number of readings and a sum of their hashes, which is far cheaper
    than the files of many years. One of the years may have no reading left.
    """
    readings, whole = findings.frames.readings, findings.whole_days.readings
    hashes = readings.select(YEAR.alias("year"), hashed=readings.hash_rows(seed=0))
    counted = pl.len(), pl.col("hashed").sum()
    found = hashes.group_by("year").agg(counted).rows()
    versions = {year: f"{number}-{hashed:x}" for year, number, hashed in found}
    files = {
        f"{keys.HOURLY}{year}.{suffix}": versions.get(year, "0-0")
        for year in findings.years
        for suffix in ENCODERS
    }
    # The rows until the last midnight are the first ones.
    number, hashed = hashes.head(whole.height).select(*counted).row(0)
    return {**files, keys.ALL_HOURS: f"{number}-{hashed:x}"}


def write_hourly_files(findings: Findings, wanted: Iterable[str]) -> dict[str, bytes]:
    """Return those of the files of every hour that have these keys."""
    files = {}
    for key in wanted:
        if key == keys.ALL_HOURS:
            files[key] = encode_parquet(findings.whole_days.readings)
        elif key.startswith(keys.HOURLY):
            year, _, suffix = key.removeprefix(keys.HOURLY).partition(".")
            rows = findings.frames.readings.filter(YEAR.eq(int(year)))
            files[key] = ENCODERS[suffix](rows)
    return files


def make_schema() -> dict[str, Any]:
    """Return the schema of all files, with what each language says of them.

    The types and units are in `templates/schema.json`, the sentences in the words. A
    file there that is `like` another has its columns.
    """
    schema = json.loads((TEMPLATES / "schema.json").read_bytes())
    words = {each.code: load_texts(each.code)["schema"] for each in LANGUAGES}
    files: dict[str, Any] = {}
    for file in schema.pop("files"):
        told = pick(words, "files", file["key"])
        if like := file.get("like"):
            columns = files[like]["columns"]
        else:
            columns = [
                {**column, "about": pick(told, "columns", column["name"])}
                for column in file["columns"]
            ]
        about = pick(told, "about")
        files[file["key"]] = {"key": file["key"], "about": about, "columns": columns}
    return {**schema, "about": pick(words, "about"), "files": [*files.values()]}


def pick(words: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """Return what each language says of the schema at a path of keys.

    Raises RendererError where one does not say it.
    """
    found = dict(words)
    for key in path:
        if silent := [code for code, each in found.items() if key not in each]:
            raise RendererError(
                f"{silent[0]}.toml has no {key} where [schema] tells of the data: say "
                "it there"
            )
        found = {code: each[key] for code, each in found.items()}
    return found


def write_buckets(buckets: pl.DataFrame, kept: pl.DataFrame, name: pl.Expr) -> bytes:
    """Return the file of buckets of kept readings: names, sums and last counts."""
    sums = ("increment", "hours_covered", "hours_due", "complete")
    return write_csv(buckets.select(name, *sums, count=find_last_counts(kept, buckets)))


def write_json(value: Mapping[str, Any]) -> bytes:
    """Return JSON for people: indented, in UTF-8, with a newline at its end."""
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()


def write_csv(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV, times in UTC; an unknown value is an empty field."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, datetime_format=UTC_FORMAT)
    return buffer.getvalue()


ENCODERS = {"csv": write_csv, "parquet": encode_parquet}
