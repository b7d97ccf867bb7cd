"""The alarms and the dashboard, held against what the code really emits."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.metrics import format_metrics as collector_line
from infra.aws.template import load_template
from renderer.metrics import format_metrics as renderer_line
from renderer.metrics import make_metrics
from tests.resolved import of_type, properties

ROOT = Path(__file__).resolve().parents[4]
NOW = datetime(2026, 11, 23, 22, 0, 9, tzinfo=UTC)
NAMES = {"collector": "nyanpass-count-collector", "renderer": "nyanpass-count-renderer"}
# What AWS itself measures: namespace -> its dimension and the metrics used here.
OF_AWS = {
    "AWS/Lambda": (
        "FunctionName",
        {"Errors", "Duration", "DestinationDeliveryFailures"},
    ),
    "AWS/SQS": ("QueueName", {"ApproximateNumberOfMessagesVisible"}),
}


def alarms() -> dict[str, dict[str, Any]]:
    """Give all alarms."""
    return of_type("AWS::CloudWatch::Alarm")


def lines() -> list[dict[str, Any]]:
    """Give the line of each function, as its code writes it.

    Which names the collector gives, its integration tests hold.
    """
    result = {
        "outcome": "published",
        "readings": 1,
        "newest": "2026-11-23T22:00:00Z",
        "broken": [],
    }
    of_renderer = make_metrics(result, NOW, retried=False, tmp_free_mb=1)
    source = (ROOT / "collector" / "handler.py").read_text("utf-8")
    of_collector = dict.fromkeys(re.findall(r'"([A-Z]\w+)": ', source), 1)
    return [
        json.loads(collector_line(NAMES["collector"], NOW, of_collector)),
        json.loads(renderer_line(NAMES["renderer"], NOW, of_renderer)),
    ]


def members() -> set[tuple[str, str]]:
    """Give function and name of every count that the code writes."""
    return {
        (line["Function"], name)
        for line in lines()
        for name in line
        if name not in {"_aws", "Function"}
    }


def emitted() -> set[tuple[str, str, str]]:
    """Give namespace, function and name of every metric that the code emits."""
    found = set()
    for document in lines():
        [directive] = document["_aws"]["CloudWatchMetrics"]
        [[dimension]] = directive["Dimensions"]
        assert dimension == "Function"
        for metric in directive["Metrics"]:
            found.add((directive["Namespace"], document[dimension], metric["Name"]))
    return found


def assert_exists(namespace: str, metric: str, dimensions: dict[str, str]) -> None:
    """Fail unless somebody emits the metric under exactly these dimensions."""
    if namespace in OF_AWS:
        dimension, names = OF_AWS[namespace]
        [(name, value)] = dimensions.items()
        assert name == dimension
        queue = "nyanpass-count-failures"
        assert value in (NAMES.values() if name == "FunctionName" else [queue])
        assert metric in names
    else:
        assert dimensions.keys() == {"Function"}
        assert (namespace, dimensions["Function"], metric) in emitted()


def test_every_alarm_watches_a_metric_that_exists() -> None:
    """Namespace, dimensions and name: a slip here is silent on AWS."""
    for alarm in alarms().values():
        dimensions = {d["Name"]: d["Value"] for d in alarm["Dimensions"]}
        assert_exists(alarm["Namespace"], alarm["MetricName"], dimensions)


def widgets(kind: str) -> list[dict[str, Any]]:
    """Give the properties of the dashboard's widgets of a kind."""
    body = json.loads(properties("Charts", Dashboard="1")["DashboardBody"])
    return [each["properties"] for each in body["widgets"] if each["type"] == kind]


def test_there_is_a_dashboard_only_for_who_asks() -> None:
    """The fourth of an account costs more than all the rest."""
    kind = "AWS::CloudWatch::Dashboard"
    assert of_type(kind) == {}
    assert of_type(kind, Dashboard="1").keys() == {"Charts"}
    output = load_template()["Outputs"]["DashboardUrl"]
    assert output["Condition"] == "HasDashboard"


def test_every_line_of_the_dashboard_shows_a_metric_that_exists() -> None:
    """In the widgets, too."""
    shown = []
    for widget in widgets("metric"):
        for metric in widget["metrics"]:
            words = [word for word in metric if isinstance(word, str)]
            namespace, name, dimension, value = words
            assert_exists(namespace, name, {dimension: value})
            shown.append(name)
    assert {"Duration", "Errors", "Published"} <= set(shown)


def test_the_charts_of_the_logs_ask_for_what_the_functions_write() -> None:
    """Each source is a function's log group, each name one that it writes there."""
    asked = set()
    for widget in widgets("log"):
        groups = re.findall("SOURCE '([^']+)'", widget["query"])
        functions = {group.removeprefix("/aws/lambda/") for group in groups}
        names = set(re.findall(r"(?:max|min|sum)\((\w+)\)", widget["query"]))
        written = {name for function, name in members() if function in functions}
        assert functions <= set(NAMES.values())
        assert names
        assert names <= written
        asked |= names
    assert asked == {name for _, name in members()} - {name for *_, name in emitted()}


def test_the_functions_find_their_names_where_the_alarms_expect_them() -> None:
    """Lambda passes the function's name in AWS_LAMBDA_FUNCTION_NAME."""
    for name, function in NAMES.items():
        assert properties(name.title())["FunctionName"] == function
        source = (ROOT / name / "handler.py").read_text("utf-8")
        assert "AWS_LAMBDA_FUNCTION_NAME" in source


