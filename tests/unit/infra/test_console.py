"""What is asked at the console before something is destroyed."""

import pytest

from infra.console import confirm
from infra.errors import SettingsError


def test_a_confirmation_takes_the_very_word() -> None:
    """And nothing is asked where nobody could answer."""
    confirm({"YES": "stack"}, "this deletes", "stack")
    for env, said in (
        ({"YES": "y"}, r"^not confirmed \(y is not stack\): nothing is done$"),
        ({"YES": ""}, "^this deletes; to confirm, give YES=stack$"),
        ({}, "^this deletes; to confirm, give YES=stack$"),
    ):
        with pytest.raises(SettingsError, match=said):
            confirm(env, "this deletes", "stack")
