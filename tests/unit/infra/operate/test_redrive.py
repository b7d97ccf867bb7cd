"""Which failed events are sent together."""

from typing import Any

from infra.operate.batches import MAX_BYTES
from infra.operate.queues import Failure
from infra.operate.redrive import group_failures, join_events


def fail(event: dict[str, Any]) -> Failure:
    """Make a failure of an event."""
    return Failure(event, "renderer", "it broke", "h")


def test_s3_events_travel_together_and_others_alone() -> None:
    """Each failure is in one group, and its records in that group's event."""
    rebuild, tick = fail({"action": "rebuild"}), fail({"scheduled_time": "x"})
    events = [fail({"Records": [{"n": n}]}) for n in range(3)]
    groups = list(group_failures([events[0], rebuild, events[1], tick, events[2]]))
    assert groups == [events, [rebuild], [tick]]
    assert join_events(events) == {"Records": [{"n": 0}, {"n": 1}, {"n": 2}]}
    assert join_events([tick]) == tick.event


def test_no_group_is_larger_than_an_invocation() -> None:
    """What does not fit goes into the next one."""
    large = [fail({"Records": [{"key": "k" * (MAX_BYTES // 2)}]}) for _ in range(3)]
    assert [len(group) for group in group_failures(large)] == [1, 1, 1]
    small = [fail({"Records": [{"key": "k" * (MAX_BYTES // 4)}]}) for _ in range(6)]
    assert [len(group) for group in group_failures(small)] == [3, 3]
