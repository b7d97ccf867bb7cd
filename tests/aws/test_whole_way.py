"""From the first deploy to the last destroy, with a second life in between."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from renderer.site.keys import FRONT_PAGE
from tests.aws.conftest import Operator
from tests.aws.zips import ADDRESS, put_function
from tests.counter import COUNT
from tests.rights import list_granted, list_handled, matches

Make = Callable[..., Operator]
# What the images' commands ask for: Docker with the first five, to push and to pull
# (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html), and
# infra/images/ with the rest.
PUSHED = {
    *(f"ecr:{name}LayerUpload" for name in ("Initiate", "Complete")),
    *("ecr:BatchCheckLayerAvailability", "ecr:UploadLayerPart", "ecr:PutImage"),
    *("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"),
    *("ecr:DescribeImages", "ecr:ListImages", "ecr:BatchDeleteImage"),
    "lambda:ListFunctions",
}
# What a stack asks for that is not ours, or whose update cannot be taken back.
STUCK = {
    f"cloudformation:{name}"
    for name in ("ContinueUpdateRollback", "DescribeEvents", "DescribeStackResources")
}
HOURS, NOTES = "data/hourly/2026.csv", "data/notes.csv"
OLD = "time,count\n2026-11-01 09:00:00,1000000\n2026-11-01 10:00:00,1000060\n"


def wait_for(what: str, happened: Callable[[], bool]) -> None:
    """Wait until something has happened that an event starts."""
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.2)


def wait_for_count(operator: Operator, count: int) -> None:
    """Wait until the page shows a count."""
    text = f"{count:,}".encode()
    wait_for(f"the page with {count:,}", lambda: text in operator.read(FRONT_PAGE))


def count_failures(operator: Operator) -> int:
    """Count the events that wait in the failure queue."""
    sqs, name = operator.aws.client("sqs"), f"{operator.env['STACK']}-failures"
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    asked = {"AttributeNames": ["ApproximateNumberOfMessages"]}
    answer = sqs.get_queue_attributes(QueueUrl=url, **asked)["Attributes"]
    return int(answer["ApproximateNumberOfMessages"])


def tell_the_hour() -> str:
    """Return the hour that the schedule would name now, as `2026-11-26T04:00:00Z`."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H}:00:00Z"


def collect(operator: Operator) -> str:
    """Run the collector as the schedule does; return the outcome."""
    event = json.dumps({"scheduled_time": tell_the_hour()})
    answer = json.loads(operator.invoke("collector", event.encode()))
    assert "outcome" in answer, answer
    return str(answer["outcome"])


