"""The template's parameters, as the environment gives them."""

import pytest

from infra.aws.template import load_template
from infra.errors import SettingsError
from infra.operate.parameters import choose_parameters, name_variable
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
    made = choose_parameters(DEFINITIONS, given, present=False)
    assert {each["ParameterKey"]: each["ParameterValue"] for each in made} == PARAMETERS
    kept = choose_parameters(DEFINITIONS, {"TITLE": "t"}, present=True)
    changed = [each for each in kept if "ParameterValue" in each]
    assert changed == [{"ParameterKey": "Title", "ParameterValue": "t"}]
    assert all(each.get("UsePreviousValue") for each in kept if each not in changed)


def test_a_wrong_value_is_never_shown() -> None:
    """The source's address may hold a key."""
    env = {"COUNT_URL": "ftp://secret", "LOG_RETENTION": "8", "TITLE": ""}
    with pytest.raises(SettingsError) as caught:
        choose_parameters(DEFINITIONS, env, present=True)
    text = str(caught.value)
    assert "secret" not in text
    assert "COUNT_URL is not an http or https address" in text
    assert "LOG_RETENTION is not one of 7, 14" in text
    assert "TITLE is not of an allowed length" in text
