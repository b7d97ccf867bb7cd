"""Events and results in a few words."""

from typing import Any

import pytest

from infra.invocations import describe_event, describe_result, list_keys

RECORDS = [
    {"s3": {"object": {"key": "readings/counter%3Da/x+y.json"}}},
    {"s3": {"object": {"key": "readings/z.json"}}},
]


def test_the_keys_of_an_event_are_those_in_the_bucket() -> None:
    """S3 sends them form-encoded; other events name none."""
    assert list_keys({"Records": RECORDS}) == [
        "readings/counter=a/x y.json",
        "readings/z.json",
    ]
    assert list_keys({"Records": [{}]}) == []
    assert list_keys({"action": "rebuild"}) == []


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"Records": RECORDS}, "S3 event of 2 objects, last readings/z.json"),
        ({"Records": [{}, {}]}, "S3 event of 2 objects"),
        ({"Records": [{}]}, "S3 event of 1 object"),
        ({"Records": []}, "wake-up"),
        ({"action": "rebuild"}, '{"action": "rebuild"}'),
    ],
)
def test_an_event_is_described_in_one_line(event: dict[str, Any], text: str) -> None:
    """With the last key, which is the newest one."""
    assert describe_event(event) == text


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            {"outcome": "published", "readings": 5, "objects": ["a", "b"]},
            "published, 5 readings, 2 objects put",
        ),
        (
            {"outcome": "unchanged", "readings": 5, "objects": []},
            "unchanged, 5 readings",
        ),
        (
            {"outcome": "published", "readings": 1, "broken": ["x"]},
            "published, 1 reading, 1 broken",
        ),
        ({"outcome": "stored", "key": "k", "count": 7}, "stored"),
    ],
)
def test_a_result_is_described_in_one_line(result: dict[str, Any], text: str) -> None:
    """What came of it, and of how much."""
    assert describe_result(result) == text
