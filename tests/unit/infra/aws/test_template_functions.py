"""The two functions of the template, what wakes them, and where failures go."""

import json
import re
from typing import Any

import pytest

from infra.aws.template import PATH, load_template
from infra.local.functions import COLLECTOR, RENDERER
from tests.resolved import PARAMETERS, of_type, properties, resources

FUNCTIONS = ("Collector", "Renderer")
QUEUE = "arn:aws:sqs:ap-northeast-1:123456789012:nyanpass-count-failures"
DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_one_image_by_digest(name: str) -> None:
    """A tag could move; a digest is what was tested."""
    function = properties(name)
    assert function["PackageType"] == "Image"
    assert function["Code"] == {"ImageUri": PARAMETERS[f"{name}Image"]}
    assert function["Architectures"] == ["x86_64"]
    pattern = load_template()["Parameters"][f"{name}Image"]["AllowedPattern"]
    assert re.fullmatch(pattern, PARAMETERS[f"{name}Image"])
    assert not re.fullmatch(pattern, PARAMETERS[f"{name}Image"].split("@")[0] + ":1")


def test_the_functions_have_the_sizes_that_were_measured() -> None:
    """The one-machine stack runs them with the same limits."""
    collector, renderer = properties("Collector"), properties("Renderer")
    assert (collector["MemorySize"], collector["Timeout"]) == (256, 90)
    assert (renderer["MemorySize"], renderer["Timeout"]) == (2048, 120)
    assert renderer["EphemeralStorage"] == {"Size": 1024}
    for local, function in ((COLLECTOR, collector), (RENDERER, renderer)):
        assert local.timeout_s == function["Timeout"]
        assert local.memory_mb == function["MemorySize"]


def test_no_concurrency_is_reserved_unless_asked_for() -> None:
    """New accounts have none to reserve, and the whole stack would fail."""
    for name in FUNCTIONS:
        assert "ReservedConcurrentExecutions" not in properties(name)
        reserved = properties(name, ReservedConcurrency="2")
        assert reserved["ReservedConcurrentExecutions"] == "2"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_to_its_own_group_with_retention(name: str) -> None:
    """Lambda would make a group that keeps everything for ever."""
    logs = properties(f"{name}Logs")
    assert logs["RetentionInDays"] == 30
    assert logs["LogGroupName"] == f"/aws/lambda/nyanpass-count-{name.lower()}"
    logging = properties(name)["LoggingConfig"]
    assert logging == {"LogGroup": logs["LogGroupName"], "LogFormat": "Text"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_event_that_fails_three_times_goes_to_the_queue(name: str) -> None:
    """A destination, not a dead-letter queue: it keeps error and function as well."""
    config = properties(f"{name}Invocations")
    assert config["FunctionName"] == f"nyanpass-count-{name.lower()}"
    assert config["MaximumRetryAttempts"] == 2
    assert config["MaximumEventAgeInSeconds"] == {"Collector": 1800}.get(name, 3600)
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == QUEUE
    assert "DeadLetterConfig" not in properties(name)


def test_the_one_queue_is_standard_encrypted_and_keeps_for_two_weeks() -> None:
    """The scheduler takes no FIFO queue."""
    [queue] = of_type("AWS::SQS::Queue").values()
    assert QUEUE.endswith(f":{queue['QueueName']}")
    assert "FifoQueue" not in queue
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_the_schedule_passes_its_hour_and_gives_up_in_time() -> None:
    """Each hour, in UTC, with three retries within half an hour, and then a queue."""
    schedule = properties("HourlySchedule")
    assert schedule["ScheduleExpression"] == "cron(0 * * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert json.loads(target["Input"]) == {
        "scheduled_time": "<aws.scheduler.scheduled-time>"
    }
    assert target["RetryPolicy"] == {
        "MaximumRetryAttempts": 3,
        "MaximumEventAgeInSeconds": 1800,
    }
    assert target["DeadLetterConfig"]["Arn"] == QUEUE
    assert target["Arn"].endswith(":function:nyanpass-count-collector")


