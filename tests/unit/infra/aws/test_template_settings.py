"""Settings of the code, environment in the template, and tables in the README agree."""

import dataclasses
import re
from pathlib import Path

import pytest

import collector.settings
import renderer.settings
from infra.aws.template import load_template
from infra.operate.parameters import is_wrong
from tests.resolved import WITH_CDN, WITH_DOMAIN, properties
from tests.resolver import Resolver

README = (Path(__file__).resolve().parents[4] / "README.md").read_text("utf-8")
SITE = "nyanpass-count-site-123456789012-ap-northeast-1"
# The image brings these with it, so the template leaves them alone.
OF_THE_IMAGE = {"BROWSER_PATH", "PLOTLY_JS"}


def readme_table(title: str) -> dict[str, str]:
    """Read variable and default from the table under a heading."""
    section = README.split(f"### {title}\n\n")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", section, re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


@pytest.mark.parametrize(
    ("function", "title", "of_the_image"),
    [
        ("Collector", "Collector settings", set()),
        ("Renderer", "Renderer settings", OF_THE_IMAGE),
    ],
)
def test_the_template_sets_what_the_readme_lists(
    function: str, title: str, of_the_image: set[str]
) -> None:
    """Each variable, with the same default."""
    table = readme_table(title)
    environment = properties(function)["Environment"]["Variables"]
    lacking = table.keys() - of_the_image - environment.keys()
    assert not lacking, f"set {lacking} in {function}'s environment in the template"
    surplus = environment.keys() - table.keys()
    assert not surplus, f"give {surplus} a row in README under {title}"
    for name, default in table.items():
        if default not in {"required", "empty"}:
            assert environment[name] == default, name
        elif default == "empty":
            assert environment[name] == "", name


def test_the_collector_s_settings_are_the_readme_s() -> None:
    """Field for field."""
    fields = dataclasses.fields(collector.settings.Settings)
    names = {field.name.upper() for field in fields}
    differing = names ^ readme_table("Collector settings").keys()
    assert not differing, f"README's Collector settings and Settings: {differing}"


def test_the_renderer_s_settings_are_the_readme_s(tmp_path: Path) -> None:
    """Each variable reaches a field, and each default is the one of the code."""
    table = readme_table("Renderer settings")
    for name, variable in renderer.settings.VARIABLES.items():
        assert name in table, f"give {name} a row in README under Renderer settings"
        assert (variable.default is None) == (table[name] == "required"), name
    (tmp_path / "file").write_text("")
    paths = dict.fromkeys(OF_THE_IMAGE, str(tmp_path / "file"))
    given = {"DATA_BUCKET": "d", "SITE_BUCKET": "s", "SITE_URL": "http://s.example/"}
    settings = renderer.settings.Settings.from_env({**paths, **given})
    assert settings.counter == table["COUNTER"]
    assert settings.subject.title == table["TITLE"]
    assert settings.time_zone.key == table["TIME_ZONE"]
    assert settings.flagsets[0] == table["CHROME_FLAGSET"]


def test_the_functions_accept_the_template_s_environment(tmp_path: Path) -> None:
    """With nothing but the required parameters given."""
    environment = properties("Collector")["Environment"]["Variables"]
    assert collector.settings.Settings.from_env(environment).counter == "nyanpass"
    (tmp_path / "file").write_text("")
    paths = dict.fromkeys(OF_THE_IMAGE, str(tmp_path / "file"))
    environment = properties("Renderer")["Environment"]["Variables"]
    assert renderer.settings.Settings.from_env({**environment, **paths})


@pytest.mark.parametrize(
    ("parameters", "address"),
    [
        ({}, f"http://{SITE}.s3-website-ap-northeast-1.amazonaws.com/"),
        (WITH_CDN, "https://Distribution.DomainName/"),
        (WITH_DOMAIN, "https://count.example.org/"),
        ({**WITH_DOMAIN, **WITH_CDN}, "https://count.example.org/"),
    ],
    ids=["website", "cdn", "domain", "both"],
)
def test_the_renderer_knows_the_address_that_visitors_use(
    parameters: dict[str, str], address: str
) -> None:
    """The domain's, CloudFront's or the website's; also what deploy prints."""
    environment = properties("Renderer", **parameters)["Environment"]["Variables"]
    output = load_template()["Outputs"]["SiteUrl"]["Value"]
    assert environment["SITE_URL"] == address
    assert Resolver(load_template(), parameters).resolve(output) == address


def test_a_counter_s_name_means_the_same_everywhere() -> None:
    """Template, collector and renderer have one pattern."""
    pattern = load_template()["Parameters"]["Counter"]["AllowedPattern"]
    assert pattern == renderer.settings.COUNTER_NAME


def test_all_words_of_a_site_fit_into_the_function_s_environment() -> None:
    """Lambda takes 4 KB of it, and a Japanese character is three bytes.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    longest = {"Title": 100, "TitleEn": 100, "AboutJa": 200, "AboutEn": 200}
    longest |= {"UnitJa": 20, "UnitEn": 20}
    words = {name: "字" * number for name, number in longest.items()}
    links = dict.fromkeys(("HomeUrl", "CodeUrl"), "https://" + 292 * "x")
    definitions = load_template()["Parameters"]
    for name, value in (words | links).items():
        assert not is_wrong(definitions[name], value), name
        assert is_wrong(definitions[name], value + "x"), name
    environment = properties("Renderer", **words, **links)["Environment"]["Variables"]
    assert measure(environment) < 4096


def test_the_longest_address_fits_into_the_function_s_environment() -> None:
    """Lambda's refusal would show it."""
    longest = {
        "CountUrl": "https://" + 2000 * "x",
        **dict.fromkeys(("CountPath", "TimePath"), "字" * 200),
        "SourceUtcOffset": "A" + 63 * "x",
        "Contact": 200 * "x",
        "Counter": 63 * "x",
    }
    definitions = load_template()["Parameters"]
    for name, value in longest.items():
        assert not is_wrong(definitions[name], value), name
        assert is_wrong(definitions[name], value + "x"), name
    environment = properties("Collector", **longest)["Environment"]["Variables"]
    assert measure(environment) < 4096


def measure(environment: dict[str, str]) -> int:
    """Return the bytes of an environment, as Lambda counts them."""
    return sum(len(f"{name}{value}".encode()) for name, value in environment.items())
