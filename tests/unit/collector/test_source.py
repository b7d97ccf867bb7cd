"""The edge to requests: every one of its exceptions has a place, and none gets out."""

import ast
import inspect
from pathlib import Path

import pytest
import requests

from collector import source
from collector.errors import CollectorError, RefusedError, UnavailableError

EXCEPTIONS = [
    kind
    for _, kind in inspect.getmembers(requests.exceptions, inspect.isclass)
    if issubclass(kind, requests.RequestException)
    and kind is not requests.RequestException
]


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_every_exception_of_requests_has_been_thought_of(kind: type[Exception]) -> None:
    """A new version with a new one fails here, not at night."""
    assert issubclass(kind, source._PERMANENT + source._TRANSIENT)


@pytest.mark.parametrize("kind", [*EXCEPTIONS, UnicodeError, RuntimeError])
def test_no_text_of_an_exception_gets_through(kind: type[Exception]) -> None:
    """Only its type is named, since the text may hold the address."""
    error = kind.__new__(kind)
    error.args = ("https://counter.example/?key=s3cret",)
    translated = source._translate(error)
    assert isinstance(translated, CollectorError)
    assert "counter.example" not in str(translated)
    assert kind.__name__ in str(translated)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (requests.exceptions.ConnectTimeout, UnavailableError),
        (requests.exceptions.ReadTimeout, UnavailableError),
        (requests.exceptions.ConnectionError, UnavailableError),
        (requests.exceptions.ProxyError, UnavailableError),
        (requests.exceptions.ChunkedEncodingError, UnavailableError),
        (requests.exceptions.SSLError, RefusedError),
        (requests.exceptions.InvalidURL, RefusedError),
        (requests.exceptions.ContentDecodingError, RefusedError),
    ],
)
def test_only_what_time_may_heal_is_tried_again(
    kind: type[requests.RequestException], expected: type[CollectorError]
) -> None:
    """A certificate that does not verify will not verify in five seconds."""
    assert type(source._translate(kind())) is expected


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("application/json; charset=utf-8", "utf-8"),
        ('text/plain;Charset="Shift_JIS"; q=1', "Shift_JIS"),
        ("application/json; charset=utf-8, application/json; charset=utf-8", "utf-8"),
        ("application/json", ""),
        ("text/plain; x-charset=utf-16", ""),
        ("text/plain; charset=", ""),
        ("", ""),
    ],
)
def test_the_charset_is_the_one_that_the_header_declares(
    header: str, charset: str
) -> None:
    """None is made up for texts without one."""
    assert source._find_charset(header) == charset


def imports_of(path: Path) -> set[str]:
    """List the top-level packages that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_each_edge_of_the_package_is_in_one_module() -> None:
    """requests in source; the environment, the clients and the dice in handler."""
    modules = sorted(Path(source.__file__).parent.glob("*.py"))
    assert len(modules) > 5
    used = {path.stem: imports_of(path) for path in modules}
    for package, home in {
        "requests": "source",
        "boto3": "handler",
        "os": "handler",
        "sys": "handler",
        "time": "handler",
        "random": "handler",
    }.items():
        assert [name for name in used if package in used[name]] == [home]
    assert not {"renderer", "infra", "polars"} & set().union(*used.values())
