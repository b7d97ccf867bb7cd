"""The settings: everything wrong is said at once, and nothing secret is said."""

import subprocess
import sys
import traceback
from dataclasses import fields
from datetime import timedelta

import pytest

from collector.errors import SettingsError
from collector.settings import Settings

GOOD = {"DATA_BUCKET": "data-1", "COUNT_URL": "https://counter.example/api?key=s3cret"}


def test_two_variables_are_enough() -> None:
    """All others have a default that fits the counter this was made for."""
    settings = Settings.from_env(GOOD)
    assert settings.data_bucket == "data-1"
    assert settings.counter == "nyanpass"
    assert (settings.count_path, settings.time_path) == ("count", "time")
    assert settings.source_utc_offset.utcoffset(None) == timedelta(hours=9)
    assert (settings.thousands_separator, settings.contact) == ("", "")


def test_the_address_may_be_in_a_parameter() -> None:
    """Then the variable says only its name."""
    settings = Settings.from_env({**GOOD, "COUNT_URL": "ssm:/nyanpass/count-url"})
    assert settings.count_parameter == "/nyanpass/count-url"
    assert Settings.from_env(GOOD).count_parameter is None


def test_all_problems_come_in_one_line() -> None:
    """Nobody has to start it three times to find three mistakes."""
    env = {"COUNTER": "Nyan Pass", "COUNT_PATH": "a..b", "SOURCE_UTC_OFFSET": "JST"}
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)
    message = str(caught.value)
    assert "\n" not in message
    for name in ("DATA_BUCKET is missing", "COUNT_URL is missing", *env):
        assert name in message
    assert message.count("set it to") == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_BUCKET", "No_Bucket"),
        ("DATA_BUCKET", ""),
        ("COUNTER", "../x"),
        ("COUNTER", "x" * 64),
        ("COUNT_URL", "file:///etc/passwd"),
        ("COUNT_URL", "https://"),
        ("COUNT_URL", "counter.example/api"),
        ("COUNT_URL", "https://counter.example:99999/"),
        ("COUNT_URL", "https://counter.example:0/"),
        ("COUNT_URL", "https://[counter.example/"),
        ("COUNT_URL", "https://counter.example/a b"),
        ("COUNT_URL", "https://counter.example/a\n"),
        ("COUNT_URL", "ssm:name"),
        ("COUNT_URL", "ssm:/"),
        ("COUNT_URL", "ssm:/a//b"),
        ("COUNT_URL", "ssm:/a b"),
        ("COUNT_URL", "ssm://a:b@counter.example/"),
        ("COUNT_PATH", "count["),
        ("TIME_PATH", "["),
        ("SOURCE_UTC_OFFSET", "+9"),
        ("SOURCE_UTC_OFFSET", "+24:00"),
        ("SOURCE_UTC_OFFSET", "+0９:00"),
        ("SOURCE_UTC_OFFSET", "europe/berlin"),
        ("SOURCE_UTC_OFFSET", "localtime"),
        ("SOURCE_UTC_OFFSET", "posix/Asia/Tokyo"),
        ("SOURCE_UTC_OFFSET", "../zoneinfo/Asia/Tokyo"),
        ("SOURCE_UTC_OFFSET", "Europe/Berlin\n"),
        ("THOUSANDS_SEPARATOR", ",,"),
        ("THOUSANDS_SEPARATOR", "0"),
        ("THOUSANDS_SEPARATOR", "-"),
        ("CONTACT", "ops@example.org\r\nX-Evil: 1"),
        ("CONTACT", "運用"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(name: str, value: str) -> None:
    """The message has the variable's name and says what is wanted instead."""
    with pytest.raises(SettingsError, match=rf"settings: {name} .*set it to [^;]+$"):
        Settings.from_env({**GOOD, name: value})


@pytest.mark.parametrize(
    "url",
    ["ftp://hidden.example/s3cret", "https://[hidden.example/", "https://hidden:x/"],
)
def test_a_wrong_address_shows_nowhere(url: str) -> None:
    """Lambda prints the whole traceback; the address is in no part of it."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**GOOD, "COUNT_URL": url})
    printed = "".join(traceback.format_exception(caught.value))
    assert "hidden" not in printed
    assert "s3cret" not in printed


def test_the_address_is_not_in_the_repr() -> None:
    """Settings may be logged."""
    assert "counter.example" not in repr(Settings.from_env(GOOD))


@pytest.mark.parametrize(
    ("text", "hours"), [("-03:30", -3.5), ("+00:00", 0), ("+14:00", 14)]
)
def test_an_offset_has_a_sign(text: str, hours: float) -> None:
    """West of Greenwich is negative, minutes included."""
    settings = Settings.from_env({**GOOD, "SOURCE_UTC_OFFSET": text})
    assert settings.source_utc_offset.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia"])
def test_the_offset_may_be_a_zone(name: str) -> None:
    """One that the pinned database knows, so that every machine knows it alike."""
    settings = Settings.from_env({**GOOD, "SOURCE_UTC_OFFSET": name})
    assert str(settings.source_utc_offset) == name


def test_an_offset_needs_no_database_of_zones() -> None:
    """Most starts have none to wait for."""
    code = (
        "import sys, collector.handler as h;"
        f"h.Settings.from_env({GOOD!r}); assert 'zoneinfo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_empty_is_the_default_or_says_none() -> None:
    """An empty name of a counter is a missing one; an empty TIME_PATH is a choice."""
    settings = Settings.from_env({**GOOD, "COUNTER": "", "TIME_PATH": ""})
    assert settings.counter == "nyanpass"
    assert settings.time_path == ""


def test_every_field_is_the_variable_of_that_name() -> None:
    """What the README and the template list can be compared with the fields."""
    for field in fields(Settings):
        with pytest.raises(SettingsError, match=f"^settings: {field.name.upper()} "):
            Settings.from_env({**GOOD, field.name.upper(): "\0"})
