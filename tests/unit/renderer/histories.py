"""Small histories for the renderer's tests, written as a person would tell them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import Phase
from hypothesis import strategies as st

from renderer.figures.ranges import RANGES
from renderer.readings.corrections import Correction
from renderer.readings.format import Reading, tabulate_readings
from renderer.readings.history import NO_IMPORT
from renderer.readings.notes import Note
from renderer.readings.settle import Settled, settle_readings

HOUR = timedelta(hours=1)
# Shrinking through the templates runs for minutes; a history is readable as it is.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MAX = 10**18 - 1
TOKYO = ZoneInfo("Asia/Tokyo")
UTC_ZONE = ZoneInfo("UTC")
# Whole hours from UTC, and between them every kind of midnight: plain, of days of
# 23 and 25 hours, one that the clocks skip (Santiago, Cairo, Beirut, the Azores), one
# that comes twice (the Azores), and a whole day that never was (Apia, 2011-12-30).
# Of the last three the databases of zoneinfo and polars say otherwise from 2026 on.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Tokyo",
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "America/Santiago",
        "Atlantic/Azores",
        "Africa/Cairo",
        "Asia/Beirut",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "America/Vancouver",
        "Africa/Casablanca",
        "America/Havana",
    )
]


def history(
    counts: Iterable[int | None], first: datetime = FIRST, late_s: int = 3
) -> pl.DataFrame:
    """Give a reading an hour from the first hour on; None is a missing one."""
    hours = ((first + n * HOUR, count) for n, count in enumerate(counts))
    return history_at(
        [(hour, count) for hour, count in hours if count is not None], late_s
    )


def history_at(counts: Iterable[tuple[datetime, int]], late_s: int = 3) -> pl.DataFrame:
    """Give a reading for each hour named."""
    late = timedelta(seconds=late_s)
    return tabulate_readings(
        Reading(hour.astimezone(UTC), hour.astimezone(UTC) + late, count, None)
        for hour, count in counts
    )


def read_late(readings: pl.DataFrame, hour: datetime, late: timedelta) -> pl.DataFrame:
    """Give readings of which that of an hour was made late, as where a stack starts."""
    observed = pl.when(pl.col("scheduled_at") == hour).then(hour + late)
    return readings.with_columns(observed_at=observed.otherwise("observed_at"))


def name_tabs(hours: int) -> list[str]:
    """Give the ranges that a history of so many hours has tabs of, by the one list."""
    return [name for name, days in RANGES.items() if not days or days * 24 < hours]


def settle(
    readings: pl.DataFrame, *corrections: Correction, notes: Sequence[Note] = ()
) -> Settled:
    """Give what counts where all of it was collected."""
    settled = settle_readings(readings.with_columns(NO_IMPORT), corrections)
    return replace(settled, notes=[*notes])


def at(text: str, zone: ZoneInfo = UTC_ZONE) -> datetime:
    """Give an instant written as the people of a zone would."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def any_history(max_size: int = 60) -> st.SearchStrategy[pl.DataFrame]:
    """Give histories of any kind: with gaps, resets, plateaus and huge counts."""
    first = st.integers(0, 40 * 8766).map(
        lambda n: datetime(2000, 1, 1, tzinfo=UTC) + n * HOUR
    )
    # The clocks change at few instants; half of the histories lie around one.
    changes = st.sampled_from(
        [
            "2011-12-29T06:00",  # Apia
            "2026-03-07T12:00",  # New York
            "2026-03-28T00:00",  # Berlin, Beirut, Azores
            "2026-04-04T10:00",  # Santiago, back
            "2026-04-23T06:00",  # Cairo
            "2026-09-05T12:00",  # Santiago
            "2026-10-24T12:00",  # Berlin, Beirut, Azores, back
            "2026-10-31T12:00",  # New York, back
        ]
    ).map(at)
    steps = st.one_of(st.just(1), st.just(1), st.just(1), st.integers(1, 5000))
    counts = st.one_of(st.integers(0, 9), st.integers(0, MAX))
    rows = st.lists(st.tuples(steps, counts), min_size=1, max_size=max_size)
    return st.builds(_space_out, st.one_of(first, changes), rows)


def _space_out(first: datetime, rows: list[tuple[int, int]]) -> pl.DataFrame:
    hour, counts = first, []
    for step, count in rows:
        counts.append((hour, count))
        hour += step * HOUR
    return history_at(counts)
