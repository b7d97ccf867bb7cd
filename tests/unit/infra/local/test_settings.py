"""The settings of `make run`: what they mean and what is said about wrong ones."""

from dataclasses import replace
from pathlib import Path

import pytest

import collector.settings
import renderer.settings
from infra.errors import SettingsError
from infra.local.demo.samples import MADE_UP
from infra.local.settings import StackSettings

SECRET = "https://counter.example/api?key=s3cret"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give the least environment: an installed browser."""
    for name in ("chromium", "plotly.min.js"):
        (tmp_path / name).touch()
    return {
        "BROWSER_PATH": str(tmp_path / "chromium"),
        "PLOTLY_JS": str(tmp_path / "plotly.min.js"),
        "DATA": str(tmp_path / "data"),
    }


def test_without_settings_it_is_the_demonstration(env: dict[str, str]) -> None:
    """`make run` alone collects from the button page of our own."""
    settings = StackSettings.from_env(env)
    assert settings.sample is MADE_UP
    assert settings.renderer_env.items() >= MADE_UP.words.items()
    assert settings.time_zone == "Asia/Tokyo"
    assert settings.folder == Path(env["DATA"]) / "demonstration"
    assert not settings.once
    assert settings.fast_s is None
    assert (settings.listen, settings.port) == ("127.0.0.1", 8333)


def test_the_departures_are_shown_in_new_york_s_time(env: dict[str, str]) -> None:
    """Unless another zone, or another title, is given."""
    departures = {**env, "SAMPLE": "departures"}
    assert StackSettings.from_env(departures).time_zone == "America/New_York"
    given = StackSettings.from_env(
        {**departures, "TIME_ZONE": "Asia/Seoul", "TITLE": "t"}
    )
    assert given.time_zone == given.renderer_env["TIME_ZONE"] == "Asia/Seoul"
    assert given.renderer_env["TITLE"] == "t"
    # What is said of the sample would not fit another title.
    assert given.renderer_env.keys().isdisjoint({"TITLE_EN", "ABOUT_EN", "UNIT_EN"})


def test_a_counter_has_a_folder_of_its_own(env: dict[str, str]) -> None:
    """With COUNT_URL nothing is mixed with the demonstration's data."""
    settings = StackSettings.from_env({**env, "COUNT_URL": SECRET})
    assert settings.sample is None
    assert settings.renderer_env.keys().isdisjoint({"TITLE", "TIME_ZONE"})
    assert settings.counter == "nyanpass"
    assert settings.folder == Path(env["DATA"]) / "nyanpass"
    assert settings.collector_env["COUNT_URL"] == SECRET
    assert SECRET not in settings.renderer_env.values()
    assert "s3cret" not in repr(settings)


