"""The event: a hint that may come in any shape that S3 ever gave it."""

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.events import make_record
from renderer.errors import EventError, RendererError
from renderer.events import Request, parse_event

KEY = "readings/counter=nyanpass/date=2026-11-23/20261123T220000Z.json"


def record(key: Any, bucket: str = "data", **fields: Any) -> dict[str, Any]:
    """Write one record as S3 does, with some fields changed."""
    return {
        "eventVersion": "2.3",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": key, "size": 170, "sequencer": "0055AED6DCD90281E5"},
        },
        **fields,
    }


def test_a_record_names_a_key_in_form_encoding_and_it_is_decoded_once() -> None:
    """S3 writes `=` as %3D and a space as +."""
    encoded = KEY.replace("=", "%3D")
    assert parse_event({"Records": [record(encoded)]}, "data") == Request("tick", [KEY])
    odd = parse_event({"Records": [record("a+b%2Bc%2525%E3%81%AB")]}, "data")
    assert odd.keys == ["a b+c%25に"]


def test_the_local_stand_in_sends_what_is_understood() -> None:
    """Its records and this parser are held together."""
    sent = make_record(
        "data", KEY, size_bytes=170, etag="e", at_ns=1_795_471_203 * 10**9
    )
    event = {"Records": [sent]}
    assert parse_event(event, "data") == Request("tick", [KEY])


def test_all_records_count() -> None:
    """Not only the first one."""
    event = {"Records": [record("a"), record("b"), record("a")]}
    assert parse_event(event, "data").keys == ["a", "b", "a"]


def test_records_of_another_bucket_are_ignored() -> None:
    """A mistaken notification must not bring in another bucket's keys."""
    event = {"Records": [record("a", "other"), record("b")]}
    assert parse_event(event, "data").keys == ["b"]


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2", "2.9"])
def test_any_second_version_is_quietly_understood(
    version: str, caplog: pytest.LogCaptureFixture
) -> None:
    """S3 promises to add fields only."""
    event = {"Records": [record("a", eventVersion=version, news={"x": 1})]}
    assert parse_event(event, "data").keys == ["a"]
    assert caplog.records == []


def test_another_version_is_tried_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The event is but a hint."""
    assert parse_event({"Records": [record("a", eventVersion="3.0")]}, "data").keys == [
        "a"
    ]
    assert "event version '3.0' is not 2.x" in caplog.text


@pytest.mark.parametrize(
    "broken",
    [
        None,
        7,
        "x",
        [],
        {},
        {"s3": None},
        {"s3": []},
        {"s3": "x"},
        {"s3": {"bucket": {"name": "data"}}},
        {"s3": {"bucket": None, "object": {"key": "a"}}},
        {"s3": {"object": {"key": "a"}}},
        record(None),
        record(7),
        record(["a"]),
        record(""),
        {"eventVersion": None, "s3": None},
    ],
)
def test_a_record_without_a_key_costs_no_other(
    broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The listing finds what such a record did not name."""
    caplog.set_level(logging.WARNING)
    request = parse_event({"Records": [broken, record("b")]}, "data")
    assert request == Request("tick", ["b"])


def test_no_record_at_all_is_still_a_wake_up() -> None:
    """There may be something to list."""
    assert parse_event({"Records": []}, "data") == Request("tick", [])


def test_an_event_through_eventbridge_has_its_key_as_it_is() -> None:
    """There a plus is a plus."""
    detail = {"bucket": {"name": "data"}, "object": {"key": "a+b%20c"}}
    event = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert parse_event(event, "data") == Request("tick", ["a+b%20c"])
    assert parse_event(event, "other") == Request("tick", [])
    assert parse_event({"detail": {}}, "data") == Request("tick", [])


def test_the_test_event_of_a_new_notification_is_ignored() -> None:
    """S3 sends it once, and it names no object."""
    event = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2026-11-23T22:00:00.000Z",
        "Bucket": "data",
    }
    assert parse_event(event, "data") == Request("ignore")


@pytest.mark.parametrize("action", ["rebuild", "selftest"])
def test_an_operator_asks_by_action(action: str) -> None:
    """Whatever else the event holds."""
    assert parse_event({"action": action, "Records": [record("a")]}, "data") == Request(
        action
    )


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (None, "the event is a NoneType, not an object"),
        ([], "the event is a list, not an object"),
        ("rebuild", "the event is a str, not an object"),
        ({"action": "Rebuild"}, "unknown action 'Rebuild': use one of"),
        ({"action": ["rebuild"]}, "unknown action"),
        ({"action": ""}, "unknown action ''"),
        ({}, "no Records, detail or action"),
        ({"Records": {}}, "no Records, detail or action"),
        ({"Records": None, "detail": "x"}, "no Records, detail or action"),
        ({"Event": "s3:OtherEvent"}, "no Records, detail or action"),
    ],
)
def test_what_asks_for_nothing_is_an_error(event: Any, why: str) -> None:
    """A mistyped action must not look like success."""
    with pytest.raises(EventError, match=why):
        parse_event(event, "data")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Records", "s3", "bucket", "object", "key", "name", "detail"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_makes_it_fail_in_another_way(event: Any) -> None:
    """A request with text keys, or an error of ours."""
    try:
        request = parse_event(event, "data")
    except RendererError:
        return
    assert all(isinstance(key, str) and key for key in request.keys)
