"""The names of the code: in a package a word stands for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Each command has one, and each function of AWS.
EVERYWHERE = {"main", "handler"}


def test_no_package_has_two_functions_of_one_name() -> None:
    """Nor two classes; what a module keeps to itself is its own."""
    places: dict[str, list[str]] = defaultdict(list)
    for package in ("collector", "renderer", "infra"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    name = f"{path.parent.relative_to(ROOT)}: {node.name}"
                    if node.name[0] != "_" and node.name not in EVERYWHERE:
                        places[name].append(path.name)
    twice = {name: files for name, files in places.items() if len(files) > 1}
    assert not twice, f"give them names of their own: {twice}"