def test_each_function_is_given_what_it_reads_and_nothing_else(
    env: dict[str, str],
) -> None:
    """Its own settings, but for the buckets, which are those of this machine."""
    given = {"COUNT_URL": SECRET, "TIME_PATH": "", "CONTACT": "me", "TITLE": "t"}
    given |= {"DATA_BUCKET": "elsewhere", "SITE_BUCKET": "elsewhere", "HOME": "/"}
    settings = StackSettings.from_env({**env, **given})
    buckets = {"DATA_BUCKET": "data", "COUNTER": "nyanpass"}
    source = {name: given[name] for name in ("COUNT_URL", "TIME_PATH", "CONTACT")}
    assert settings.collector_env == {**source, **buckets}
    browser = {name: env[name] for name in ("BROWSER_PATH", "PLOTLY_JS")}
    site = {"TITLE": "t", "SITE_BUCKET": "site"}
    assert settings.renderer_env == {**browser, **site, **buckets}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"COUNT_URL": "counter.example/?key=s3cret"}, "COUNT_URL"),
        ({"COUNT_URL": "ftp://s3cret.example/"}, "COUNT_URL"),
        ({"COUNT_URL": "ssm:/s3cret"}, "COUNT_URL=ssm"),
        ({"COUNT_URL": SECRET, "COUNTER": "demonstration"}, "COUNTER"),
        ({"COUNT_URL": SECRET, "COUNTER": "../x"}, "COUNTER"),
        ({"COUNT_URL": SECRET, "FAST": "5"}, "FAST"),
        ({"COUNT_URL": SECRET, "SAMPLE": "button"}, "SAMPLE is for the demonst"),
        ({"SAMPLE": "planes"}, "SAMPLE=planes is not one of button, departures"),
        ({"COUNT_URL": SECRET, "COUNT_PATH": "a["}, "COUNT_PATH"),
        ({"FAST": "0.5"}, "FAST"),
        ({"FAST": "quick"}, "FAST"),
        ({"PORT": "99999"}, "PORT"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "1.5"}, "PORT=1.5 is not a whole number from 0 to 65535"),
        ({"LISTEN": "localhost"}, "LISTEN=localhost is no IP address"),
        ({"LISTEN": "127.0.0.1:80"}, "LISTEN"),
        ({"LISTEN": "255.255.255.255"}, "LISTEN=255.255.255.255 is no IP address"),
        ({"LISTEN": "224.0.0.1"}, "LISTEN=224.0.0.1 is no IP address"),
        ({"LISTEN": "ff02::1"}, "LISTEN=ff02::1 is no IP address"),
        ({"TIME_ZONE": "Tokyo/Asia"}, "TIME_ZONE"),
        ({"HOME_URL": "http://s3cret.example/"}, "HOME_URL is not https://HOST/"),
        ({"COUNT_URL": SECRET, "HOME_URL": SECRET}, "HOME_URL is COUNT_URL"),
        ({"COUNT_URL": SECRET, "CODE_URL": SECRET}, "CODE_URL is COUNT_URL"),
        ({"UNIT_EN": "presses of the button"}, "UNIT_EN 'presses of the button'"),
        ({"SITE_URL": "count.example"}, "SITE_URL"),
        ({"BROWSER_PATH": "/nowhere/chromium"}, "BROWSER_PATH"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    env: dict[str, str], wrong: dict[str, str], said: str
) -> None:
    """The error names the setting, is one line, and shows no address."""
    with pytest.raises(SettingsError, match=said) as caught:
        StackSettings.from_env({**env, **wrong})
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_site_s_address_is_its_own_unless_one_is_given(env: dict[str, str]) -> None:
    """Behind a server of the operator's own, visitors see another one."""
    assert "SITE_URL" not in StackSettings.from_env(env).renderer_env
    given = StackSettings.from_env({**env, "SITE_URL": "https://count.example/"})
    assert given.renderer_env["SITE_URL"] == "https://count.example/"


def test_once_is_off_when_empty_or_zero(env: dict[str, str]) -> None:
    """ONCE=0 and ONCE= mean the same as no ONCE."""
    for text, once in (("1", True), ("0", False), ("", False)):
        assert StackSettings.from_env({**env, "ONCE": text}).once is once


def test_empty_is_unset(env: dict[str, str]) -> None:
    """`make run COUNT_URL=` is the demonstration; three variables mean it, though."""
    names = {
        *collector.settings.VARIABLES,
        *renderer.settings.VARIABLES,
        *("ONCE", "FAST", "PORT", "LISTEN", "DRY", "SAMPLE", "FONTCONFIG_FILE"),
    } - env.keys()
    kept = collector.settings.MAY_BE_EMPTY
    assert kept == {"TIME_PATH", "THOUSANDS_SEPARATOR", "CONTACT"}
    empty = {**env, **dict.fromkeys(names, "")}
    found = StackSettings.from_env({**empty, **dict.fromkeys(kept, "")})
    unset = StackSettings.from_env(env)
    chosen = {**unset.collector_env, **dict.fromkeys(kept, "")}
    assert found == replace(unset, collector_env=chosen)
