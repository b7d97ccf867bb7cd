"""The commands on a simulated AWS; Lambda's answers come from a stand-in.

moto's CloudFormation ignores many properties, so this is about the way of the calls.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

import infra.aws.stacks
import infra.images.ecr
import infra.operate.checks
from collector.reading import Reading
from infra.aws.clients import make_clients
from infra.aws.stacks import find_deployed
from infra.aws.template import PATH
from infra.errors import StackError
from infra.operate.__main__ import main
from infra.operate.stack import DEFAULT_NAME, find_on_aws
from tests.moto_server import Moto
from tests.resolved import PARAMETERS, resources

DATA = "nyanpass-count-data-123456789012-ap-northeast-1"
SITE = "nyanpass-count-site-123456789012-ap-northeast-1"
SELFTEST = {
    "outcome": "selftest",
    "flagsets": {
        "single": {"ok": True, "seconds": 1.5, "bytes": 9},
        "multi": {"ok": False, "error": "it hangs"},
    },
    "tmp_free_mb": 1000,
}
GIVEN = {
    "COLLECTOR_IMAGE": PARAMETERS["CollectorImage"],
    "RENDERER_IMAGE": PARAMETERS["RendererImage"],
    "COUNT_URL": PARAMETERS["CountUrl"],
    "ALARM_EMAIL": PARAMETERS["AlarmEmail"],
}


@pytest.fixture
def answers() -> dict[str, Any]:
    """Hold what the stand-in for both functions answers."""
    return {**SELFTEST, "count": 1_234_567}


@pytest.fixture
def env(
    moto: Moto, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """Lead to moto, and Lambda's invocations to the stand-in."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(answers).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setattr(infra.aws.stacks, "POLL_S", 0.01)
    monkeypatch.chdir(tmp_path)
    # moto knows Retain only.
    text = PATH.read_text("utf-8")
    template = tmp_path / "template.yaml"
    template.write_text(text.replace("RetainExceptOnCreate", "Retain"), "utf-8")
    monkeypatch.setattr("infra.operate.deploy.PATH", template)
    for name in ("COLLECTOR_IMAGE", "RENDERER_IMAGE"):
        moto.put_image(GIVEN[name])
    lambda_url = f"http://127.0.0.1:{server.server_port}"
    yield {**moto.env, **GIVEN, "AWS_ENDPOINT_URL_LAMBDA": lambda_url}
    server.shutdown()
    server.server_close()


