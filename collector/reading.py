"""One reading: the count of a counter at an instant, and the object it becomes."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

SCHEMA = 1


def floor_hour(at: datetime) -> datetime:
    """Return the start of the UTC hour that an instant lies in."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def format_utc(at: datetime) -> str:
    """Write an instant in UTC, to the second: `2026-11-23T22:00:03Z`."""
    # Not strftime: its %Y is not padded to four digits on every platform.
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def make_prefix(counter: str) -> str:
    """Return what the keys of all readings of a counter begin with.

    `make_prefix("nyanpass")` is `readings/counter=nyanpass/`.
    """
    return f"readings/counter={counter}/"


@dataclass(frozen=True)
class Reading:
    """The count that was read for one hour; all times are UTC.

    scheduled_at: the hour. observed_at: when the answer was read. source_time: the
    time that the source gave, if it gave one.
    """

    counter: str
    scheduled_at: datetime
    observed_at: datetime
    count: int
    source_time: datetime | None = None

    def key(self) -> str:
        """Return the object's key, one for each counter and hour.

        `readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json`
        """
        stamp = format_utc(self.scheduled_at)
        name = stamp.replace("-", "").replace(":", "")
        return f"{make_prefix(self.counter)}date={stamp[:10]}/{name}.json"

    def to_line(self) -> bytes:
        """Return the object's content: one line of compact JSON."""
        fields: dict[str, int | str] = {
            "schema": SCHEMA,
            "counter": self.counter,
            "scheduled_at": format_utc(self.scheduled_at),
            "observed_at": format_utc(self.observed_at),
            "count": self.count,
        }
        if self.source_time is not None:
            fields["source_time"] = format_utc(self.source_time)
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def find_count(line: bytes) -> int | None:
    """Return the count in a stored reading, or None where it holds none.

    `find_count(b'{"count":7}')` is 7.
    """
    try:
        count = json.loads(line)["count"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return count if type(count) is int else None
