"""The APIs of the running one-machine stack, as boto3's clients see them."""

import json
import queue
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from infra.aws.clients import Client, make_clients
from infra.local.api import Api
from infra.local.delivery import Delivery
from infra.local.functions import FunctionSettings, start_function
from infra.local.logs import Log
from infra.local.state import read_state, remove_state, write_state
from infra.operate.batches import make_records
from infra.operate.queues import parse_failure

HANDLER = """
import time

def handler(event, context):
    if event.get("fail"):
        raise ValueError("it fails")
    time.sleep(event.get("sleep", 0))
    return {"records": len(event.get("Records", [])), "at": time.monotonic()}
"""


@dataclass
class Served:
    """The API, clients that lead to it, and what was finished."""

    client: Client
    failures: Path
    finished: "queue.Queue[Any]"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve one small function as the renderer."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "api_function.py").write_text(HANDLER)
    log = Log(folder / "functions.log")
    function = start_function(
        FunctionSettings("renderer", "api_function.handler", 5, 256),
        {"PYTHONPATH": str(folder)},
        log,
    )
    finished: queue.Queue[Any] = queue.Queue()
    delivery = Delivery(
        function,
        folder / "failures",
        lambda event, result: finished.put((event, result)),
        retry_waits_s=(0.01, 0.01),
    )
    api = Api({"renderer": delivery}, folder / "failures")
    api.start()
    env = {
        "AWS_ENDPOINT_URL": api.endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "ap-northeast-1",
    }
    yield Served(make_clients(env), folder / "failures", finished)
    api.stop()
    delivery.stop()
    function.child.stop()
    log.close()


def call(served: Served, event: Any, **arguments: str) -> Any:
    """Invoke the function by Lambda's API."""
    arguments = {"FunctionName": "renderer", **arguments}
    payload = json.dumps(event).encode()
    return served.client("lambda").invoke(**arguments, Payload=payload)


def test_an_invocation_gives_the_function_s_result(served: Served) -> None:
    """By its name alone, or with a stack's name before it as on AWS."""
    for name in ("renderer", "nyanpass-count-renderer"):
        answer = call(served, {"Records": [{}] * 3}, FunctionName=name)
        assert json.loads(answer["Payload"].read())["records"] == 3
        assert "FunctionError" not in answer
        served.finished.get(timeout=30)


def test_a_year_of_records_fits_into_one_invocation(served: Served) -> None:
    """Some megabytes, as Lambda takes them."""
    records = list(make_records("data", ["readings/" + "k" * 100] * 20_000))
    answer = call(served, {"Records": records})
    assert json.loads(answer["Payload"].read())["records"] == 20_000
    served.finished.get(timeout=30)


def test_a_failing_function_is_told_as_lambda_tells_it(served: Served) -> None:
    """With its message, and without retries or a kept failure."""
    answer = call(served, {"fail": True})
    assert answer["FunctionError"] == "Unhandled"
    error = json.loads(answer["Payload"].read())
    assert error == {"errorMessage": "ValueError: it fails"}
    assert not served.failures.exists()


def test_a_request_without_a_signature_is_refused(served: Served) -> None:
    """A web page that the operator has open must not reach the functions."""
    endpoint = served.client("lambda").meta.endpoint_url
    url = f"{endpoint}/2015-03-31/functions/renderer/invocations"
    assert requests.post(url, data="{}", timeout=5).status_code == 403
    assert served.finished.empty()


def test_an_event_that_is_no_object_is_refused(served: Served) -> None:
    """It would end the delivery."""
    with pytest.raises(ClientError):
        call(served, [1], InvocationType="Event")


def test_an_unknown_function_is_an_error(served: Served) -> None:
    """As on AWS."""
    with pytest.raises(ClientError):
        call(served, {}, FunctionName="painter")


def test_a_call_waits_for_the_event_that_is_being_worked_on(served: Served) -> None:
    """The emulator takes one at a time; neither is lost."""
    accepted = call(served, {"sleep": 0.5}, InvocationType="Event")
    assert accepted["StatusCode"] == 202
    time.sleep(0.1)
    answer = json.loads(call(served, {})["Payload"].read())
    results = [served.finished.get(timeout=30)[1] for _ in range(2)]
    assert sorted(results, key=lambda result: result["at"])[-1] == answer


@pytest.mark.parametrize(
    ("error", "told"), [(BrokenPipeError(), False), (ValueError("a mistake"), True)]
)
def test_a_caller_who_hangs_up_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception, told: bool
) -> None:
    """As the storage does on a busy machine; what is a mistake of ours is told."""
    api = Api({}, tmp_path)
    try:
        raise error
    except Exception:
        api.handle_error(None, ("127.0.0.1", 1))
    finally:
        api.server_close()
    assert bool(capsys.readouterr().err) is told


def test_failures_are_messages_until_they_are_deleted(served: Served) -> None:
    """In the form in which Lambda sends them to a failure destination."""
    call(served, {"fail": 1}, InvocationType="Event")
    assert served.finished.get(timeout=30) == ({"fail": 1}, None)
    sqs = served.client("sqs")
    url = sqs.get_queue_url(QueueName="failures")["QueueUrl"]
    assert depth(sqs, url) == 1
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    body = json.loads(message["Body"])
    assert body["requestPayload"] == {"fail": 1}
    assert body["responsePayload"] == {"errorMessage": "ValueError: it fails"}
    assert body["requestContext"]["condition"] == "RetriesExhausted"
    assert parse_failure(message).function == "renderer"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert depth(sqs, url) == 0
    assert not sqs.receive_message(QueueUrl=url).get("Messages")


def test_failures_of_before_there_was_one_queue_are_messages_too(
    served: Served,
) -> None:
    """They lay in the same folder, and each names its function."""
    served.failures.mkdir(exist_ok=True)
    for name in ("collector", "renderer"):
        failure = {
            "function": name,
            "failed_at": "2026-11-23T22:00:05Z",
            "error": "it broke",
            "event": {"of": name},
        }
        path = served.failures / f"20261123T220005Z-{name}-0.json"
        path.write_text(json.dumps(failure, indent=2) + "\n", "utf-8")
    sqs = served.client("sqs")
    url = sqs.get_queue_url(QueueName="failures")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    failures = [parse_failure(each) for each in found]
    assert [each.function for each in failures] == ["collector", "renderer"]
    assert [each.event["of"] for each in failures] == ["collector", "renderer"]
    for each in failures:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=each.handle)
    assert depth(sqs, url) == 0


def depth(sqs: Any, url: str) -> int:
    """Ask how many messages a queue has."""
    names = ["ApproximateNumberOfMessages"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return int(answer["Attributes"][names[0]])


def test_only_failures_can_be_deleted(served: Served, tmp_path: Path) -> None:
    """A handle is a name in the folder, not a path out of it."""
    victim = tmp_path / "victim.json"
    victim.write_text("")
    served.client("sqs").delete_message(
        QueueUrl="http://x/q", ReceiptHandle=str(victim)
    )
    assert victim.exists()


def test_the_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Also with blanks, and by its owner only."""
    path = tmp_path / "stack.env"
    values = {"FOLDER": "/a folder/with 'quotes'", "KEY": "k=v"}
    write_state(path, values)
    assert read_state(path) == values
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    remove_state(path, {"KEY": "of another stack"})
    assert path.exists()
    remove_state(path, values)
    assert not path.exists()