def test_the_whole_way(operator: Make, tmp_path: Path) -> None:
    """Each command does on AWS's own APIs what the guide says of it."""
    ours, yes = operator("nyanpass-count"), {"YES": "nyanpass-count"}
    # Create; then there is nothing to change.
    assert "Add DataBucket" in ours.run("deploy", DRY="1")
    assert "there is no stack" in ours.try_to("status", 2)
    created = ours.run("deploy")
    assert "CREATE_COMPLETE" in created
    assert f"selftest, source: it answers {COUNT}" in created
    assert "selftest, Chromium single: ok" in created
    assert "nothing to change" in ours.run("deploy")

    # A reading under the collector's role; its event draws the site under the other.
    assert collect(ours) == "stored"
    assert collect(ours) == "duplicate"
    wait_for_count(ours, COUNT)
    assert f"last reading   {COUNT:,}" in ours.run("status")
    assert "outcome=stored" in ours.run("logs")

    # Update to a renderer that fails: its event is tried thrice, then kept.
    good = ours.env["RENDERER_IMAGE"]
    bad = put_function(ours.aws.client, "renderer", broken=True)
    told = ours.try_to("deploy", 2, RENDERER_IMAGE=bad, **yes)
    assert "UPDATE_COMPLETE" in told
    assert "broken on purpose" in told.splitlines()[-1]
    hour = tell_the_hour()
    wrong = {"AT": hour, "COUNT": str(COUNT + 1), "REASON": "A test"}
    assert f"{COUNT:,} -> {COUNT + 1:,}" in ours.run("correct", **wrong)
    wait_for("a failure kept", lambda: count_failures(ours) == 1)
    assert ours.run("logs").count("broken on purpose") >= 3
    assert "needs a look   failed events are waiting" in ours.try_to("status", 1)
    assert "broken on purpose" in ours.run("redrive", DRY="1")
    told = ours.try_to("redrive", 1)
    assert "still in the queue: 1 event\n" in told

    # Back to the good one: what was kept is sent again, and nothing was lost.
    # The source's address is from now on where no configuration shows it.
    ours.aws.client("ssm").put_parameter(
        Name=ADDRESS.removeprefix("ssm:"),
        Value=ours.env["COUNT_URL"],
        Type="SecureString",
    )
    changed = {"RENDERER_IMAGE": good, "COUNT_URL": ADDRESS}
    assert "UPDATE_COMPLETE" in ours.run("deploy", **changed, **yes)
    assert collect(ours) == "duplicate"
    wait_for("the failure shown again", lambda: count_failures(ours) == 1)
    assert "published" in ours.run("redrive")
    assert count_failures(ours) == 0
    wait_for_count(ours, COUNT + 1)

    # Restore, import, replay and rebuild; the last two change no byte.
    span = {"FROM": hour, "TO": hour, "REASON": "It was right"}
    ours.run("restore", **span)
    wait_for_count(ours, COUNT)
    (tmp_path / "old.csv").write_text(OLD)
    assert "imported 2" in ours.run("import", CSV=str(tmp_path / "old.csv"), YES="1")
    wait_for("the imported hours", lambda: b"1000060" in ours.read(HOURS))
    first = {"FROM": "2026-11-01T00:00Z", "TO": "2026-11-01T00:00Z"}
    ours.run("void", **first, REASON="A test")
    wait_for("the void hour", lambda: b",1000000," not in ours.read(HOURS))
    # By its own event, too, and under the operator's rights.
    ours.run("note", AT="2026-11-01T09:00", EN="On TV", JA="テレビ")
    wait_for("the note", lambda: "テレビ,On TV".encode() in ours.read(NOTES))
    ours.run("rebuild")
    before = ours.objects("site")
    today = datetime.now(UTC).date()
    days = {"FROM": f"{today - timedelta(days=1)}", "TO": f"{today}"}
    assert "unchanged" in ours.run("replay", **days)
    ours.run("rebuild")
    assert ours.objects("site") == before

    # Destroy, and deploy again with the history there.
    readings = ours.objects("data")
    assert "give YES=nyanpass-count" in ours.try_to("destroy", 2)
    assert "the readings stay in" in ours.run("destroy", **yes)
    told = ours.try_to("destroy", 2, **yes)
    assert "there is no stack nyanpass-count any more, but its readings" in told
    assert "dry run: nothing is changed" in ours.run("deploy", DRY="1")
    again = ours.run("deploy", **yes)
    assert "Import DataBucket" in again
    assert "UPDATE_COMPLETE" in again
    assert ours.objects("data") == readings
    ours.run("rebuild")
    assert ours.objects("site") == before
    # The notification is back, too.
    assert "would change" in ours.run("void", **span, DRY="1")
    assert collect(ours) == "duplicate"
    ours.run("correct", **wrong)
    wait_for_count(ours, COUNT + 1)

    # And with the data, in all versions.
    assert "the readings are deleted" in ours.run("destroy", **yes, WITH_DATA="1")
    names = [each["Name"] for each in ours.aws.client("s3").list_buckets()["Buckets"]]
    assert not [
        name for name in names if name in {ours.bucket("data"), ours.bucket("site")}
    ]

    # All that was allowed by the guide's policy, which allows nothing else.
    needed = ours.asked | list_handled() | PUSHED | STUCK
    needless = [g for g in list_granted() if not any(matches(g, a) for a in needed)]
    assert needless == []