def test_every_metric_of_ours_is_watched() -> None:
    """Each costs money beyond ten; what no alarm needs is in the line alone."""
    watched = {alarm["MetricName"] for alarm in alarms().values()}
    names = {name for _, _, name in emitted()}
    assert names == {"HourStored", "Published", "BrokenReadings"}
    assert names <= watched


@pytest.mark.parametrize(
    ("alarm", "metric"),
    [("NothingCollected", "HourStored"), ("NothingPublished", "Published")],
)
def test_silence_for_two_hours_is_an_alarm(alarm: str, metric: str) -> None:
    """Missing data is breaching: what never runs raises no error."""
    found = alarms()[alarm]
    assert found["MetricName"] == metric
    assert (found["Statistic"], found["Period"]) == ("Sum", 3600)
    assert (found["EvaluationPeriods"], found["DatapointsToAlarm"]) == (2, 2)
    assert found["ComparisonOperator"] == "LessThanThreshold"
    assert found["Threshold"] == 1
    assert found["TreatMissingData"] == "breaching"


def test_all_other_alarms_take_missing_data_for_a_good_sign() -> None:
    """Nothing failed. Only a queue that is not reported on says nothing at all."""
    others = alarms().keys() - {"NothingCollected", "NothingPublished"}
    for name in others:
        missing = "ignore" if name == "FailuresNotEmpty" else "notBreaching"
        assert alarms()[name]["TreatMissingData"] == missing, name
        assert alarms()[name]["ComparisonOperator"] == "GreaterThanThreshold", name


def test_all_alarms_are_within_the_free_ten() -> None:
    """And these are the ten."""
    names = [alarm["AlarmName"] for alarm in alarms().values()]
    assert sorted(name.removeprefix("nyanpass-count-") for name in names) == [
        "broken-readings",
        *("collector-errors", "collector-failures-lost", "collector-slow"),
        "failures-not-empty",
        *("nothing-collected", "nothing-published"),
        *("renderer-errors", "renderer-failures-lost", "renderer-slow"),
    ]


def test_a_broken_reading_does_not_ring_anew_each_hour() -> None:
    """Runs are not on the second, so one of two hours is enough to stay in ALARM."""
    found = alarms()["BrokenReadings"]
    assert (found["Statistic"], found["Period"]) == ("Maximum", 3600)
    assert (found["EvaluationPeriods"], found["DatapointsToAlarm"]) == (2, 1)


@pytest.mark.parametrize("name", ["Collector", "Renderer"])
def test_each_function_has_its_alarms(name: str) -> None:
    """Errors, lost failures, and time near the limit."""
    for alarm, metric in {
        "Errors": "Errors",
        "FailuresLost": "DestinationDeliveryFailures",
        "Slow": "Duration",
    }.items():
        found = alarms()[f"{name}{alarm}"]
        assert found["MetricName"] == metric
        assert found["Dimensions"][0]["Value"] == NAMES[name.lower()]
        if alarm == "Slow":
            limit_ms = properties(name)["Timeout"] * 1000
            assert found["Threshold"] == limit_ms * 7 // 10
            assert found["Statistic"] == "Maximum"
        else:
            assert (found["Threshold"], found["Statistic"]) == (0, "Sum")


def test_the_queue_has_an_alarm_when_it_is_not_empty() -> None:
    """It watches the one that both functions and the schedule send to."""
    [queue] = of_type("AWS::SQS::Queue").values()
    found = alarms()["FailuresNotEmpty"]
    assert found["Dimensions"] == [{"Name": "QueueName", "Value": queue["QueueName"]}]
    assert (found["Statistic"], found["Threshold"]) == ("Maximum", 0)


def test_every_alarm_mails_when_it_starts_and_when_it_ends() -> None:
    """And says in words what happened."""
    for name, alarm in alarms().items():
        assert alarm["AlarmActions"] == ["nyanpass-count-alarms"], name
        assert alarm["OKActions"] == ["nyanpass-count-alarms"], name
        assert alarm["AlarmDescription"].endswith("."), name
    mail = properties("AlarmMail")
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "operator@example.org")


def test_only_cloudwatch_of_this_account_may_publish_alarms() -> None:
    """And the topic has no key that would shut CloudWatch out."""
    [statement] = properties("AlarmsPolicy")["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    account = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert statement["Condition"] == account
    assert "KmsMasterKeyId" not in properties("Alarms")


def test_the_month_s_bill_is_told_before_it_is_passed() -> None:
    """By mail, at 80 % of five dollars, and when it is foreseen to pass them."""
    [found] = of_type("AWS::Budgets::Budget").values()
    assert found["Budget"] == {
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "5", "Unit": "USD"},
    }
    told = {}
    for each in found["NotificationsWithSubscribers"]:
        notification = each["Notification"]
        told[notification["NotificationType"]] = notification["Threshold"]
        assert notification["ThresholdType"] == "PERCENTAGE"
        assert notification["ComparisonOperator"] == "GREATER_THAN"
        mail = {"SubscriptionType": "EMAIL", "Address": "operator@example.org"}
        assert each["Subscribers"] == [mail]
    assert told == {"ACTUAL": 80, "FORECASTED": 100}


def test_the_budget_can_be_another_or_none() -> None:
    """In whole dollars."""
    [found] = of_type("AWS::Budgets::Budget", MonthlyBudget="20").values()
    assert found["Budget"]["BudgetLimit"]["Amount"] == "20"
    assert of_type("AWS::Budgets::Budget", MonthlyBudget="") == {}
