"""How long is waited between two attempts."""

import random

from collector.patience import Patience


def test_pauses_are_drawn_below_a_bound_that_doubles() -> None:
    """Up to the longest one; the lower bound stays 0, so that clients come apart."""
    bounds: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        bounds.append((low, high))
        return random.uniform(low, high)

    patience = Patience(lambda: 0.0, lambda _: None, draw)
    for attempt in range(1, 7):
        assert 0 <= patience.pause_s(attempt) <= 8
    assert bounds == [(0, 1), (0, 2), (0, 4), (0, 8), (0, 8), (0, 8)]


def test_all_attempts_and_the_store_fit_into_the_function_s_time() -> None:
    """The source's limit, and three requests to S3 that just miss their timeouts."""
    patience = Patience(lambda: 0.0, lambda _: None, lambda low, high: high)
    assert patience.total_s + 3 * (3 + 10) + 2 * (1 + 1.5) < 90