def test_a_stack_deleted_in_the_console_is_deployed_again(operator: Make) -> None:
    """Its site's bucket may be left, too; that is in the way, and no loss."""
    ours = operator("nyanpass-count-deleted")
    ours.run("deploy")
    assert collect(ours) == "stored"
    wait_for_count(ours, COUNT)
    ours.aws.client("cloudformation").delete_stack(StackName="nyanpass-count-deleted")
    wait_for("a deletion", lambda: find_state(ours) in {None, "DELETE_COMPLETE"})
    # The console asks whether to keep what cannot be deleted: a bucket that has files.
    place = {"LocationConstraint": ours.env["AWS_REGION"]}
    ours.aws.client("s3").create_bucket(
        Bucket=ours.bucket("site"), CreateBucketConfiguration=place
    )
    told = ours.try_to("deploy", 2)
    assert "is left of an earlier stack: `make destroy` first" in told
    assert "the readings stay" in ours.run("destroy", YES="nyanpass-count-deleted")
    assert "Import DataBucket" in ours.run("deploy", YES="nyanpass-count-deleted")
    assert collect(ours) == "duplicate"


def find_state(operator: Operator) -> str | None:
    """Return the state of the operator's stack, None if there is none."""
    stacks = operator.aws.client("cloudformation").describe_stacks()["Stacks"]
    name = operator.env["STACK"]
    return next((s["StackStatus"] for s in stacks if s["StackName"] == name), None)


def test_a_first_creation_that_is_rolled_back_tells_why(
    operator: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is in the last line; put right, the next deploy needs nothing else.

    It is one that CloudFormation itself does not tell, but only its events.
    """
    ours = operator("nyanpass-count-taken")
    s3, place = ours.aws.client("s3"), {"LocationConstraint": ours.env["AWS_REGION"]}
    taken = {"Bucket": ours.bucket("site")}
    with monkeypatch.context() as patch:
        # Somebody is quicker.
        patch.setattr("infra.operate.deploy.find_bucket", lambda *_: False)
        s3.create_bucket(**taken, CreateBucketConfiguration=place)
        told = ours.try_to("deploy", 2)
    reason = told.splitlines()[-1]
    assert reason.startswith("make deploy: the stack was rolled back: SiteBucket: ")
    assert "already exists" in reason
    assert find_state(ours) == "ROLLBACK_COMPLETE"
    told = ours.try_to("deploy", 2, DRY="1")
    assert "a run without DRY=1 does first" in told
    s3.delete_bucket(**taken)
    told = ours.run("deploy")
    assert (
        "nyanpass-count-taken is ROLLBACK_COMPLETE and holds nothing: deleting it first"
        in told
    )
    assert "CREATE_COMPLETE" in told


def test_a_stack_whose_bucket_is_gone_is_destroyed_and_deployed_again(
    operator: Make,
) -> None:
    """As after somebody's mistake in the console, or before it was ever made."""
    ours = operator("nyanpass-count-gone")
    ours.run("deploy")
    site = ours.bucket("site")
    ours.aws.client("s3").delete_bucket(Bucket=site)
    assert f"{site} is gone" in ours.try_to("deploy", 2)
    yes = {"YES": "nyanpass-count-gone"}
    assert f"{site} is gone already" in ours.run("destroy", **yes)
    assert find_state(ours) is None
    assert "Import DataBucket" in ours.run("deploy", **yes)


@pytest.mark.parametrize(
    "broken_off", ["delete_stack", "end_deletion", "delete_bucket"]
)
def test_a_destroy_that_broke_off_is_run_again(
    operator: Make, monkeypatch: pytest.MonkeyPatch, broken_off: str
) -> None:
    """Wherever that was, and with the same variables."""
    ours = operator("nyanpass-count-broken-off")
    ours.run("deploy")
    collect(ours)
    variables = {"YES": "nyanpass-count-broken-off", "WITH_DATA": "1"}

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"infra.operate.destroy.{broken_off}", interrupt)
        assert "interrupted" in ours.try_to("destroy", 2, **variables)
    assert "the readings are deleted" in ours.run("destroy", **variables)
    assert "there is no stack nyanpass-count-broken-off" in ours.try_to("destroy", 2)
