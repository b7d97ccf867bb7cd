"""The roles allow what the functions do, and nothing that they do not do.

Both functions run whole, against the real S3, in buckets that are named as the
template names them; a proxy notes what each request would need on AWS.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import collector.handler
import renderer.handler
from collector.reading import Reading
from infra.aws.policies import make_data_policy, make_site_policy
from infra.local.storage import Storage, create_buckets
from renderer.readings import format
from renderer.readings.corrections import Correction, encode_correction
from renderer.readings.format import tabulate_readings
from renderer.readings.imports import encode_import
from renderer.readings.notes import Note, encode_note
from tests.integration.renderer_world import s3_event
from tests.integration.s3_recorder import run_s3_recorder
from tests.permissions import Call, applies, grants, is_allowed
from tests.resolved import of_type, properties

ROOT = Path(__file__).resolve().parents[2]
DATA = "nyanpass-count-data-123456789012-ap-northeast-1"
SITE = "nyanpass-count-site-123456789012-ap-northeast-1"
HOUR = timedelta(hours=1)
LAMBDA = "arn:aws:lambda:ap-northeast-1:123456789012:function:nyanpass-count"
QUEUE = "arn:aws:sqs:ap-northeast-1:123456789012:nyanpass-count-failures"
LOGS = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/nyanpass-count"
# What Lambda and the scheduler do in a role's name; no code of ours asks for it.
BY_AWS = {
    role: {
        Call("logs:CreateLogStream", f"{LOGS}-{name}:log-stream:2026/11/24/[$LATEST]0"),
        Call("logs:PutLogEvents", f"{LOGS}-{name}:log-stream:2026/11/24/[$LATEST]0"),
        Call("sqs:SendMessage", QUEUE),
    }
    for role, name in (("CollectorRole", "collector"), ("RendererRole", "renderer"))
}
BY_AWS["ScheduleRole"] = {
    Call("lambda:InvokeFunction", f"{LAMBDA}-collector"),
    Call("sqs:SendMessage", QUEUE),
}


@dataclass(frozen=True)
class Recorded:
    """What each role's function needed, and the metrics that it wrote."""

    calls: dict[str, set[Call]]
    raw: list[Call]
    results: list[dict[str, Any]]
    metrics: set[tuple[str, str, str]]


class Context:
    """What Lambda tells a function of the time it has left."""

    def get_remaining_time_in_millis(self) -> int:
        """Leave it the time of a fresh invocation."""
        return 120_000


