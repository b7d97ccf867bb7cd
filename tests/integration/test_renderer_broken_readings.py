"""Broken and foreign objects under `readings/`: named, skipped, never fatal or lost."""

import gzip
import json
import logging
import time
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from renderer.readings.fetch import SCAN_FROM, scan_lines
from renderer.readings.history import decode_archive
from tests.integration.renderer_world import COUNTER, World, reading

Body = Callable[[bytes], bytes]


def saying(**fields: Any) -> Body:
    """Change fields of a reading; None takes one away."""

    def change(line: bytes) -> bytes:
        new = json.loads(line) | fields
        return json.dumps({k: v for k, v in new.items() if v is not None}).encode()

    return change


BROKEN: dict[str, Body] = {
    "empty": lambda _: b"",
    "blank": lambda _: b" \n",
    "truncated": lambda line: line[:40],
    "not JSON": lambda _: b"count: 5\n",
    "invalid UTF-8": lambda line: line.replace(b"nyan", b"ny\xffan"),
    "UTF-16": lambda line: line.decode().encode("utf-16"),
    "a byte-order mark": lambda line: b"\xef\xbb\xbf" + line,
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "only the magic of gzip": lambda _: b"\x1f\x8b\x08",
    "only the magic of zstd": lambda _: b"\x28\xb5\x2f\xfd\x24",
    "a NUL": lambda line: line + b"\0",
    "the line twice": lambda line: line + line,
    "two lines": lambda line: line + b'{"schema":1}\n',
    "an array": lambda line: b"[" + line + b"]",
    "null": lambda _: b"null",
    "deeply nested": lambda _: b"[" * 100_000,
    "another counter": saying(counter="other"),
    "another hour": saying(scheduled_at="2026-12-31T11:00:00Z"),
    "no counter": saying(counter=None),
    "no count": saying(count=None),
    "a count as text": saying(count="5"),
    "a count as float": saying(count=5.0),
    "a count as bool": saying(count=True),
    "a negative count": saying(count=-1),
    "a count too big": saying(count=10**18),
    "a count far too big": lambda line: line.replace(
        b'"count":', b'"count":' + b"9" * 5000
    ),
    "NaN": saying(count=float("nan")),
    "a time without zone": saying(observed_at="2026-12-31T12:00:00"),
    "a time of another zone": saying(observed_at="2026-12-31T12:00:00+09:00"),
    "no time": saying(observed_at=None),
    "a broken source time": saying(source_time="noon"),
}
WHOLE: dict[str, Body] = {
    "without a line end": bytes.rstrip,
    "with CRLF": lambda line: line.replace(b"\n", b"\r\n"),
    "with empty lines": lambda line: b"\n" + line + b"\n\n",
    "indented": lambda line: json.dumps(json.loads(line), indent=2).encode(),
    "with an unknown field": saying(note="später\nmehr"),
    "without a source time": saying(source_time=None),
}
FOREIGN = (
    "readings/counter=nyanpass/.keep",
    "readings/counter=nyanpass/date=2026-12-31/",
    "readings/counter=nyanpass/date=2026-12-31/20261231T120000Z.JSON",
    "readings/counter=nyanpass/date=2026-12-31/20261231T120000Z.json.bak",
    "readings/counter=nyanpass/date=2026-12-31/20261231T123000Z.json",
    "readings/counter=nyanpass/date=2026-12-31/20261231T250000Z.json",
    "readings/counter=nyanpass/date=2027-01-01/20261231T130000Z.json",
    "readings/counter=nyanpass/date=2027-01-01/読み取り 100%+1.json",
)
# Other counters' objects are none of this renderer's business.
OTHERS = (
    "readings/counter=nyanpasu/.keep",
    "readings/counter=other/x.json",
    "readings/x",
)


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return every warning; each begins with the key that it is about."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING
    ]


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_every_broken_object_is_named_once_and_skipped(
    world: World, caplog: pytest.LogCaptureFixture, many: bool
) -> None:
    """Read one by one or all at once: the same ones, and no other reading is lost."""
    whole = [reading(hour, 100 + hour) for hour in range(SCAN_FROM if many else 4)]
    odd = {reading(-1 - n, n): body for n, body in enumerate(WHOLE.values())}
    broken = {reading(-20 - n, n): body for n, body in enumerate(BROKEN.values())}
    bodies = {each.key(): body(each.to_line()) for each, body in (odd | broken).items()}
    world.put(*whole)
    world.put_bodies(bodies)
    assert (len(bodies) + len(whole) >= SCAN_FROM) is many
    stored = world.readings()
    outcome = world.tick()
    assert outcome["outcome"] == "published"
    assert outcome["broken"] == sorted(each.key() for each in broken)
    named = Counter(message.split()[0] for message in warnings_of(caplog))
    assert named == Counter(outcome["broken"])
    archive = decode_archive(world.history() or b"", COUNTER)
    assert archive is not None
    assert archive.candidates["count"].to_list() == [
        *(each.count for each in reversed(odd)),
        *(each.count for each in whole),
    ]
    assert world.readings() == stored


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_every_foreign_key_is_named_once_and_its_object_left_alone(
    world: World, caplog: pytest.LogCaptureFixture, many: bool
) -> None:
    """It is not even read, and the readings of other counters are not mentioned."""
    line = reading(0, 5).to_line()
    world.put(*(reading(hour, 100 + hour) for hour in range(SCAN_FROM if many else 4)))
    world.put_bodies(dict.fromkeys((*FOREIGN, *OTHERS), line))
    stored = world.readings()
    outcome = world.tick()
    assert outcome["outcome"] == "published"
    assert outcome["broken"] == sorted(FOREIGN)
    said = warnings_of(caplog)
    assert said == [
        f"{key} is not the key of a reading; it is skipped" for key in sorted(FOREIGN)
    ]
    assert world.readings() == stored


