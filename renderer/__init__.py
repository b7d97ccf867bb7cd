"""Derive everything the public sees from the readings, and publish it."""

import zoneinfo
from pathlib import Path

# The system's time zones differ from machine to machine, and so would the site: the
# `tzdata` package is the one database of all that is made here.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

__version__ = Path(__file__).parents[1].joinpath("VERSION").read_text("ascii").strip()
