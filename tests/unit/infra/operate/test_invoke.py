"""What a function may answer."""

import io
from unittest.mock import Mock

import pytest

from infra.errors import FailedError
from infra.operate.invoke import invoke_function


def answer(payload: bytes, *, failed: bool = False) -> Mock:
    """Make a stack whose functions answer this."""
    error = {"FunctionError": "Unhandled"} if failed else {}
    result = {"Payload": io.BytesIO(payload), **error}
    return Mock(client=lambda _: Mock(invoke=Mock(return_value=result)))


def test_a_result_is_a_dict() -> None:
    """As both functions return it."""
    assert invoke_function(answer(b'{"a": 1}'), "f", {}) == {"a": 1}


@pytest.mark.parametrize("payload", [b"null", b"[]", b"5", b"", b"<p>"])
def test_what_is_no_result_is_one_line(payload: bytes) -> None:
    """Somebody put other code there."""
    with pytest.raises(FailedError, match="f answered what is no result"):
        invoke_function(answer(payload), "f", {})


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b'{"errorMessage": "a\\nb"}', "a b"),
        (b'{"errorMessage": ""}', "no message"),
        (b'"x"', "x"),
        (b"", "no message"),
    ],
)
def test_an_error_is_one_line(payload: bytes, said: str) -> None:
    """With the function's own words, where it has some."""
    with pytest.raises(FailedError, match=f"^f failed: {said}$"):
        invoke_function(answer(payload, failed=True), "f", {})
