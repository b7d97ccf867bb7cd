"""Derive everything the public sees from the readings, and publish it."""

import zoneinfo

# The system's time zones differ from machine to machine, and so would the site: the
# `tzdata` package is the one database of all that is made here.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

__version__ = "1.0.0"
