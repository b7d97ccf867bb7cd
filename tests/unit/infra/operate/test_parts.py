"""The pure parts of the operator's commands."""

from typing import Any

import pytest

from infra.aws.stacks import list_losses
from infra.aws.template import load_template
from infra.console import confirm
from infra.environment import is_on
from infra.errors import SettingsError
from infra.operate.cost import ALARMS, METRICS, Usage, estimate_month
from infra.operate.logs import NOISE
from infra.operate.parameters import choose_parameters, name_variable
from infra.operate.stack import make_website_url
from infra.operate.usage import MEMORY_MB
from tests.resolved import PARAMETERS, of_type, properties
from tests.resolver import PSEUDO

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


def test_only_removed_and_replaced_resources_are_losses() -> None:
    """These are confirmed by name before they go."""
    changes: list[dict[str, Any]] = [
        {"LogicalResourceId": "A", "Action": "Add"},
        {"LogicalResourceId": "B", "Action": "Modify", "Replacement": "False"},
        {"LogicalResourceId": "C", "Action": "Modify", "Replacement": "True"},
        {"LogicalResourceId": "D", "Action": "Modify", "Replacement": "Conditional"},
        {"LogicalResourceId": "E", "Action": "Remove"},
    ]
    assert list_losses(changes) == ["C", "D", "E"]


def test_a_confirmation_takes_the_very_word() -> None:
    """And nothing is asked where nobody could answer."""
    confirm({"YES": "stack"}, "this deletes", "stack")
    for env in ({"YES": "y"}, {"YES": ""}, {}):
        with pytest.raises(SettingsError):
            confirm(env, "this deletes", "stack")


@pytest.mark.parametrize(
    ("text", "on"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_a_switch_is_on_unless_it_is_empty_or_0(text: str, on: bool) -> None:
    """As ONCE of `make run`."""
    assert is_on({"DRY": text}, "DRY") is on
    assert not is_on({}, "DRY")


def test_the_cost_follows_the_measured_durations() -> None:
    """Twice the time is twice the price of the function."""
    one = estimate_month([Usage("renderer", 2048, 2.0)])
    two = estimate_month([Usage("renderer", 2048, 4.0)])
    assert two["renderer"] == pytest.approx(2 * one["renderer"], rel=0.01)
    assert 0.01 < one["renderer"] < 0.1
    assert sum(one.values()) < 1.0


def test_one_machine_s_cost_is_of_the_template_s_memory() -> None:
    """The emulator reports no other."""
    for name, memory_mb in MEMORY_MB.items():
        assert properties(name.title())["MemorySize"] == memory_mb


def test_the_cost_counts_what_the_template_makes() -> None:
    """The alarms, and the metrics that the dashboard and they use."""
    assert len(of_type("AWS::CloudWatch::Alarm")) == ALARMS
    shown = str([properties("Dashboard"), of_type("AWS::CloudWatch::Alarm")])
    ours = ("HourStored", "HourConflict", "Count", "Published", "Readings")
    more = ("BrokenReadings", "DrawingRetried", "TmpFreeMB", "AgeSeconds")
    assert len([name for name in (*ours, *more) if name in shown]) == METRICS


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("ap-northeast-1", "http://b.s3-website-ap-northeast-1.amazonaws.com/"),
        ("eu-central-1", "http://b.s3-website.eu-central-1.amazonaws.com/"),
    ],
)
def test_a_website_s_address_has_its_region_s_separator(
    region: str, address: str
) -> None:
    """Old regions have a dash, newer ones a point."""
    assert make_website_url("b", region) == address
    assert PSEUDO["AWS::Region"] == "ap-northeast-1"


@pytest.mark.parametrize(
    ("line", "noise"),
    [
        ("START RequestId: 1 Version: $LATEST", True),
        ("END RequestId: 1", True),
        ('{"_aws": {}}', True),
        ("REPORT RequestId: 1 Duration: 2 ms", False),
        ("[ERROR] it failed: START again", False),
        ("[INFO]\t2026-11-23T22:00:03Z\tid\toutcome=stored", False),
    ],
)
def test_only_lines_that_say_nothing_are_left_out(line: str, noise: bool) -> None:
    """Reports stay: they tell the duration and the memory."""
    assert bool(NOISE.search(line)) is noise
