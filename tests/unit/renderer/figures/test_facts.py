"""The facts of a graph: what the page says about it."""

from tests.unit.renderer.figures.plotting import graphs_by_name, texts, trace
from tests.unit.renderer.histories import UTC_ZONE, history


def test_the_facts_are_those_of_the_readings_within() -> None:
    """The increment is of all pairs, whether or not a bucket could take them."""
    found = graphs_by_name(history([6, 7, None, 1239, 5]), UTC_ZONE)
    assert found["24h-total"].facts == {
        "kind": "total",
        "known": True,
        "increment": 1233,
        "from_count": 6,
        "to_count": 5,
        "hours_missing": 1,
        "bands": True,
        "resets": 1,
        "set_aside": 0,
        "notes": 0,
        "partial": False,
        "record": False,
        "mean": False,
        "log": True,
        "years": [],
        "change": None,
        "against": {},
        "since": {},
    }
    assert found["24h-increments"].facts["kind"] == "increments"


def test_increments_that_no_bucket_can_take_are_told_apart_from_none() -> None:
    """Read once a day, a counter has a total but no hour that is known."""
    graph = graphs_by_name(history([1, *[None] * 23, 9]), UTC_ZONE)["24h-increments"]
    assert set(trace(graph)["y"]) == {None}
    assert texts(graph.figure) == ["—"]
    assert (graph.facts["known"], graph.facts["increment"]) == (False, 8)
