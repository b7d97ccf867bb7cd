"""The values of both graphs of a range as rows of a table; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl


@dataclass(frozen=True, slots=True)
class TableRow:
    """One bucket, which begins at `bucket` (UTC).

    `increment` is None where nothing is known; `count` is the last one that was read
    and kept in the bucket, None if none was. `complete`: all hours due are covered.
    `since` and `by`: when the readings of an hour were made, if not an hour apart.
    """

    bucket: datetime
    increment: int | None
    hours_covered: int
    hours_due: int
    complete: bool
    count: int | None
    since: datetime | None = None
    by: datetime | None = None


def make_table_rows(bars: pl.DataFrame, readings: pl.DataFrame) -> list[TableRow]:
    """Return a row for each bar of a range, the newest first.

    `readings` are the kept ones within the range.
    """
    # A reading at the end of a bucket belongs to it, as its increment does: so both
    # are compared a microsecond earlier.
    counts = readings.select(
        "count", at="scheduled_at", last=pl.col("scheduled_at").dt.offset_by("-1us")
    )
    shown = bars.sort("bucket").with_columns(
        last=pl.col("until").dt.offset_by("-1us"),
    )
    found = shown.join_asof(counts, on="last", strategy="backward")
    inside = pl.col("at") > pl.col("bucket")
    columns = found.select(
        *("bucket", "increment", "hours_covered", "hours_due", "complete"),
        count=pl.when(inside).then("count"),
        since="since",
        by="by",
    )
    return [TableRow(*row) for row in columns.reverse().rows()]
