"""The template's parameters, as the environment gives them: CountUrl by COUNT_URL."""

import re
from collections.abc import Container, Mapping
from typing import Any

import collector.settings
import renderer.settings
from infra.errors import SettingsError
from infra.images.build import FUNCTIONS
from infra.images.digests import read_digests

# In bytes. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LONGEST = 4096
# What the functions themselves take: a pattern knows no zone and no expression.
CHECKS = {
    name: variable.check
    for settings in (renderer.settings, collector.settings)
    for name, variable in settings.VARIABLES.items()
}


def name_variable(parameter: str) -> str:
    """Return the variable that sets a parameter.

    `name_variable("SourceUtcOffset")` is `SOURCE_UTC_OFFSET`.
    """
    return re.sub(r"(?<=.)([A-Z])", r"_\1", parameter).upper()


def add_images(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the images pushed last, unless it names others."""
    images = read_digests()
    named = {
        f"{name.upper()}_IMAGE": images[name] for name in FUNCTIONS if name in images
    }
    return {**env, **{name: env.get(name) or image for name, image in named.items()}}


def choose_parameters(
    definitions: Mapping[str, Mapping[str, Any]],
    env: Mapping[str, str],
    earlier: Container[str] = (),
) -> list[dict[str, Any]]:
    """Return the parameters for CloudFormation; what is not given stays as it is.

    definitions: the template's. earlier: the names of the parameters that the stack
    has, whose values can stay; CloudFormation refuses to keep any other's. Raises one
    SettingsError that names everything missing or wrong.
    """
    found: list[dict[str, Any]] = []
    problems = []
    for name, definition in definitions.items():
        variable = name_variable(name)
        value = env.get(variable)
        # Empty is not given, but where the template takes it for an answer.
        if value is None or (value == "" and is_wrong(definition, value)):
            if name in earlier:
                found.append({"ParameterKey": name, "UsePreviousValue": True})
            elif "Default" not in definition:
                problems.append(f"{variable} is missing: {definition['Description']}")
        elif is_wrong(definition, value) or is_refused(variable, value):
            problems.append(f"{variable} has to be {describe_wanted(definition)}")
        else:
            found.append({"ParameterKey": name, "ParameterValue": value})
    if problems:
        raise SettingsError("; ".join(problems))
    return found


def is_wrong(definition: Mapping[str, Any], value: str) -> bool:
    """Say whether a value breaks the rules that the template has for it.

    Or CloudFormation's own, which would show the value in its refusal.
    """
    if len(value.encode("utf-8", "replace")) > LONGEST or not is_text(value):
        return True
    if "AllowedPattern" in definition:
        return re.fullmatch(definition["AllowedPattern"], value) is None
    if "AllowedValues" in definition:
        return value not in map(str, definition["AllowedValues"])
    if definition["Type"] == "Number":
        low, high = definition["MinValue"], definition["MaxValue"]
        is_number = value.isascii() and value.isdecimal()
        return not (is_number and low <= int(value) <= high)
    longest = definition.get("MaxLength", LONGEST)
    return not definition.get("MinLength", 0) <= len(value) <= longest


def is_text(value: str) -> bool:
    """Say whether a value was given in UTF-8; other bytes are surrogates by now."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def is_refused(variable: str, value: str) -> bool:
    """Say whether the function that is given a value would refuse it.

    `is_refused("SOURCE_UTC_OFFSET", "Europe/Nowhere")` is true.
    """
    try:
        CHECKS.get(variable, str)(value)
    except ValueError:
        return True
    return False


def describe_wanted(definition: Mapping[str, Any]) -> str:
    """Describe a good value. The given one is never shown: it may be secret."""
    if "ConstraintDescription" in definition:
        return str(definition["ConstraintDescription"])
    if "AllowedValues" in definition:
        return "one of " + ", ".join(map(str, definition["AllowedValues"]))
    if definition["Type"] == "Number":
        return f"a number from {definition['MinValue']} to {definition['MaxValue']}"
    return "of an allowed length"
