"""`make redrive`, with the queues of moto."""

import json
from typing import Any

import pytest

from infra.operate.batches import make_records
from infra.operate.queues import FailureQueue
from infra.operate.redrive import redrive
from infra.operate.stack import Stack
from infra.operate.status import show_failures
from tests.conftest import Buckets
from tests.integration.operating import Functions, make_stack
from tests.moto_server import Moto

TICK = {"scheduled_time": "2026-11-23T22:00:00Z"}


@pytest.fixture
def functions() -> Functions:
    """Answer as both functions do when all is well."""
    return Functions(lambda *_: {"outcome": "published"})


@pytest.fixture
def stack(buckets: Buckets, functions: Functions, moto: Moto) -> Stack:
    """Make a stack with its queue."""
    made = make_stack(buckets, functions, moto)
    moto.client("sqs").create_queue(QueueName=made.failures)
    return made


def fail(stack: Stack, what: str, event: dict[str, Any]) -> None:
    """Put a failed event into the queue as Lambda does, or as the scheduler does."""
    arn = f"arn:aws:lambda:{stack.region}:123456789012:function:test-{what}:$LATEST"
    record = {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted", "functionArn": arn},
        "requestPayload": event,
        "responsePayload": {"errorMessage": "it broke", "errorType": "Error"},
    }
    sqs = stack.client("sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=stack.failures)["QueueUrl"],
        MessageBody=json.dumps(event if what == "schedule" else record),
    )


def waiting(stack: Stack) -> int:
    """Count the messages in the queue, of which none may be hidden."""
    visible, hidden = FailureQueue(stack).count()
    assert hidden == 0
    return visible


def test_s3_events_are_sent_together_and_taken_out(
    stack: Stack, functions: Functions
) -> None:
    """25 failed events are one invocation with all their records."""
    keys = [f"readings/counter=nyanpass/date=2026-11-23/{n}.json" for n in range(25)]
    records = list(make_records(stack.data_bucket, keys))
    for record in records:
        fail(stack, "renderer", {"Records": [record]})
    assert redrive(stack, {}) == 0
    [(name, event)] = functions.sent
    assert name == "test-renderer"
    assert sorted(map(str, event["Records"])) == sorted(map(str, records))
    assert waiting(stack) == 0


def test_each_event_goes_to_the_function_that_it_was_for(
    stack: Stack, functions: Functions
) -> None:
    """What the schedule could not hand over is the collector's."""
    fail(stack, "collector", TICK)
    fail(stack, "schedule", {**TICK, "scheduled_time": "2026-11-23T23:00:00Z"})
    fail(stack, "renderer", {"action": "rebuild"})
    assert redrive(stack, {}) == 0
    assert sorted(functions.sent, key=str) == [
        ("test-collector", {"scheduled_time": "2026-11-23T22:00:00Z"}),
        ("test-collector", {"scheduled_time": "2026-11-23T23:00:00Z"}),
        ("test-renderer", {"action": "rebuild"}),
    ]


def test_what_fails_again_stays_in_the_queue(
    stack: Stack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are taken out, and the exit code tells."""

    def answer(name: str, event: Any) -> dict[str, Any]:
        if name == "test-collector":
            return {"errorMessage": "the source answered 404"}
        return {"outcome": "published"}

    functions.answer = answer
    fail(stack, "collector", TICK)
    fail(stack, "renderer", {"action": "rebuild"})
    assert redrive(stack, {}) == 1
    assert waiting(stack) == 1
    assert (
        "the source answered 404; still in the queue: 1 event\n"
        in capsys.readouterr().out
    )


def test_an_hour_that_is_over_is_said_to_stay_a_gap(
    stack: Stack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """The collector makes no value up, so the event is done with."""
    functions.answer = lambda *_: {"outcome": "too-late"}
    fail(stack, "collector", TICK)
    assert redrive(stack, {}) == 0
    assert "2026-11-23T22:00:00Z is over and stays a gap" in capsys.readouterr().out
    assert waiting(stack) == 0


def test_a_dry_run_shows_events_and_errors_and_sends_nothing(
    stack: Stack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """The messages stay."""
    fail(stack, "collector", TICK)
    fail(stack, "renderer", {"Records": [{}, {}]})
    assert redrive(stack, {"DRY": "1"}) == 0
    out = capsys.readouterr().out
    assert '{"scheduled_time": "2026-11-23T22:00:00Z"}: it broke' in out
    assert "S3 event of 2 objects: it broke" in out
    assert functions.sent == []
    assert waiting(stack) == 2


def test_an_interrupted_redrive_hides_nothing(
    stack: Stack, functions: Functions
) -> None:
    """What was not taken out is seen at once, and what was stays out."""

    def answer(name: str, event: Any) -> dict[str, Any]:
        if name == "test-renderer":
            raise KeyboardInterrupt
        return {"outcome": "stored"}

    functions.answer = answer
    fail(stack, "collector", TICK)
    fail(stack, "renderer", {"action": "rebuild"})
    with pytest.raises(KeyboardInterrupt):
        redrive(stack, {})
    assert waiting(stack) == 1


def test_while_events_are_sent_again_they_are_still_told(
    stack: Stack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty queue is one in which nothing is hidden either."""
    troubles = []

    def answer(name: str, event: Any) -> dict[str, Any]:
        troubles.append(show_failures(stack))
        return {"outcome": "stored"}

    functions.answer = answer
    fail(stack, "collector", TICK)
    assert redrive(stack, {}) == 0
    assert "0 waiting, 1 being sent again" in capsys.readouterr().out
    assert "are being sent again" in troubles[0][0]
    assert show_failures(stack) == []


def test_what_another_redrive_has_is_told(
    stack: Stack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to send is not the same as nothing there."""
    fail(stack, "collector", TICK)
    assert list(FailureQueue(stack).receive())
    assert redrive(stack, {}) == 0
    assert "1 more event being sent again, or there again" in capsys.readouterr().out
    assert functions.sent == []


def test_the_queue_is_asked_by_long_polling(stack: Stack) -> None:
    """Otherwise SQS asks some of its servers only, and may see nothing."""
    asked: list[dict[str, Any]] = []
    events = stack.client("sqs").meta.events
    events.register(
        "provide-client-params.sqs.ReceiveMessage",
        lambda params, **_: asked.append(dict(params)),
    )
    fail(stack, "collector", TICK)
    assert redrive(stack, {"DRY": "1"}) == 0
    assert len(asked) == 2
    assert all(params["WaitTimeSeconds"] > 0 for params in asked)


def test_what_shows_up_late_again_by_itself_is_no_failure(stack: Stack) -> None:
    """SQS refuses to show what is not hidden any more."""
    fail(stack, "collector", TICK)
    queue = FailureQueue(stack)
    [failure] = queue.receive()
    queue.release(failure)
    queue.release(failure)
    assert waiting(stack) == 1


def test_what_is_not_ours_stays_and_keeps_nothing_else_back(
    stack: Stack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person's text, and what another stack's function gave up."""
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=stack.failures)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    fail(stack, "other", {"action": "rebuild"})
    fail(stack, "schedule", TICK)
    assert redrive(stack, {}) == 1
    assert functions.sent == [("test-collector", TICK)]
    told = capsys.readouterr().out
    assert "is no event; not this stack's: delete it in SQS's console" in told
    assert "test-other: it broke; not this stack's" in told
    assert waiting(stack) == 2
