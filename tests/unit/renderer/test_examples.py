"""The examples in docstrings: what they promise is what the functions return."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "renderer").rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_true(name: str) -> None:
    """A reader may take it at its word."""
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_examples_are_found() -> None:
    """Otherwise none would have been tried."""
    assert {"renderer.findings.clocks", "renderer.readings.format"} <= set(MODULES)
