"""One reading: the count of a counter at an instant, and how it is written down."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

SCHEMA = 1


def floor_hour(at: datetime) -> datetime:
    """Give the start of the UTC hour that holds this instant."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def format_utc(at: datetime) -> str:
    """Write an instant as `2026-11-23T22:00:03Z`."""
    # Not strftime: its %Y is not padded to four digits on every platform.
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def make_prefix(counter: str) -> str:
    """Give the start of the keys of all readings of one counter."""
    return f"readings/counter={counter}/"


@dataclass(frozen=True)
class Reading:
    """The count that was read for one hour.

    scheduled_at: the hour, UTC. observed_at: when the answer was read, UTC.
    source_time: what the source itself gave as its time, UTC.
    """

    counter: str
    scheduled_at: datetime
    observed_at: datetime
    count: int
    source_time: datetime | None = None

    def key(self) -> str:
        """Name the object: one key for each counter and hour."""
        stamp = format_utc(self.scheduled_at)
        name = stamp.replace("-", "").replace(":", "")
        return f"{make_prefix(self.counter)}date={stamp[:10]}/{name}.json"

    def to_line(self) -> bytes:
        """Write the object: one line of compact JSON."""
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
    """Give the count of a stored reading, or None where there is none to be read."""
    try:
        count = json.loads(line)["count"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return count if type(count) is int else None
