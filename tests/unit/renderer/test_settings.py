"""The renderer's settings: everything wrong is said at once."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from renderer.errors import SettingsError
from renderer.settings import VARIABLES, Settings
from renderer.subject import Subject
from tests.unit.renderer.histories import HOUR, ZONES

REQUIRED = ("DATA_BUCKET", "SITE_BUCKET", "SITE_URL", "BROWSER_PATH", "PLOTLY_JS")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give the least that is needed."""
    browser, plotly_js = tmp_path / "chromium", tmp_path / "plotly.min.js"
    browser.write_text("")
    plotly_js.write_text("")
    return {
        "DATA_BUCKET": "data-1",
        "SITE_BUCKET": "site-1",
        "SITE_URL": "https://count.example/",
        "BROWSER_PATH": str(browser),
        "PLOTLY_JS": str(plotly_js),
    }


def test_five_variables_are_enough(env: dict[str, str]) -> None:
    """All others have a default that fits the counter this was made for."""
    settings = Settings.from_env(env)
    assert (settings.data_bucket, settings.site_bucket) == ("data-1", "site-1")
    assert settings.site_url == "https://count.example/"
    assert settings.counter == "nyanpass"
    assert settings.subject.title == "にゃんぱすーボタン"
    assert settings.time_zone.key == "Asia/Tokyo"
    assert (str(settings.browser), str(settings.plotly_js)) == (
        env["BROWSER_PATH"],
        env["PLOTLY_JS"],
    )
    assert settings.flagsets == ["single", "multi"]