def test_the_first_hour_begins_when_all_that_a_run_needs_is_there() -> None:
    """Only what tells of runs may be made later; and nothing waits in a circle."""
    watching = ("AWS::CloudWatch::", "AWS::SNS::", "AWS::Budgets::")
    parts = load_template()["Resources"]
    needed = {
        name for name, part in parts.items() if not part["Type"].startswith(watching)
    }
    found = list_needed("HourlySchedule", parts)
    assert needed - found == {"HourlySchedule"}
    assert not [name for name in parts if name in list_needed(name, parts)]


def list_needed(name: str, parts: dict[str, Any]) -> set[str]:
    """Give the resources that are made before one, also by way of others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        part = parts[waiting.pop()]
        after = list_references(part) & parts.keys()
        waiting += after - found
        found |= after
    return found


def list_references(value: Any) -> set[str]:
    """Give what a part of the template names: by Ref, GetAtt, Sub and DependsOn."""
    if isinstance(value, list):
        return set().union(*map(list_references, value))
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, each in value.items():
        if key in {"Ref", "DependsOn"}:
            found |= {each} if isinstance(each, str) else {*each}
        elif key == "Fn::GetAtt":
            found.add(each[0])
        elif key == "Fn::Sub":
            text, *values = [each] if isinstance(each, str) else each
            found |= set(re.findall(r"\$\{(\w+)", text)) | list_references(values)
        else:
            found |= list_references(each)
    return found


@pytest.mark.parametrize(
    ("schedule", "allowed"),
    [
        ("cron(0 * * * ? *)", True),
        ("cron(29 * * * ? *)", True),
        ("cron(30 * * * ? *)", False),
        ("cron(0 * * * *)", False),
        ("rate(1 hour)", False),
        ("rate(5 minutes)", False),
    ],
)
def test_a_schedule_reads_once_an_hour_and_early_in_it(
    schedule: str, allowed: bool
) -> None:
    """A rate would drift over the hour's end, and more often is no kindness."""
    pattern = load_template()["Parameters"]["Schedule"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, schedule)) is allowed


def test_each_role_can_be_taken_by_its_service_only() -> None:
    """The scheduler's also only for this account."""
    for name, role in of_type("AWS::IAM::Role").items():
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        service = "scheduler" if name == "ScheduleRole" else "lambda"
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    [trust] = properties("ScheduleRole")["AssumeRolePolicyDocument"]["Statement"]
    condition = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert trust["Condition"] == condition


def test_no_role_has_a_wildcard_action_or_a_foreign_policy() -> None:
    """What is granted stands in the template, and nowhere else."""
    for name, role in of_type("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert "*" not in str(statement["Action"]), name
                assert statement["Resource"] != "*", name


def test_every_wildcard_resource_has_a_written_reason() -> None:
    """A comment with the word wildcard stands above its statement."""
    lines = PATH.read_text("utf-8").splitlines()
    starts = [n for n, line in enumerate(lines) if line.lstrip().startswith("- Sid:")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        statement = "\n".join(lines[start:end]).split("\n\n")[0]
        above = []
        for line in reversed(lines[:start]):
            if not line.lstrip().startswith("#"):
                break
            above.append(line)
        public = "Sid: PublicRead" in statement or "Effect: Deny" in statement
        if re.search(r"(?:/|:)\*", statement.split("#")[0]) and not public:
            assert "wildcard" in "\n".join(above).lower(), lines[start]


def test_nothing_public_but_the_site() -> None:
    """No function has an address, and nothing but the site's policy says `*`."""
    kinds = {resource["Type"] for resource in resources().values()}
    assert "AWS::Lambda::Url" not in kinds
    assert [p["Principal"] for p in of_type("AWS::Lambda::Permission").values()] == [
        "s3.amazonaws.com"
    ]
