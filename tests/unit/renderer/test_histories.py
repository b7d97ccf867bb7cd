"""The zones that the tests sample mean the same wherever the tests run."""

from datetime import UTC, datetime

import polars as pl

from tests.unit.renderer.histories import ZONES


def test_both_time_zone_databases_say_the_same_of_every_sampled_zone() -> None:
    """Where a release of one differs, the tests need another zone of that kind."""
    utc = pl.datetime_range(
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2040, 1, 1, tzinfo=UTC),
        "1h",
        eager=True,
    ).alias("utc")
    for zone in ZONES:
        there = utc.dt.convert_time_zone(zone.key).dt.replace_time_zone(None)
        offset = there - utc.dt.replace_time_zone(None)
        # Every hour before and after a change, and one of every four days.
        before, after = offset != offset.shift(-1), offset != offset.shift()
        looked_at = before | after | (pl.Series(range(utc.len())) % 99 == 0)
        for instant, by_polars in zip(
            utc.filter(looked_at), there.filter(looked_at), strict=True
        ):
            by_zoneinfo = instant.astimezone(zone).replace(tzinfo=None)
            assert (zone.key, by_zoneinfo) == (zone.key, by_polars)