def test_a_relative_path_is_that_of_this_folder(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The browser runs in another, and so may its own processes."""
    monkeypatch.chdir(tmp_path)
    relative = {"BROWSER_PATH": "chromium", "PLOTLY_JS": "plotly.min.js"}
    settings = Settings.from_env({**env, **relative})
    assert settings.browser == tmp_path / "chromium"
    assert settings.plotly_js == tmp_path / "plotly.min.js"


def test_every_variable_is_taken(env: dict[str, str]) -> None:
    """The first set of flags to try is chosen; the other one remains for the retry."""
    more = {
        "COUNTER": "departures-2013",
        "TITLE": "<b>出発</b>",
        "TITLE_EN": "Departures",
        "ABOUT_JA": " 「出発」の数　",
        "UNIT_EN": "flights",
        "HOME_URL": "https://count.example:8443/a?b=c&d='e'#f",
        "TIME_ZONE": "America/New_York",
        "CHROME_FLAGSET": "multi",
    }
    settings = Settings.from_env({**env, **more})
    assert settings.counter == "departures-2013"
    assert settings.subject == Subject(
        title="<b>出発</b>",
        titles={"en": "Departures"},
        abouts={"ja": "「出発」の数"},
        units={"en": "flights"},
        home_url="https://count.example:8443/a?b=c&d='e'#f",
    )
    assert settings.time_zone.key == "America/New_York"
    assert settings.flagsets == ["multi", "single"]


def test_a_name_of_blanks_is_none(env: dict[str, str]) -> None:
    """The page has the default one then."""
    given = Settings.from_env({**env, "TITLE": " \u3000"})
    assert given.subject == Settings.from_env(env).subject


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_is_named_with_what_to_do(
    env: dict[str, str], name: str, value: str | None
) -> None:
    """An empty one is a missing one."""
    del env[name]
    if value is not None:
        env[name] = value
    with pytest.raises(SettingsError, match=f"^{name} is not set: give the [^;]+$"):
        Settings.from_env(env)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COUNTER", "Nyan Pass"),
        ("COUNTER", "../other"),
        ("COUNTER", "-x"),
        ("COUNTER", "x" * 64),
        ("COUNTER", "nyanpass\n"),
        ("SITE_URL", "count.example/"),
        ("SITE_URL", "ftp://count.example/"),
        ("SITE_URL", "https://count.example"),
        ("SITE_URL", "https://count.example/site"),
        ("SITE_URL", "https:///"),
        ("SITE_URL", "https://user@count.example/"),
        ("SITE_URL", "https://count.example/?page=/"),
        ("SITE_URL", "https://count.example/#/"),
        ("SITE_URL", "https://count.example/a//"),
        ("SITE_URL", "https://count.example/\n/"),
        ("SITE_URL", 'https://count.example/">/'),
        ("TITLE", "a\nb"),
        ("TITLE", "x" * 101),
        ("TITLE_EN", "x" * 101),
        ("TITLE_EN", "a\0b"),
        ("ABOUT_JA", "一\n二"),
        ("ABOUT_EN", "a\u2028b"),
        ("ABOUT_EN", "x" * 201),
        ("UNIT_JA", "\udcff"),
        ("UNIT_EN", "x" * 21),
        ("BROWSER_PATH", "/nowhere/chromium"),
        ("BROWSER_PATH", "/"),
        ("PLOTLY_JS", "/nowhere/plotly.min.js"),
        ("CHROME_FLAGSET", "double"),
        ("CHROME_FLAGSET", "Single"),
        ("TIME_ZONE", "Mars/Base"),
        ("TIME_ZONE", "asia/tokyo"),
        ("TIME_ZONE", "JST-9"),
        ("TIME_ZONE", "+09:00"),
        ("TIME_ZONE", "Asia"),
        ("TIME_ZONE", "localtime"),
        ("TIME_ZONE", "posixrules"),
        ("TIME_ZONE", "posix/Asia/Tokyo"),
        ("TIME_ZONE", "right/Asia/Tokyo"),
        ("TIME_ZONE", "../etc/passwd"),
        ("TIME_ZONE", "/etc/passwd"),
        ("TIME_ZONE", "zone.tab"),
        ("TIME_ZONE", "x" * 300),
        ("TIME_ZONE", "アジア/東京"),
    ],
)
def test_a_wrong_value_is_named(env: dict[str, str], name: str, value: str) -> None:
    """By one SettingsError in one line, whatever the library below it raises."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**env, name: value})
    assert str(caught.value).startswith(f"{name} {value!r} is no")
    assert "\n" not in str(caught.value)
    assert ";" not in str(caught.value)


@pytest.mark.parametrize("name", ["HOME_URL", "CODE_URL"])
@pytest.mark.parametrize(
    "value",
    [
        "http://s3cret.example/",
        "javascript:s3cret()",
        "//s3cret.example/",
        "https://",
        "https://s3cret@count.example/",
        "https://count.example/s3cret page",
        'https://count.example/"><b>s3cret',
        "https://count.example/s3cret\n",
        "https://s3cret.example/ボタン",
        f"https://s3cret.example/{300 * 'x'}",
    ],
)
def test_a_link_is_https_and_a_wrong_one_is_not_shown(
    env: dict[str, str], name: str, value: str
) -> None:
    """Somebody could have given the source's address, with its key, by mistake."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**env, name: value})
    assert str(caught.value) == (
        f"{name} is not https://HOST/..., of up to 300 characters of ASCII"
    )


def test_all_problems_come_in_one_line() -> None:
    """Nobody has to deploy it seven times to find seven mistakes."""
    env = {
        "BROWSER_PATH": "/nowhere",
        "COUNTER": "?",
        "CHROME_FLAGSET": "?",
        "TIME_ZONE": "?",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)
    named = [problem.split()[0] for problem in str(caught.value).split("; ")]
    assert sorted(named) == sorted({*env, *REQUIRED})


@pytest.mark.parametrize(
    "zone", ["Asia/Kolkata", "Australia/Adelaide", "Australia/Lord_Howe"]
)
def test_a_zone_with_half_hours_is_refused(env: dict[str, str], zone: str) -> None:
    """No day of it could be complete; Lord Howe has them in winter only."""
    with pytest.raises(SettingsError, match="is not whole hours from UTC"):
        Settings.from_env({**env, "TIME_ZONE": zone})


def test_zones_are_taken_that_are_whole_hours_from_utc_all_the_time() -> None:
    """For years before and after today; a new database or year may say otherwise."""
    today = datetime.now(UTC)
    days = [today + timedelta(days=day) for day in range(-3 * 365, 5 * 365)]
    taken = {name for name in available_timezones() if is_taken(name)}
    assert {zone.key for zone in ZONES} < taken
    assert taken == {
        name for name in available_timezones() if is_whole(ZoneInfo(name), days)
    }


def is_whole(zone: ZoneInfo, instants: Iterable[datetime]) -> bool:
    """Say whether a zone is whole hours from UTC at each of many instants."""
    offsets = {instant.astimezone(zone).utcoffset() for instant in instants}
    return not any(offset is None or offset % HOUR for offset in offsets)


def is_taken(zone: str) -> bool:
    """Say whether a zone passes its check, without all that settings take else."""
    try:
        VARIABLES["TIME_ZONE"].check(zone)
    except ValueError:
        return False
    return True


def test_the_code_version_changes_with_the_browser(env: dict[str, str]) -> None:
    """Another pinned browser draws other pictures: all have to be drawn again."""
    before = Settings.from_env(env).code
    assert re.fullmatch("[0-9a-f]{16}", before)
    stamp = Path(env["BROWSER_PATH"]).with_name("installed")
    stamp.write_text("another")
    after = Settings.from_env(env).code
    assert after != before
    stamp.unlink()
    assert Settings.from_env(env).code == before
