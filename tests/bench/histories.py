"""Plausible histories of a counter, the same on every machine and in every run.

A daily and a weekly rhythm, a little noise, single gaps and long ones, and one
reset. The readings are the last ones up to an hour, however many are wanted.
"""

import math
from datetime import UTC, datetime

import polars as pl

from renderer.readings.format import READINGS_SCHEMA

COUNTER = "nyanpass"
# So many ticks after it stay within one UTC day and one day in Japan.
LAST_HOUR = datetime(2026, 6, 17, 0, tzinfo=UTC)
_FIRST_COUNT = 1_204_000
_PER_HOUR = 90.0


def make_history(readings: int, last_hour: datetime = LAST_HOUR) -> pl.DataFrame:
    """Make that many readings up to an hour.

    The columns are those of the renderer's frames, times in whole seconds.
    """
    hours = readings + readings // 100 + 100
    hour = pl.int_range(hours, dtype=pl.Int64, eager=True).alias("hour")
    return (
        hour.to_frame()
        .with_columns(noise=_noise(pl.col("hour")))
        .with_columns(increment=_increment(pl.col("hour"), pl.col("noise")))
        .with_columns(total=_FIRST_COUNT + pl.col("increment").cum_sum())
        .with_columns(count=_restart(pl.col("total"), at=hours * 2 // 5))
        .filter(_is_kept(pl.col("hour"), pl.col("noise"), hours - 1))
        .tail(readings)
        .select(
            scheduled_at=pl.lit(last_hour)
            - pl.duration(hours=hours - 1 - pl.col("hour")),
            seconds=2 + (pl.col("noise") % 7),
            count="count",
        )
        .select(
            scheduled_at="scheduled_at",
            observed_at=pl.col("scheduled_at") + pl.duration(seconds="seconds"),
            count="count",
            source_time=pl.col("scheduled_at") + pl.duration(seconds="seconds"),
        )
        .match_to_schema(READINGS_SCHEMA)
    )


def _noise(hour: pl.Expr) -> pl.Expr:
    """Scramble the hour into 0..2^31-1: not random, only irregular."""
    once = (hour * 1_103_515_245 + 12_345) % 2**31
    return ((once // 65_536) * 22_695_477 + once + 1) % 2**31


def _increment(hour: pl.Expr, noise: pl.Expr) -> pl.Expr:
    day = 1 + 0.8 * ((hour % 24) * (2 * math.pi / 24)).sin()
    week = pl.when((hour // 24) % 7 >= 5).then(1.6).otherwise(1.0)
    return (_PER_HOUR * day * week * (0.6 + 0.8 * noise / 2**31)).cast(pl.Int64)


def _restart(total: pl.Expr, at: int) -> pl.Expr:
    before = total.gather(at)
    return pl.when(pl.col("hour") < at).then(total).otherwise(total - before)


def _is_kept(hour: pl.Expr, noise: pl.Expr, last: int) -> pl.Expr:
    """Drop one hour in 500, and thirty hours in a row every half year."""
    single = (noise // 128) % 500 == 0
    outage = (hour % 4380).is_between(2000, 2029)
    return ~(single | outage) | (hour == last)