def statements(role: str) -> list[dict[str, Any]]:
    """Give what a role of the template allows."""
    [policy] = properties(role)["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


@pytest.fixture(scope="module")
def source() -> Iterator[Callable[[int], str]]:
    """Serve the counts that the path names."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"count": self.path[1:]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield lambda count: f"http://127.0.0.1:{server.server_port}/{count}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def recorded(s3_server: Storage, source: Callable[[int], str]) -> Recorded:
    """Run all that the functions do, and record it."""
    client = s3_server.client()
    create_buckets(s3_server, client, DATA, SITE)
    with (
        pytest.MonkeyPatch.context() as patch,
        run_s3_recorder(s3_server.endpoint) as recorder,
    ):
        environment = {
            **s3_server.env,
            "AWS_ENDPOINT_URL_S3": recorder.endpoint,
            # Whatever else was asked of AWS would come here, too.
            "AWS_ENDPOINT_URL": recorder.endpoint,
            "BROWSER_PATH": str(ROOT / ".browser/chromium"),
            "PLOTLY_JS": str(ROOT / ".browser/plotly.min.js"),
        }
        for function in ("Collector", "Renderer"):
            environment |= properties(function)["Environment"]["Variables"]
        for name, value in environment.items():
            patch.setenv(name, value)
        with redirect_stdout(StringIO()) as out:
            patch.setenv("AWS_LAMBDA_FUNCTION_NAME", "nyanpass-count-collector")
            results = run_collector(patch, source)
            collected = recorder.take()
            patch.setenv("AWS_LAMBDA_FUNCTION_NAME", "nyanpass-count-renderer")
            results += run_renderer(
                lambda first, last: fill(client, first, last), lambda: spoil(client)
            )
        rendered = recorder.take()
    client.close()
    calls = {"CollectorRole": set(collected), "RendererRole": set(rendered)}
    return Recorded(calls, collected + rendered, results, metrics_in(out.getvalue()))


def run_collector(
    patch: pytest.MonkeyPatch, source: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Store an hour, repeat it, and meet another count for it."""
    collector.handler.make_s3_client.cache_clear()
    now = datetime.now(UTC)
    event = {"scheduled_time": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
    results = []
    for count in (5, 5, 6):
        patch.setenv("COUNT_URL", source(count))
        results.append(collector.handler.handler(event, None))
    collector.handler.make_s3_client().close()
    collector.handler.make_s3_client.cache_clear()
    return results


def fill(client: Any, first: int, last: int) -> None:
    """Add the readings of so many hours, and one each of what an operator writes."""
    now, old = (
        datetime.now(UTC).replace(microsecond=0),
        reading(last + 100).scheduled_at,
    )
    frame = tabulate_readings([format.Reading(old, old, 4, None)])
    void = Correction("void", old, old, None, "A test", now)
    for key, body in (
        encode_import("nyanpass", now, frame),
        encode_correction("nyanpass", void),
        encode_note("nyanpass", Note(old, {"en": "A test"}, None, now)),
    ):
        client.put_object(Bucket=DATA, Key=key, Body=body)
    readings = [reading(n) for n in range(first, last + 1)]
    with ThreadPoolExecutor(8) as pool:
        for each in readings:
            pool.submit(
                client.put_object,
                Bucket=DATA,
                Key=each.key(),
                Body=each.to_line(),
            )


def spoil(client: Any) -> None:
    """Damage every object of the site, so that each has to be replaced."""
    for each in client.list_objects_v2(Bucket=SITE)["Contents"]:
        client.put_object(Bucket=SITE, Key=each["Key"], Body=b"damaged")


def run_renderer(
    fill: Callable[[int, int], None], spoil: Callable[[], None]
) -> list[dict[str, Any]]:
    """Begin with nothing, take in days before, repeat the event, rebuild."""
    wake_up: dict[str, Any] = {"Records": []}
    run = renderer.handler.handler
    results = [run(wake_up, Context())]
    fill(1, 90)
    old = [reading(n).key() for n in range(40, 91)]
    results += [run(s3_event(DATA, old), Context()), run(wake_up, Context())]
    spoil()
    return [*results, run({"action": "rebuild"}, Context())]


def reading(hours_ago: int) -> Reading:
    """Make the reading of so many hours ago."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    scheduled_at = hour - hours_ago * HOUR
    return Reading("nyanpass", scheduled_at, scheduled_at, 5, None)


def metrics_in(text: str) -> set[tuple[str, str, str]]:
    """Give namespace, function and name of each metric in the output."""
    found = set()
    for line in text.splitlines():
        if line.startswith('{"_aws"'):
            document = json.loads(line)
            [directive] = document["_aws"]["CloudWatchMetrics"]
            for metric in directive["Metrics"]:
                name = metric["Name"]
                found.add((directive["Namespace"], document["Function"], name))
    return found


def test_the_runs_went_through_all_that_the_functions_do(recorded: Recorded) -> None:
    """Otherwise the tests below would prove little."""
    outcomes = [result["outcome"] for result in recorded.results]
    assert outcomes == [
        *("stored", "duplicate", "conflict"),
        *("published", "published", "unchanged", "published"),
    ]
    assert recorded.results[-1]["readings"] == 91


def test_the_runs_emit_what_the_alarms_watch(recorded: Recorded) -> None:
    """Namespace, function and name, as they really reach the log."""
    watched = {
        (alarm["Namespace"], alarm["Dimensions"][0]["Value"], alarm["MetricName"])
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        if alarm["Dimensions"][0]["Name"] == "Function"
    }
    assert len(watched) == 3
    assert watched <= recorded.metrics


def test_every_call_of_a_function_is_allowed_by_its_role(recorded: Recorded) -> None:
    """And unknown requests are in no policy, so they would show up here."""
    for role, calls in recorded.calls.items():
        assert calls
        refused = {call for call in calls if not is_allowed(statements(role), call)}
        assert refused == set(), role


@pytest.mark.parametrize("role", ["CollectorRole", "RendererRole", "ScheduleRole"])
def test_nothing_is_granted_that_no_call_needs(recorded: Recorded, role: str) -> None:
    """Each action with each resource of each statement has its call."""
    calls = recorded.calls.get(role, set()) | BY_AWS[role]
    surplus = [
        (action, resource)
        for action, resource in grants(statements(role))
        if not any(
            applies({"Action": action, "Resource": resource}, call) for call in calls
        )
    ]
    assert surplus == []


def test_what_aws_does_for_a_function_is_allowed() -> None:
    """Its log streams and the failure queue."""
    for role, calls in BY_AWS.items():
        for call in calls:
            assert is_allowed(statements(role), call), call


def test_the_buckets_policies_refuse_none_of_the_calls(recorded: Recorded) -> None:
    """Every put of a reading says that it creates; the history's are not meant."""
    denying = make_data_policy(DATA)["Statement"]
    for call in recorded.raw:
        secure = Call(call.action, call.resource, (*call.keys, TLS))
        assert not any(applies(statement, secure) for statement in denying), call


TLS = ("aws:SecureTransport", "true")
READING = f"arn:aws:s3:::{DATA}/readings/counter=nyanpass/date=2026-11-23/x.json"
HISTORY = f"arn:aws:s3:::{DATA}/history/counter=nyanpass/history.parquet"
FOREIGN = f"arn:aws:s3:::{DATA}/readings/counter=other/date=2026-11-23/x.json"
PAGE = f"arn:aws:s3:::{SITE}/index.html"
BUCKETS = (f"arn:aws:s3:::{DATA}", f"arn:aws:s3:::{SITE}")
DENIED = [
    # The collector reads nothing but what it must compare, and derives nothing.
    ("CollectorRole", "s3:ListBucket", BUCKETS[0]),
    ("CollectorRole", "s3:ListBucket", BUCKETS[1]),
    ("CollectorRole", "s3:GetObject", HISTORY),
    ("CollectorRole", "s3:PutObject", HISTORY),
    ("CollectorRole", "s3:GetObject", PAGE),
    ("CollectorRole", "s3:PutObject", PAGE),
    ("CollectorRole", "s3:PutObject", FOREIGN),
    # The renderer changes no reading and publishes only where the public may read.
    ("RendererRole", "s3:PutObject", READING),
    ("RendererRole", "s3:GetObject", FOREIGN),
    ("RendererRole", "s3:PutObject", f"arn:aws:s3:::{DATA}/history/other.parquet"),
    ("RendererRole", "s3:PutObject", f"arn:aws:s3:::{SITE}/private.txt"),
    ("RendererRole", "s3:GetObject", f"arn:aws:s3:::{SITE}/private.txt"),
    # None reads or empties the failure queue, and neither touches the other's logs.
    *(
        (f"{role}Role", action, QUEUE)
        for role in ("Collector", "Renderer", "Schedule")
        for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue")
    ),
    ("CollectorRole", "logs:PutLogEvents", f"{LOGS}-renderer:log-stream:x"),
    ("RendererRole", "logs:PutLogEvents", f"{LOGS}-collector:log-stream:x"),
    ("CollectorRole", "logs:CreateLogGroup", f"{LOGS}-collector"),
    # The schedule wakes the collector only.
    ("ScheduleRole", "lambda:InvokeFunction", f"{LAMBDA}-renderer"),
    ("ScheduleRole", "s3:PutObject", READING),
    *(
        (role, action, resource)
        for role in ("CollectorRole", "RendererRole", "ScheduleRole")
        for action, resource in (
            ("s3:DeleteObject", READING),
            ("s3:DeleteObjectVersion", READING),
            ("s3:DeleteObject", HISTORY),
            ("s3:DeleteObject", PAGE),
            ("s3:PutBucketPolicy", BUCKETS[0]),
            ("s3:PutBucketPolicy", BUCKETS[1]),
            ("s3:PutObjectAcl", PAGE),
            ("iam:PassRole", "arn:aws:iam::123456789012:role/any"),
            ("lambda:UpdateFunctionCode", f"{LAMBDA}-renderer"),
        )
    ),
]


@pytest.mark.parametrize(("role", "action", "resource"), DENIED)
def test_a_role_may_not_step_outside_its_area(
    role: str, action: str, resource: str
) -> None:
    """The matrix of what must stay refused."""
    assert not is_allowed(statements(role), Call(action, resource))


def test_a_reading_cannot_be_replaced_even_with_every_right() -> None:
    """The bucket's own policy refuses a put that does not say that it creates."""
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policies = [everything, *make_data_policy(DATA)["Statement"]]
    created = (("s3:if-none-match", "*"), TLS)
    assert is_allowed(policies, Call("s3:PutObject", READING, created))
    assert not is_allowed(policies, Call("s3:PutObject", READING, (TLS,)))
    plain = (("s3:if-none-match", "*"), ("aws:SecureTransport", "false"))
    assert not is_allowed(policies, Call("s3:PutObject", READING, plain))
    assert is_allowed(policies, Call("s3:PutObject", HISTORY, (TLS,)))


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("s3:GetObject", PAGE, True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/en.html", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/404.html", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/graph-dark.png", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/badge.svg", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/feed.xml", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/feed.en.xml", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/graphs/24h-total.png", True),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/index.html.bak", False),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/private.txt", False),
        ("s3:GetObject", f"arn:aws:s3:::{SITE}/feed.de.xml", False),
        ("s3:ListBucket", f"arn:aws:s3:::{SITE}", False),
        ("s3:PutObject", PAGE, False),
        ("s3:GetObject", READING, False),
    ],
)
def test_the_public_may_get_the_site_and_do_nothing_else(
    action: str, resource: str, allowed: bool
) -> None:
    """By the policy as a document; the local S3 is asked in test_local_storage."""
    assert (
        is_allowed(make_site_policy(SITE)["Statement"], Call(action, resource))
        is allowed
    )


def test_there_are_three_roles_and_all_are_covered_here() -> None:
    """A new role needs its rows."""
    assert of_type("AWS::IAM::Role").keys() == BY_AWS.keys()
