"""Switches and numbers as the environment gives them."""

import pytest
import requests
from botocore.utils import get_environ_proxies

from infra.environment import is_on, keep_loopback_direct, read_number, read_whole
from infra.errors import SettingsError


@pytest.mark.parametrize(("text", "on"), [("1", True), ("0", False), ("", False)])
def test_a_switch_is_on_with_1_and_off_with_0_or_nothing(text: str, on: bool) -> None:
    """As ONCE of `make run`."""
    assert is_on({"DRY": text}, "DRY") is on


@pytest.mark.parametrize("text", ["no", "yes", "false", "2", " "])
def test_a_switch_takes_nothing_else(text: str) -> None:
    """What may mean either must not begin to delete something."""
    with pytest.raises(SettingsError, match=f"^WITH_DATA={text} is neither 0 nor 1$"):
        is_on({"WITH_DATA": text}, "WITH_DATA")
    assert not is_on({}, "DRY")


def test_a_number_has_its_limits_and_its_default() -> None:
    """Empty means not given; all else is named with what would be right."""
    assert read_number({"FAST": "4.5"}, "FAST", 0, 3.0, 3600) == 4.5
    for env in ({}, {"FAST": ""}):
        assert read_number(env, "FAST", 7, 3.0, 3600) == 7
    for text in ("-1", "3601", "quick", "nan", "inf"):
        with pytest.raises(SettingsError) as caught:
            read_number({"FAST": text}, "FAST", 0, 3.0, 3600)
        assert str(caught.value) == f"FAST={text} is not a number from 3 to 3600"


def test_a_whole_number_is_made_of_digits() -> None:
    """`PORT=1.5` was port 1 once."""
    assert read_whole({"PORT": "80"}, "PORT", 8333, 0, 65_535) == 80
    for env in ({}, {"PORT": ""}):
        assert read_whole(env, "PORT", 8333, 0, 65_535) == 8333
    for text in (
        "1.5",
        "-1",
        "65536",
        "http",
        "1e3",
        "8_333",
        "²",
        "９",
        " 80",
        "8" * 5000,
    ):
        with pytest.raises(SettingsError) as caught:
            read_whole({"PORT": text}, "PORT", 8333, 0, 65_535)
        said = f"PORT={text} is not a whole number from 0 to 65535"
        assert str(caught.value) == said


@pytest.mark.parametrize(
    "given", [{}, {"NO_PROXY": "intern.example"}, {"no_proxy": "", "NO_PROXY": "a.b"}]
)
def test_loopback_is_reached_without_a_proxy(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And all else as the machine's network wants it."""
    proxy = "http://proxy.example:3128"
    env = {"HTTP_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": "", **given}
    keep_loopback_direct(env)
    monkeypatch.delenv("no_proxy", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    for find in (get_environ_proxies, requests.utils.get_environ_proxies):
        for host in ("127.0.0.1:8333", "localhost:80", "127.0.0.1"):
            assert not find(f"http://{host}/")
        assert find("http://counter.example/")["http"] == proxy
        for host in filter(None, given.values()):
            assert not find(f"http://{host}/")