def test_a_first_deploy_shows_the_changes_makes_them_and_draws(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then it gives the address, and says what has to be done about the mail."""
    assert main(["deploy"], env) == 0
    out = capsys.readouterr().out
    assert "creating nyanpass-count in ap-northeast-1" in out
    assert "Add DataBucket AWS::S3::Bucket" in out
    assert "CREATE_COMPLETE" in out
    # moto gives a stack that a change set made no outputs.
    assert "site    not known yet" in out
    assert "mail    NOT CONFIRMED" in out
    assert "selftest, source: it answers 1234567" in out
    assert "selftest, Chromium single: ok, 1.5 s" in out
    assert "selftest, Chromium multi: FAILED, it hangs" in out
    assert env["COUNT_URL"] not in out
    functions = moto.client("lambda").list_functions()["Functions"]
    assert len(functions) == 2


def test_a_dry_run_of_a_deploy_changes_nothing(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """It only shows what would be done, and does not try the functions either."""
    assert main(["deploy"], {**env, "DRY": "1"}) == 0
    out = capsys.readouterr().out
    assert "Add Renderer AWS::Lambda::Function" in out
    assert "nothing is changed" in out
    assert moto.client("lambda").list_functions()["Functions"] == []
    assert "selftest" not in out


def test_an_update_changes_what_is_given_and_keeps_the_rest(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new image needs neither the source's address nor the mail again."""
    assert main(["deploy"], {**env, "TITLE": "t"}) == 0
    capsys.readouterr()
    for name in ("COUNT_URL", "ALARM_EMAIL", "COLLECTOR_IMAGE"):
        del env[name]
    another = env["RENDERER_IMAGE"].replace("b" * 64, "c" * 64)
    env["RENDERER_IMAGE"] = moto.put_image(another)
    assert main(["deploy"], env) == 0
    assert "updating nyanpass-count" in capsys.readouterr().out
    functions = moto.client("lambda")
    renderer = functions.get_function(FunctionName="nyanpass-count-renderer")
    assert renderer["Code"]["ImageUri"] == env["RENDERER_IMAGE"]
    variables = renderer["Configuration"]["Environment"]["Variables"]
    assert variables["TITLE"] == "t"
    collector = functions.get_function(FunctionName="nyanpass-count-collector")
    assert collector["Code"]["ImageUri"] == GIVEN["COLLECTOR_IMAGE"]


def test_the_images_are_those_that_were_pushed(
    env: dict[str, str], moto: Moto, tmp_path: Path
) -> None:
    """`make push-images` leaves word of them."""
    (tmp_path / ".local").mkdir()
    images = {
        "collector": env.pop("COLLECTOR_IMAGE"),
        "renderer": env.pop("RENDERER_IMAGE"),
    }
    (tmp_path / ".local/images.json").write_text(json.dumps(images))
    assert main(["deploy"], env) == 0
    found = moto.client("lambda").get_function(FunctionName="nyanpass-count-renderer")
    assert found["Code"]["ImageUri"] == images["renderer"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"STACK": "Nyanpass"}, "STACK=Nyanpass is not up to 28 of a-z, 0-9 and -"),
        ({"STACK": "n" * 29}, "is not up to 28"),
        ({"STACK": "nyanpass-count-images"}, "is the stack of the images: choose"),
        ({"ALARM_EMAIL": "nobody"}, "ALARM_EMAIL has to be an e-mail address"),
        ({"RENDERER_IMAGE": "x:latest"}, "RENDERER_IMAGE has to be an image of ECR"),
        ({"AWS_REGION": "eu-west-1"}, "COLLECTOR_IMAGE is not in eu-west-1"),
        *(
            ({"AWS_REGION": region}, f"AWS_REGION={region} is not a commercial region")
            for region in ("us-gov-west-1", "cn-north-1", "eusc-de-east-1")
        ),
        ({"SCHEDULE": "rate(1 minute)"}, "SCHEDULE has to be cron"),
        (
            {"MONTHLY_BUDGET": "5 USD"},
            "MONTHLY_BUDGET has to be empty, or whole dollars",
        ),
        ({"MONTHLY_BUDGET": "0"}, "MONTHLY_BUDGET has to be empty, or whole dollars"),
        ({"RENDERER_MEMORY": "512"}, "RENDERER_MEMORY has to be a number from 1024"),
        ({"DOMAIN_NAME": "n.example.org"}, "DOMAIN_NAME needs CERTIFICATE_ARN"),
        (
            {"RENDERER_IMAGE": GIVEN["RENDERER_IMAGE"].replace("b" * 64, "c" * 64)},
            f"RENDERER_IMAGE: images/renderer does not hold sha256:{'c' * 64}",
        ),
        (
            {"COLLECTOR_IMAGE": GIVEN["COLLECTOR_IMAGE"].replace("1234", "9999")},
            "COLLECTOR_IMAGE is not in ap-northeast-1 of the account 123456789012",
        ),
        (
            {"COLLECTOR_IMAGE": GIVEN["COLLECTOR_IMAGE"].replace("collector", "c")},
            "COLLECTOR_IMAGE: images/c does not hold sha256:aaa",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_and_nothing_is_made(
    env: dict[str, str],
    moto: Moto,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, str],
    problem: str,
) -> None:
    """Before CloudFormation is asked for anything."""
    assert main(["deploy"], {**env, **changed}) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert error.count("\n") == 1
    assert moto.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_all_that_is_missing_for_a_first_deploy_is_named_at_once(
    moto: Moto, env: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With what each is for."""
    for name in GIVEN:
        del env[name]
    assert main(["deploy"], env) == 2
    error = capsys.readouterr().err
    for name in GIVEN:
        assert f"{name} is missing" in error


@pytest.mark.parametrize("name", ["BlockPublicPolicy", "RestrictPublicBuckets"])
def test_an_account_that_blocks_public_buckets_is_told_so(
    moto: Moto, name: str
) -> None:
    """Instead of a stack that fails half-way."""
    account = Mock()
    account.get_public_access_block.return_value = {
        "PublicAccessBlockConfiguration": {name: True}
    }
    clients = {"s3control": account, "sts": moto.client("sts")}
    with pytest.raises(StackError, match=r"on for the whole account.* give CDN=1"):
        infra.operate.checks.refuse_blocked_account(clients.__getitem__)
    account.get_public_access_block.assert_called_with(AccountId="123456789012")


def test_the_address_is_the_one_that_the_stack_says(
    env: dict[str, str], moto: Moto, tmp_path: Path
) -> None:
    """Whichever way it is served; one that was never created says none."""
    cloud = moto.client("cloudformation")
    cloud.create_stack(
        StackName=DEFAULT_NAME,
        TemplateBody=(tmp_path / "template.yaml").read_text("utf-8"),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in PARAMETERS.items()
        ],
    )
    stack = find_on_aws(DEFAULT_NAME, make_clients(env))
    # In the form of newer regions, whichever it is: moto knows no other.
    assert stack.site_url == f"http://{SITE}.s3-website.ap-northeast-1.amazonaws.com/"


@pytest.mark.parametrize("command", ["deploy", "destroy", "status"])
def test_a_stack_of_something_else_is_left_alone(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """An update would remove what it holds, such as the image repositories."""
    cloud = moto.client("cloudformation")
    text = PATH.with_name("repositories.yaml").read_text("utf-8")
    cloud.create_stack(StackName="nyanpass-count", TemplateBody=text)
    assert main([command], {**env, "YES": "nyanpass-count"}) == 2
    assert "is a stack of something else" in capsys.readouterr().err
    [stack] = cloud.describe_stacks(StackName="nyanpass-count")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    found = moto.client("ecr").describe_repositories()["repositories"]
    names = {each["repositoryName"] for each in found}
    assert names >= {"nyanpass-count/collector", "nyanpass-count/renderer"}


def test_the_images_have_a_stack_of_their_own() -> None:
    """Neither command takes the other's stack for an earlier version of its own."""
    assert infra.images.ecr.IMAGES_STACK != DEFAULT_NAME


def test_a_stack_whose_browser_does_not_draw_is_no_success(
    env: dict[str, str], answers: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The selftest's first set of flags is the one that will be used."""
    answers["flagsets"] = {"single": {"ok": False, "error": "no answer"}}
    assert main(["deploy"], env) == 2
    assert "try CHROME_FLAGSET=multi" in capsys.readouterr().err


def test_status_shows_readings_queues_alarms_and_cost(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """And ends with 1 as long as something needs the operator."""
    assert main(["deploy"], env) == 0
    capsys.readouterr()
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    text = f"{hour:%Y-%m-%dT%H:%M:%SZ}"
    reading = Reading("nyanpass", hour, hour, 1234567)
    s3 = moto.client("s3")
    s3.put_object(Bucket=DATA, Key=reading.key(), Body=reading.to_line())
    alarms = resources()["NothingPublished"]["Properties"]
    topic = "arn:aws:sns:ap-northeast-1:123456789012:nyanpass-count{}-alarms"
    of_another = alarms["AlarmName"].replace("count-", "count-test-")
    for name, stack in ((alarms["AlarmName"], ""), (of_another, "-test")):
        changed = {"AlarmName": name, "AlarmActions": [topic.format(stack)]}
        moto.client("cloudwatch").put_metric_alarm(**alarms | changed)
        moto.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="test"
        )
    put_report(moto, "renderer")
    assert main(["status"], env) == 1
    out = capsys.readouterr().out
    assert f"last reading   1,234,567 for {text}" in out
    assert "last 7 days    1 of 1 hours, 100%" in out
    assert "failures       0 waiting" in out
    assert "alarms         ALARM 1" in out
    assert "needs a look   the site was never published" in out
    assert "needs a look   alarm nyanpass-count-nothing-published" in out
    assert of_another not in out
    assert "cost           about $0." in out
    assert "nyanpass-count-renderer: 2.50 s billed a run" in out
    s3.put_object(Bucket=SITE, Key="data/manifest.json", Body=b"{}")
    moto.client("cloudwatch").delete_alarms(AlarmNames=[alarms["AlarmName"]])
    assert main(["status"], env) == 0


def put_report(moto: Moto, function: str) -> None:
    """Put Lambda's report of a run into a function's log, among other lines."""
    logs, now_ms = moto.client("logs"), int(datetime.now(UTC).timestamp() * 1000)
    place = {
        "logGroupName": f"/aws/lambda/nyanpass-count-{function}",
        "logStreamName": "reports",
    }
    logs.create_log_stream(**place)
    report = (
        "REPORT RequestId: 1\tDuration: 2000.00 ms\tBilled Duration: 2500 ms\t"
        "Memory Size: 2048 MB\tMax Memory Used: 700 MB\tInit Duration: 490.00 ms\n"
    )
    messages = ("START RequestId: 1 Version: $LATEST\n", "outcome=published\n", report)
    logs.put_log_events(
        **place,
        logEvents=[{"timestamp": now_ms, "message": each} for each in messages],
    )


def test_logs_shows_the_lines_of_both_functions_in_order(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Lambda's own lines and without the metrics."""
    assert main(["deploy"], env) == 0
    capsys.readouterr()
    logs, now_ms = moto.client("logs"), int(datetime.now(UTC).timestamp() * 1000)
    for offset_ms, name, message in (
        (-2000, "collector", "outcome=stored"),
        (-1500, "collector", '{"_aws": {}}'),
        (-1000, "renderer", "START RequestId: 1"),
        (-500, "renderer", "outcome=published"),
        (-7_200_000, "renderer", "long ago"),
    ):
        group, stream = f"/aws/lambda/nyanpass-count-{name}", f"s{offset_ms}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        event = {"timestamp": now_ms + offset_ms, "message": message}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
    assert main(["logs"], env) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == [
        "outcome=stored",
        "outcome=published",
    ]
    assert main(["logs"], {**env, "SINCE": "an hour"}) == 2


def test_destroy_asks_first_and_keeps_the_readings(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """The site goes, with all its versions; the data bucket stays."""
    assert main(["deploy"], env) == 0
    s3 = moto.client("s3")
    s3.put_object(Bucket=SITE, Key="index.html", Body=b"x")
    s3.put_object(Bucket=DATA, Key="readings/x.json", Body=b"x")
    assert main(["destroy"], env) == 2
    assert "to confirm, give YES=nyanpass-count" in capsys.readouterr().err
    assert main(["destroy"], {**env, "YES": "yes"}) == 2
    assert len(s3.list_objects_v2(Bucket=SITE)["Contents"]) == 1
    text = PATH.with_name("repositories.yaml").read_text("utf-8")
    moto.client("cloudformation").create_stack(
        StackName=infra.images.ecr.IMAGES_STACK, TemplateBody=text
    )
    assert main(["destroy"], {**env, "YES": "nyanpass-count"}) == 0
    out = capsys.readouterr().out
    assert "`make destroy IMAGES=1` deletes them" in out
    again = "make deploy STACK=nyanpass-count COUNT_URL=... ALARM_EMAIL="
    assert f"  {again}{GIVEN['ALARM_EMAIL']}\n" in out
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == [DATA]
    assert s3.list_objects_v2(Bucket=DATA)["KeyCount"] == 1
    assert main(["status"], env) == 2
    assert "there is no stack nyanpass-count" in capsys.readouterr().err


def test_destroy_with_data_deletes_the_readings_too(
    env: dict[str, str], moto: Moto
) -> None:
    """Only when it is told to."""
    assert main(["deploy"], env) == 0
    s3 = moto.client("s3")
    s3.put_bucket_versioning(Bucket=DATA, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=DATA, Key="history/x", Body=body)
    s3.delete_object(Bucket=DATA, Key="history/x")
    yes = {"YES": "nyanpass-count", "WITH_DATA": "1"}
    assert main(["destroy"], {**env, **yes}) == 0
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize("bucket", [SITE, DATA])
def test_a_bucket_that_was_deleted_in_the_console_is_missed(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str], bucket: str
) -> None:
    """CloudFormation would find nothing to change."""
    assert main(["deploy"], env) == 0
    moto.client("s3").delete_bucket(Bucket=bucket)
    capsys.readouterr()
    assert main(["deploy"], env) == 2
    assert f"{bucket} is gone, which nyanpass-count needs: `make d" in (
        capsys.readouterr().err
    )


def test_the_second_of_two_first_deploys_waits_for_the_first(
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It must not have what the first has just made destroyed."""
    assert main(["deploy"], env) == 0
    monkeypatch.setattr("infra.aws.stacks.find_deployed", lambda *_: None)
    assert main(["deploy"], env) == 2
    told = "is CREATE_COMPLETE: another deploy has begun it; wait until that has ended"
    assert told in capsys.readouterr().err


def test_an_old_history_is_imported_into_the_stack(
    env: dict[str, str], moto: Moto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into its data bucket, under its counter's name."""
    assert main(["deploy"], {**env, "COUNTER": "cat"}) == 0
    (tmp_path / "old.csv").write_text("time,count\n2020-01-01 09:00:00,5\n")
    env = {**env, "STACK": "nyanpass-count"}
    assert main(["import"], {**env, "CSV": str(tmp_path / "old.csv")}) == 0
    [found] = moto.client("s3").list_objects_v2(Bucket=DATA)["Contents"]
    assert found["Key"].startswith("imports/counter=cat/")
    assert "2020-01-01 09:00 (Asia/Tokyo)" in capsys.readouterr().out
    assert main(["import"], env) == 2
    assert "give the file: CSV=history.csv" in capsys.readouterr().err


def test_a_kept_history_of_another_counter_is_taken_over_on_a_yes_alone(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """The site would be empty, as if all were lost."""
    s3 = moto.client("s3")
    place = {"LocationConstraint": moto.env["AWS_REGION"]}
    s3.create_bucket(Bucket=DATA, CreateBucketConfiguration=place)
    s3.put_object(Bucket=DATA, Key="readings/counter=cat/date=x/y.json", Body=b"x")
    s3.put_object(Bucket=DATA, Key="imports/counter=dog/x.parquet", Body=b"x")
    assert main(["deploy"], env) == 2
    error = capsys.readouterr().err
    assert f"{DATA} has readings of COUNTER=cat, dog, and none of nyanpass" in error
    assert "to confirm, give YES=nyanpass-count" in error
    assert main(["deploy"], {**env, "COUNTER": "cat", "DRY": "1"}) == 0
    assert "would then add the rest" in capsys.readouterr().out


def test_a_stack_is_put_right_only_for_what_can_be_deployed(
    env: dict[str, str], moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is changed by a deploy that is refused."""
    assert main(["deploy"], env) == 0
    cloud = moto.client("cloudformation")
    found = find_deployed(cloud, DEFAULT_NAME)
    assert found is not None
    stuck = replace(found, state="ROLLBACK_COMPLETE")
    monkeypatch.setattr("infra.aws.stacks.find_deployed", Mock(return_value=stuck))
    assert main(["deploy"], {**env, "RENDERER_MEMORY": "1"}) == 2
    assert find_deployed(cloud, DEFAULT_NAME) is not None


def test_another_counter_of_a_running_stack_is_asked_for(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its site would go on with an empty history."""
    assert main(["deploy"], env) == 0
    key = "readings/counter=nyanpass/date=x/y.json"
    moto.client("s3").put_object(Bucket=DATA, Key=key, Body=b"x")
    assert main(["deploy"], {**env, "TITLE": "t"}) == 0
    assert main(["deploy"], {**env, "COUNTER": "cat"}) == 2
    assert "and none of cat, which would begin" in capsys.readouterr().err
    assert main(["deploy"], {**env, "COUNTER": "cat", "YES": DEFAULT_NAME}) == 0


def test_a_right_that_is_missing_at_the_end_does_not_hide_the_deploy(
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without that of SNS it goes on; without that to invoke it says what is done."""
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Call")
    refuse = Mock(side_effect=error)
    monkeypatch.setattr("infra.operate.deploy.find_confirmed", refuse)
    assert main(["deploy"], env) == 0
    assert "mail    not known whether it is confirmed: " in capsys.readouterr().out
    monkeypatch.setattr("infra.operate.deploy.selftest", refuse)
    assert main(["deploy"], {**env, "TITLE": "t"}) == 2
    assert "the stack is updated, but An error" in capsys.readouterr().err


IN_BETWEEN: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("status", {"state": "REVIEW_IN_PROGRESS"}, "run `make deploy` to finish it"),
    ("logs", {"state": "IMPORT_COMPLETE"}, "run `make deploy` to finish it"),
    ("status", {"state": "ROLLBACK_COMPLETE"}, "run `make deploy` to finish it"),
    ("destroy", {"state": "UPDATE_IN_PROGRESS"}, "wait until that has ended"),
    ("destroy", {"protected": True}, "termination protection on: turn it off in"),
)


def test_a_stack_in_between_has_a_way_on(
    env: dict[str, str],
    moto: Moto,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is asked of parts that are not there, or anything is deleted."""
    assert main(["deploy"], env) == 0
    s3 = moto.client("s3")
    s3.put_object(Bucket=SITE, Key="index.html", Body=b"x")
    found = find_deployed(moto.client("cloudformation"), DEFAULT_NAME)
    assert found is not None
    for command, changed, way_on in IN_BETWEEN:
        for module in ("stack", "destroy"):
            place = f"infra.operate.{module}.find_deployed"
            monkeypatch.setattr(place, Mock(return_value=replace(found, **changed)))
        assert main([command], {**env, "YES": DEFAULT_NAME}) == 2
        assert way_on in capsys.readouterr().err
    assert s3.list_objects_v2(Bucket=SITE)["KeyCount"] == 1


@pytest.mark.parametrize("switch", ["WITH_DATA", "IMAGES"])
def test_a_switch_is_on_with_1_alone(
    env: dict[str, str], capsys: pytest.CaptureFixture[str], switch: str
) -> None:
    """`WITH_DATA=no` would else delete all readings."""
    assert main(["destroy"], {**env, switch: "no", "YES": "nyanpass-count"}) == 2
    assert f"{switch}=no is neither 0 nor 1" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["status", "logs", "rebuild", "destroy"])
def test_what_knows_no_dry_run_refuses_it(
    env: dict[str, str], capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Before it looks at anything."""
    assert main([command], {**env, "DRY": "1"}) == 2
    assert capsys.readouterr().err == (
        f"make {command}: there is no dry run of it: nothing is done with DRY=1\n"
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [([], "choose one of"), (["fly"], "choose one of"), (["status"], "no stack")],
)
def test_misuse_is_one_line(
    moto: Moto,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    problem: str,
) -> None:
    """Exit code 2, and no traceback."""
    assert main(arguments, moto.env) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert error.count("\n") == 1


def test_without_credentials_there_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on a machine where AWS was never set up."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for env in ({"AWS_REGION": "ap-northeast-1"}, {}):
        assert main(["status"], env) == 2
        error = capsys.readouterr().err
        assert error.startswith("make status: not logged in to AWS (")
        assert "): set AWS_PROFILE and AWS_REGION, or STACK=local" in error
        assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("code", "way_on"),
    [
        ("ExpiredToken", "not logged in to AWS (An error occurred (ExpiredToken)"),
        ("SignatureDoesNotMatch", "set AWS_PROFILE and AWS_REGION, or STACK=local"),
        ("AccessDenied", "; infra/aws/operator-policy.json has all the rights it"),
        ("Throttling", "the words of AWS"),
    ],
)
def test_a_refusal_of_aws_is_one_line_with_the_way_on(
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: str,
    way_on: str,
) -> None:
    """A session that has ended, and a right that is missing."""
    answer: Any = {"Error": {"Code": code, "Message": "the words\nof AWS"}}
    refuse = Mock(side_effect=ClientError(answer, "DescribeStacks"))
    monkeypatch.setattr("infra.operate.stack.find_deployed", refuse)
    assert main(["status"], env) == 2
    error = capsys.readouterr().err
    assert way_on in error
    assert "the words of AWS" in error
    assert error.count("\n") == 1


def test_nothing_runs_here_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With what to do about it."""
    assert main(["status"], {"STACK": "local", "DATA": str(tmp_path)}) == 2
    assert "start `make run`" in capsys.readouterr().err


def test_status_counts_the_missing_hours_of_a_week(
    env: dict[str, str], moto: Moto, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the first reading on, and of seven days at most."""
    assert main(["deploy"], env) == 0
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for hours_ago in (300, 200, 100, 50, 3):
        at = now - timedelta(hours=hours_ago)
        reading = Reading("nyanpass", at, at, hours_ago)
        moto.client("s3").put_object(
            Bucket=DATA, Key=reading.key(), Body=reading.to_line()
        )
    capsys.readouterr()
    assert main(["status"], env) == 1
    out = capsys.readouterr().out
    assert "last 7 days    3 of 168 hours, 2%" in out
    assert "needs a look   no reading for more than two hours" in out
