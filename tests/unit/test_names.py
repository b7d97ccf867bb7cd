"""The names of the code: in a package a word stands for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Each command has one, each function of AWS, and each module that logs.
EVERYWHERE = {"main", "handler", "logger"}


def test_no_package_has_two_functions_of_one_name() -> None:
    """Nor two classes, nor two types; what a module keeps to itself is its own."""
    places: dict[str, list[str]] = defaultdict(list)
    for package in ("collector", "renderer", "infra"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                for name in list_names(node):
                    if name[0] != "_" and name not in EVERYWHERE:
                        place = str(path.relative_to(ROOT / package))
                        places[f"{package}: {name}"].append(place)
    twice = {name: files for name, files in places.items() if len(files) > 1}
    assert not twice, f"give them names of their own: {twice}"


def list_names(node: ast.stmt) -> list[str]:
    """List what a statement of a module defines, but for constants."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    # A type that is another's name is written as one, `Note = dict[str, Any]`.
    targets = node.targets if isinstance(node, ast.Assign) else []
    names = [each.id for each in targets if isinstance(each, ast.Name)]
    return [name for name in names if not name.isupper()]
