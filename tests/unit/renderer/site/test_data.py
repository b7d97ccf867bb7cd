"""The open data as a whole: all files are there, and none changed for nothing."""

from datetime import UTC, datetime

import polars as pl

from renderer.site import keys
from tests.unit.renderer.histories import HOUR, history
from tests.unit.renderer.site.data_files import data_of


def test_a_new_reading_changes_the_files_of_its_own_year_only() -> None:
    """The past is not written again."""
    old = history(range(24 * 900), datetime(2023, 9, 1, tzinfo=UTC))
    new = pl.concat([old, history([10**6], old["scheduled_at"][-1] + HOUR)])
    before, after = data_of(old), data_of(new)
    assert before.keys() == after.keys()
    changed = {key for key in after if before[key] != after[key]}
    # Of 10^6 at once, the milestones on the way to it have passed.
    assert changed == {
        "data/daily.csv",
        "data/milestones.csv",
        "data/hourly/2026.csv",
        "data/hourly/2026.parquet",
    }


def test_a_missed_reading_of_the_past_changes_its_year_only() -> None:
    """Found late, it is put where it belongs."""
    counts: list[int | None] = list(range(24 * 900))
    counts[5050] = None
    first = datetime(2023, 9, 1, tzinfo=UTC)
    before = data_of(history(counts, first))
    after = data_of(history(range(24 * 900), first))
    changed = {key for key in after if before[key] != after[key]}
    assert changed == {
        "data/hourly/2024.csv",
        "data/hourly/2024.parquet",
        "data/all.parquet",
    }


def test_the_same_readings_give_the_same_bytes() -> None:
    """In one piece or in many, as a frame grows over the months."""
    whole = history(range(1000))
    pieces = pl.concat([whole[n : n + 7] for n in range(0, 1000, 7)], rechunk=False)
    assert pieces.n_chunks() > 1
    assert data_of(whole) == data_of(pieces)


def test_one_reading_has_all_files() -> None:
    """With no day, no month and no milestone in the tables yet."""
    files = data_of(history([5]))
    assert files.keys() == {
        *keys.Table,
        "data/hourly/2026.csv",
        "data/hourly/2026.parquet",
        "data/all.parquet",
    }
    for name in ("daily", "monthly", "milestones"):
        assert files[f"data/{name}.csv"].count(b"\n") == 1
