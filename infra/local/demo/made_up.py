"""A history such as a button's: made up, and the same wherever it is made.

Its presses are those of the button page, so that the page goes on in the same rhythm.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from infra.local.clock import HOUR
from infra.local.demo.button.presses import JST, count_presses_in_hour
from infra.local.demo.samples import Row

# In days before the one in which the history ends, and hours of these days in Japan.
FIRST_DAY, RESET_DAY, GAP_DAY = 400, 250, 17
RESET_HOUR, GAP_HOUR, GAP_HOURS = 15, 20, 38
FIRST_COUNT = 31_415


def make_rows(end: datetime) -> Iterator[Row]:
    """Make the readings of the hours (UTC) before a full one: when, and the count.

    There is one for each hour but those of the gap, in which the presses go on; after
    the reset the count begins at 0.
    """
    midnight = end.astimezone(JST).replace(hour=0)
    hour = (midnight - timedelta(FIRST_DAY)).astimezone(end.tzinfo)
    reset = midnight - timedelta(RESET_DAY) + RESET_HOUR * HOUR
    gap = midnight - timedelta(GAP_DAY) + GAP_HOUR * HOUR
    count = FIRST_COUNT
    while hour < end:
        if not gap <= hour < gap + GAP_HOURS * HOUR:
            yield hour, count
        if hour == reset:
            count = 0
        count += count_presses_in_hour(hour)
        hour += HOUR