def test_a_named_key_that_is_foreign_or_gone_stops_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """An event may name anything, also twice."""
    (key,) = world.put(reading(0, 5))
    gone = reading(1, 6).key()
    outcome = world.tick(key, gone, gone, FOREIGN[0], *OTHERS, "history/x", "")
    assert (outcome["outcome"], outcome["readings"]) == ("published", 1)
    assert outcome["broken"] == sorted([gone, FOREIGN[0]])
    assert len(warnings_of(caplog)) == 2


def test_a_broken_object_that_is_mended_is_taken_up(world: World, other: World) -> None:
    """An operator deletes it and the collector's put then goes through."""
    good, bad = reading(0, 5), reading(1, 7)
    world.put(good)
    world.put_bodies({bad.key(): b"{"})
    assert world.tick()["broken"] == [bad.key()]
    world.put(bad)
    assert world.tick(bad.key())["broken"] == []
    other.put(good, bad)
    other.rebuild()
    assert world.site() == other.site()


def mutations() -> st.SearchStrategy[bytes]:
    """Give a reading's line with some of its bytes replaced, taken away or added."""
    line = reading(0, 123456).to_line()
    junk = st.binary(max_size=4) | st.sampled_from(
        [b"\n", b"\r\n", b"\r", b"\0", b'"', b"\xef\xbb\xbf", b"\x1f\x8b", b"x\x9c"]
    )

    def mutate(start: int, length: int, new: bytes) -> bytes:
        return line[:start] + new + line[start + length :]

    ends = st.sampled_from([0, len(line) - 1, len(line)])
    places = ends | st.integers(0, len(line))
    return st.builds(mutate, places, st.integers(0, 3), junk)


@given(bodies=st.lists(mutations(), min_size=SCAN_FROM, max_size=SCAN_FROM))
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.large_base_example,
        HealthCheck.data_too_large,
    ],
)
def test_all_at_once_and_one_by_one_decide_alike_about_any_bytes(
    few_ranges: None, world: World, other: World, bodies: list[bytes]
) -> None:
    """So a rebuild is the same as what the ticks have built."""
    world.clear()
    other.clear()
    hours = [reading(hour, 123456) for hour in range(len(bodies))]
    stamp = hours[0].to_line()[: hours[0].to_line().index(b'"observed_at"')]
    named = {
        each.key(): body.replace(stamp, each.to_line()[: len(stamp)])
        for each, body in zip(hours, bodies, strict=True)
    }
    first = dict(list(named.items())[: SCAN_FROM // 2])
    world.put_bodies(first)
    world.tick()
    world.put_bodies({key: named[key] for key in named.keys() - first.keys()})
    one_by_one = world.tick(*named)
    other.put_bodies(named)
    at_once = other.rebuild()
    assert one_by_one["broken"] == at_once["broken"]
    assert world.history() == other.history()


def test_an_s3_that_polars_cannot_reach_is_an_error_at_once(world: World) -> None:
    """No reading is taken for broken, and the scan is not halved for it."""
    cloud = {**world.store.cloud, "aws_endpoint_url": "http://127.0.0.1:9"}
    start = time.monotonic()
    with pytest.raises(OSError, match="object-store error"):
        scan_lines([f"s3://data/{number}" for number in range(64)], cloud)
    # Polars itself tries for some seconds; halving would do that 127 times.
    assert time.monotonic() - start < 60
