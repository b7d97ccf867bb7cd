"""The template's parameters, as the environment gives them."""

from importlib import resources

import pytest

from infra.aws.template import load_template
from infra.errors import SettingsError
from infra.operate import parameters
from infra.operate.parameters import choose_parameters, is_wrong, name_variable
from tests.resolved import PARAMETERS, properties

DEFINITIONS = load_template()["Parameters"]


def test_a_parameter_has_the_name_of_the_variable_that_it_sets() -> None:
    """So that one name stands in README, template and on the command line."""
    names = {name_variable(name) for name in DEFINITIONS}
    for function in ("Collector", "Renderer"):
        environment = properties(function)["Environment"]["Variables"]
        made = {"DATA_BUCKET", "SITE_BUCKET", "SITE_URL"}
        assert environment.keys() - made <= names
    assert name_variable("SourceUtcOffset") == "SOURCE_UTC_OFFSET"


def test_what_is_not_given_stays_as_it_was() -> None:
    """On an update; on a creation the template's defaults hold."""
    given = {name_variable(name): value for name, value in PARAMETERS.items()}
    made = choose_parameters(DEFINITIONS, given)
    assert {each["ParameterKey"]: each["ParameterValue"] for each in made} == PARAMETERS
    kept = choose_parameters(DEFINITIONS, {"TITLE": "t"}, DEFINITIONS)
    changed = [each for each in kept if "ParameterValue" in each]
    assert changed == [{"ParameterKey": "Title", "ParameterValue": "t"}]
    assert all(each.get("UsePreviousValue") for each in kept if each not in changed)


def test_a_parameter_that_is_new_in_the_template_gets_its_default() -> None:
    """CloudFormation keeps no value of a parameter that the stack does not have."""
    new = {"Title", "AlarmEmail"}
    with pytest.raises(SettingsError, match=r"^ALARM_EMAIL is missing: [^;]*$"):
        choose_parameters(DEFINITIONS, {}, DEFINITIONS.keys() - new)
    env = {"ALARM_EMAIL": PARAMETERS["AlarmEmail"]}
    found = choose_parameters(DEFINITIONS, env, DEFINITIONS.keys() - new)
    given = [each for each in found if not each.get("UsePreviousValue")]
    assert [each["ParameterKey"] for each in given] == ["AlarmEmail"]
    assert "Title" not in {each["ParameterKey"] for each in found}


def test_a_wrong_value_is_never_shown() -> None:
    """The source's address may hold a key."""
    env = {"COUNT_URL": "ftp://secret", "LOG_RETENTION": "8", "TITLE": "t" * 101}
    with pytest.raises(SettingsError) as caught:
        choose_parameters(DEFINITIONS, env, DEFINITIONS)
    text = str(caught.value)
    assert "secret" not in text
    assert "COUNT_URL has to be an http or https address of up to 2,000 char" in text
    assert "LOG_RETENTION has to be one of 7, 14" in text
    assert "TITLE has to be up to 100 characters on one line" in text


def test_empty_is_not_given_but_where_it_is_an_answer() -> None:
    """`COUNT_URL=` keeps the address; `DOMAIN_NAME=` takes the domain off."""
    empty = {name_variable(name): "" for name in DEFINITIONS}
    kept = choose_parameters(DEFINITIONS, empty, DEFINITIONS)
    given = {each["ParameterKey"] for each in kept if "ParameterValue" in each}
    assert given == {
        *("TimePath", "ThousandsSeparator", "Contact"),
        *("ReservedConcurrency", "DomainName", "CertificateArn", "MonthlyBudget"),
        *("WebAclArn", "TitleEn", "AboutJa", "AboutEn", "UnitJa", "UnitEn"),
        *("HomeUrl", "CodeUrl"),
    }
    with pytest.raises(SettingsError) as caught:
        choose_parameters(DEFINITIONS, empty)
    missing = [name for name in empty if f"{name} is missing" in str(caught.value)]
    required = [name for name in DEFINITIONS if "Default" not in DEFINITIONS[name]]
    assert missing == [name_variable(name) for name in required]


def test_an_empty_image_is_the_one_pushed_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that is given is taken."""
    pushed = {"collector": "pushed", "renderer": "pushed"}
    monkeypatch.setattr(parameters, "read_digests", lambda: pushed)
    env = {"COLLECTOR_IMAGE": "", "RENDERER_IMAGE": "mine", "TITLE": "t"}
    found = parameters.add_images(env)
    assert found == {**env, "COLLECTOR_IMAGE": "pushed"}


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [
        ("SOURCE_UTC_OFFSET", "Europe/Nowhere", "a zone such as Europe/Berlin"),
        ("TIME_ZONE", "Asia/Nowhere", "the name of a time zone"),
        ("COUNT_PATH", "count[", "a JMESPath expression"),
        ("COUNT_PATH", 3000 * "(", "a JMESPath expression"),
        ("THOUSANDS_SEPARATOR", "x", "a comma, a point"),
        ("COUNT_URL", f"https://e.example/{5000 * 'x'}", "an http or https address"),
        ("TITLE", "\udcff", "up to 100 characters on one line"),
        ("RENDERER_MEMORY", "\uff12\uff10\uff14\uff18", "a number from 1024"),
        ("TIME_PATH", "[", "empty, or a JMESPath expression"),
        ("HOME_URL", "http://e.example/", "empty, or https://HOST/"),
        ("HOME_URL", "https://me@e.example/", "empty, or https://HOST/"),
        ("ABOUT_EN", "one\ntwo", "up to 200 characters on one line"),
    ],
)
def test_what_a_function_would_refuse_is_not_deployed(
    variable: str, value: str, wanted: str
) -> None:
    """It looks right to CloudFormation, and every run would fail."""
    with pytest.raises(SettingsError, match=f"{variable} has to be .*{wanted}"):
        choose_parameters(DEFINITIONS, {variable: value}, DEFINITIONS)


def test_an_offset_may_be_any_zone_of_the_database() -> None:
    """The template's pattern keeps none out."""
    zones = resources.files("tzdata").joinpath("zones").read_text("ascii").split()
    assert len(zones) > 500
    for zone in ("+09:00", "-03:30", *zones):
        assert not is_wrong(DEFINITIONS["SourceUtcOffset"], zone), zone
    for wrong in ("+24:00", "+9", "9", "Europe/Berlin ", "../Berlin", ""):
        assert is_wrong(DEFINITIONS["SourceUtcOffset"], wrong), wrong
