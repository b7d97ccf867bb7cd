"""Where a running stack is said to be."""

from pathlib import Path

from infra.local.state import find_data_folder


def test_the_data_lie_in_the_checkout_unless_told_otherwise() -> None:
    """Empty means the same as not given."""
    for env in ({}, {"DATA": ""}):
        assert find_data_folder(env) == Path(".local/data")
    assert find_data_folder({"DATA": "/srv/count"}) == Path("/srv/count")
