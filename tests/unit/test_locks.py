"""The locks can be installed whatever is released after them."""

import re
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).resolve().parents[1] / "requirements.txt"
PIN = re.compile(r"^([a-z0-9-]+)(?:\[([a-z, -]+)\])?==", re.MULTILINE)


def test_a_package_is_pinned_with_the_extras_that_others_ask_for() -> None:
    """Else pip takes the newest version with them, and refuses it for its hash."""
    pinned = {
        name: set(re.split(", *", extras))
        for name, extras in PIN.findall(LOCK.read_text())
    }
    asked = [
        requirement
        for distribution in distributions()
        for requirement in map(Requirement, distribution.requires or [])
        if requirement.extras
        and (requirement.marker is None or requirement.marker.evaluate({"extra": ""}))
    ]
    assert "coverage" in {requirement.name for requirement in asked}
    for requirement in asked:
        assert requirement.extras <= pinned[canonicalize_name(requirement.name)]
