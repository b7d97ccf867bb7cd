"""How long to wait and how often to try.

Clock, sleep and dice are passed in, so that tests need not wait.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Limits for the source and the store.

    In the worst case the source takes `total_s`, and S3 and Parameter Store just miss
    their timeouts; all together have to stay below the function's own of 90 s.
    """

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    uniform: Callable[[float, float], float]
    attempts: int = 4
    connect_s: float = 3.05
    read_s: float = 10.0
    attempt_s: float = 20.0
    total_s: float = 45.0
    base_pause_s: float = 0.5
    longest_pause_s: float = 8.0
    longest_retry_after_s: float = 20.0

    def pause_s(self, attempt: int) -> float:
        """Draw the pause after an attempt; the first one has number 1.

        Full jitter: anything from zero to a bound that doubles, so that clients that
        failed together do not return together.
        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        bound_s = min(self.longest_pause_s, self.base_pause_s * 2**attempt)
        return self.uniform(0.0, bound_s)
