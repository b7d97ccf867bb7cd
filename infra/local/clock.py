"""The demonstration's clock: it may run ahead of the real one, and faster.

All its processes compute the same time from three numbers, so that button page,
schedule and collector agree about the hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Clock:
    """A clock that showed `shown` at the real instant `real`, `speed` times as fast."""

    real: datetime
    shown: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        """Return what the clock shows now."""
        return self.shown + (datetime.now(UTC) - self.real) * self.speed

    def seconds_until(self, shown: datetime) -> float:
        """Return how many real seconds pass until the clock shows a time."""
        return (shown - self.now()).total_seconds() / self.speed

    def is_real(self) -> bool:
        """Say whether the clock shows the real time."""
        return self.shown == self.real and self.speed == 1.0

    def to_text(self) -> str:
        """Return the clock as text, for another process's environment."""
        return f"{self.real.isoformat()} {self.shown.isoformat()} {self.speed}"

    @classmethod
    def from_text(cls, text: str) -> "Clock":
        """Read what to_text wrote."""
        real, shown, speed = text.split()
        return cls(
            datetime.fromisoformat(real), datetime.fromisoformat(shown), float(speed)
        )


def make_real_clock() -> Clock:
    """Return the clock that shows the real time."""
    now = datetime.now(UTC)
    return Clock(now, now)
