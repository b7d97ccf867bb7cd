"""Switches and numbers as the environment gives them."""

import pytest

from infra.environment import is_on, read_number
from infra.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "on"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_a_switch_is_on_unless_it_is_empty_or_0(text: str, on: bool) -> None:
    """As ONCE of `make run`."""
    assert is_on({"DRY": text}, "DRY") is on
    assert not is_on({}, "DRY")


def test_a_number_has_its_limits_and_its_default() -> None:
    """Empty means not given; all else is named with what would be right."""
    assert read_number({"PORT": "80"}, "PORT", 8333, 0, 65_535) == 80
    for env in ({}, {"PORT": ""}):
        assert read_number(env, "PORT", 8333, 0, 65_535) == 8333
    for text in ("-1", "65536", "http", "nan", "inf"):
        with pytest.raises(SettingsError, match=f"PORT={text} is not a number from 0"):
            read_number({"PORT": text}, "PORT", 8333, 0, 65_535)
