"""What the handler does about its process; the rest of it is tested with a real S3."""

import gc

import pytest

from renderer import handler


@pytest.mark.parametrize("error", [None, ValueError])
def test_no_garbage_is_looked_for_during_a_run_and_it_is_afterwards(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception] | None
) -> None:
    """Even after one that failed: a warm process would grow otherwise."""
    looked = []

    def run(event: object, context: object) -> dict[str, object]:
        looked.append(gc.isenabled())
        if error:
            raise error
        return {}

    monkeypatch.setattr(handler, "run", run)
    if error:
        with pytest.raises(error):
            handler.handler({}, None)
    else:
        assert handler.handler({}, None) == {}
    assert looked == [False]
    assert gc.isenabled()
