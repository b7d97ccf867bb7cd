"""A real history: departures from New York's airports, moved by whole weeks to end now.

Nothing else about it is changed, and no hour is made up.
"""

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from infra.local.demo.samples import Row

FILE = Path(__file__).with_name("sample") / "departures-2013.csv"
_WEEK = timedelta(weeks=1)


def load_rows() -> list[Row]:
    """Load the readings of 2013: when (UTC), and the count."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [
            (datetime.fromisoformat(row["time"]), int(row["count"]))
            for row in csv.DictReader(lines)
        ]


def move_rows(rows: Iterable[Row], end: datetime) -> tuple[list[Row], int]:
    """Move rows by the fewest whole weeks that bring their end to an hour or later.

    Returns the rows before that full hour, from which the button page counts, and
    the number of weeks.
    """
    rows = list(rows)
    weeks = -((rows[-1][0] - end) // _WEEK)
    moved = [(at + weeks * _WEEK, count) for at, count in rows]
    return [row for row in moved if row[0] < end], weeks
