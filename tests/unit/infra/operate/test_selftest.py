"""What is tried after a deploy, and what is said of it."""

import io
import json
from typing import Any
from unittest.mock import Mock

import pytest

from infra.errors import FailedError
from infra.operate.selftest import selftest

READ = {"outcome": "selftest", "count": 5}
SINGLE = {"ok": True, "seconds": 1.0}
DRAWN = {"outcome": "selftest", "flagsets": {"single": SINGLE}, "tmp_free_mb": 9}
BROKEN = {"errorMessage": "it broke"}


def run(collected: dict[str, Any], drawn: dict[str, Any]) -> None:
    """Try functions that answer this."""

    def invoke(FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert json.loads(Payload) == {"action": "selftest"}
        result = collected if FunctionName == "c" else drawn
        failed = {"FunctionError": "Unhandled"} if "errorMessage" in result else {}
        return {"Payload": io.BytesIO(json.dumps(result).encode()), **failed}

    client = Mock(invoke=invoke)
    selftest(Mock(collector="c", renderer="r", client=lambda _: client))


def test_both_functions_are_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """And what they did is told."""
    run(READ, DRAWN)
    assert capsys.readouterr().out.splitlines() == [
        "selftest, source: it answers 5 (selftest)",
        "selftest, Chromium single: ok, 1.0 s",
        "selftest, free space in /tmp: 9 MB",
    ]


@pytest.mark.parametrize(
    ("collected", "drawn", "said"),
    [
        (BROKEN, DRAWN, "^no count can be read, .*: c failed: it broke$"),
        (READ, BROKEN, "^r failed: it broke$"),
        (BROKEN, BROKEN, "c failed: it broke; r failed: it broke$"),
        (READ, {"outcome": "published"}, "the selftest answered 'published'"),
        (READ, {**DRAWN, "flagsets": {"a": {"ok": False, "error": "e"}}}, "not draw"),
    ],
)
def test_each_that_fails_is_told(
    collected: dict[str, Any], drawn: dict[str, Any], said: str
) -> None:
    """One of them must not hide the other."""
    with pytest.raises(FailedError, match=said):
        run(collected, drawn)


def test_an_older_collector_stores_a_reading_instead(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Or finds that it is too late for this hour; either way it runs."""
    run({"outcome": "too-late", "key": None, "count": None}, DRAWN)
    assert "source: it answers None (too-late)" in capsys.readouterr().out
