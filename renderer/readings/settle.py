"""What counts: one reading an hour, of all that was read, imported and corrected; pure.

It is a function of what lies in the bucket alone, whatever came first:

    the newest correction of an hour holds;
    a void hides what was there when it was made: a later import fills the hour, and
    an hour that had not come is read as ever;
    else the collector's reading counts, or else the earliest import's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from renderer.readings.corrections import Correction
from renderer.readings.format import INSTANT, READINGS_SCHEMA
from renderer.readings.notes import Note

# All that was ever read or imported: `import` is the name of the import, null for a
# reading that the collector stored. Sorted by the hour, what counts first ahead.
CANDIDATES_SCHEMA = pl.Schema({**READINGS_SCHEMA, "import": pl.String()})
SETTLED_SCHEMA = pl.Schema({**READINGS_SCHEMA, "corrected": pl.Boolean()})
CHANGES_SCHEMA = pl.Schema(
    {
        "scheduled_at": INSTANT,
        "count_read": pl.Int64(),
        "count_now": pl.Int64(),
        "reason": pl.String(),
        "corrected_at": INSTANT,
    }
)
MARKS_SCHEMA = pl.Schema(
    {
        "scheduled_at": INSTANT,
        "kind": pl.String(),
        "true_count": pl.Int64(),
        "reason": pl.String(),
        "corrected_at": INSTANT,
    }
)


@dataclass(frozen=True)
class Settled:
    """What counts, and what corrections had to do with it.

    `readings` has the columns of `READINGS_SCHEMA` and `corrected`, whether a
    correction gave the count; a row an hour, in their order. `changes` has a row for
    each hour whose count a correction changes: `scheduled_at`, `count_read` (null if
    nothing was), `count_now` (null if it counts as missing), `reason` and
    `corrected_at`. `corrections` are all there are, the newest last; `years` are those
    (UTC) in which anything ever counted, so that the file of one of which all is voided
    is not forgotten. `notes` are those that hold, in the order of what they tell of.
    """

    readings: pl.DataFrame
    changes: pl.DataFrame = field(default_factory=CHANGES_SCHEMA.to_frame)
    corrections: list[Correction] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def sort_candidates(candidates: pl.DataFrame) -> pl.DataFrame:
    """Return candidates in their order, each once.

    A collected reading never changes, so of two for the same hour the first stays.
    """
    return candidates.unique(
        ["scheduled_at", "import"], keep="first", maintain_order=True
    ).sort("scheduled_at", "import", nulls_last=False)


def add_candidates(known: pl.DataFrame, added: pl.DataFrame) -> pl.DataFrame:
    """Return sorted candidates with others among them, as `sort_candidates` does it.

    Those of before the first added hour stay as they are: in a long history, all but
    the last few.
    """
    if added.is_empty():
        return known
    first = added.select(pl.col("scheduled_at").min()).item()
    begin = known["scheduled_at"].search_sorted(first, side="left")
    return pl.concat(
        [known[:begin], sort_candidates(pl.concat([known[begin:], added]))]
    )


def keep_first(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first row of each hour, of rows that are sorted by the hour."""
    hour = pl.col("scheduled_at")
    return rows.filter(hour.ne_missing(hour.shift()))


def settle_readings(
    candidates: pl.DataFrame, corrections: Iterable[Correction]
) -> Settled:
    """Return what counts of candidates, sorted as `sort_candidates` does.

    The corrections are in the order of their keys, and so of their time.
    """
    corrections = list(corrections)
    years = list_years(candidates, corrections)
    first = keep_first(candidates)
    marks = mark_hours(first["scheduled_at"], corrections)
    if marks.is_empty():
        readings = first.drop("import").with_columns(corrected=pl.lit(False))
        return Settled(readings, corrections=corrections, years=years)
    marked = candidates.join(
        marks, on="scheduled_at", how="full", coalesce=True, maintain_order="left"
    ).sort("scheduled_at", "import", nulls_last=False)
    readings = select_counting(marked)
    read = first.select("scheduled_at", count_read="count")
    now = readings.select("scheduled_at", count_now="count")
    changes = (
        marks.join(read, on="scheduled_at", how="left", maintain_order="left")
        .join(now, on="scheduled_at", how="left", maintain_order="left")
        .filter(pl.col("count_read").ne_missing(pl.col("count_now")))
        .select(CHANGES_SCHEMA.names())
    )
    return Settled(readings, changes, corrections, years)


def list_years(candidates: pl.DataFrame, corrections: list[Correction]) -> list[int]:
    """Return the years (UTC) of all that was read, imported or given."""
    given = {each.first.year for each in corrections if each.kind == "correct"}
    return sorted(given | {*candidates["scheduled_at"].dt.year().unique()})


def mark_hours(hours: pl.Series, corrections: list[Correction]) -> pl.DataFrame:
    """Return the hours of which a void or a true count holds, and what it says.

    `hours` are those with candidates, sorted. Columns: `scheduled_at`, `kind`,
    `true_count`, `reason`, `corrected_at`.
    """
    given = [each.first for each in corrections if each.kind == "correct"]
    if not corrections:
        return MARKS_SCHEMA.to_frame()
    hours = pl.concat([hours, pl.Series(given, dtype=INSTANT)]).unique().sort()
    newest: dict[int, Correction] = {}
    for each in corrections:
        begin = hours.search_sorted(each.first, side="left")
        end = hours.search_sorted(each.last, side="right")
        newest |= dict.fromkeys(range(begin, end), each)
    rows = [
        (hours[row], each.kind, each.count, each.reason, each.made_at)
        for row, each in sorted(newest.items())
        if each.kind != "restore"
    ]
    return pl.DataFrame(rows, MARKS_SCHEMA, orient="row")


def select_counting(marked: pl.DataFrame) -> pl.DataFrame:
    """Return what counts of candidates beside which stands what is marked of them."""
    void, true = pl.col("kind") == "void", pl.col("kind") == "correct"
    # The name of an import begins with its time.
    imported_at = (
        pl.col("import")
        .str.head(16)
        .str.to_datetime("%Y%m%dT%H%M%SZ", time_unit="us", time_zone="UTC")
    )
    made_at = pl.coalesce(imported_at, "observed_at")
    later = (made_at > pl.col("corrected_at")).fill_null(False)
    counting = marked.filter((~void).fill_null(True) | later)
    return (
        keep_first(counting)
        .select(
            "scheduled_at",
            # Where nothing was read, the true count is that of the full hour.
            pl.coalesce("observed_at", "scheduled_at"),
            pl.when(true).then("true_count").otherwise("count").alias("count"),
            "source_time",
            corrected=true.fill_null(False),
        )
        .select(SETTLED_SCHEMA.names())
    )
