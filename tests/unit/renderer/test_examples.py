"""The examples in docstrings: what they promise is what the functions return."""

import doctest
import importlib
import pkgutil

import pytest

import renderer

FOLDERS = ("renderer.findings.", "renderer.readings.")
MODULES = [
    module.name
    for module in pkgutil.walk_packages(renderer.__path__, "renderer.")
    if module.name.startswith(FOLDERS)
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_true(name: str) -> None:
    """A reader may take it at its word."""
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_there_are_examples_of_both_stages() -> None:
    """Otherwise nothing would have been tried."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for folder in FOLDERS:
        modules = (importlib.import_module(n) for n in MODULES if n.startswith(folder))
        found = [test for module in modules for test in finder.find(module)]
        assert sum(len(test.examples) for test in found) > 1, folder
