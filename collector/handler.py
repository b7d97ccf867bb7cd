"""The collector's entry: the only module that knows environment, clock and event.

One run: the hour it is for -> the answer -> the count -> one reading, stored.
"""

import logging
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from collector.address import fetch_address
from collector.answer import Answer, parse_answer
from collector.metrics import format_metrics
from collector.patience import Patience
from collector.reading import Reading, floor_hour, format_utc
from collector.settings import Settings
from collector.source import fetch_answer
from collector.store import put_reading

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

LOGGER = logging.getLogger(__name__)
LOGGER.setLevel(logging.INFO)  # Lambda's root logger starts at WARNING

# A count read later than this belongs to the next hour rather than to this one.
MAX_LATE = timedelta(minutes=50)
# What a clock may be ahead of the scheduler's.
MAX_EARLY = timedelta(minutes=5)


def handler(event: object, context: object) -> dict[str, Any]:
    """Collect one reading; Lambda calls this."""
    settings = Settings.from_env(os.environ)
    if settings.count_parameter:
        url = fetch_address(make_ssm_client(), settings.count_parameter)
        settings = replace(settings, count_url=url)
    patience = Patience(time.monotonic, time.sleep, random.uniform)
    return collect(
        event, settings, make_s3_client(), patience, lambda: datetime.now(UTC)
    )


@cache
def make_s3_client() -> "S3Client":
    """Make the S3 client, once per process; its endpoint comes from the environment."""
    config = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return boto3.client("s3", config=config)


@cache
def make_ssm_client() -> "SSMClient":
    """Make the client of Parameter Store, once per process; it leaves time to read."""
    config = Config(
        connect_timeout=1,
        read_timeout=1.5,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    return boto3.client("ssm", config=config)


def collect(
    event: object,
    settings: Settings,
    client: "S3Client",
    patience: Patience,
    now: Callable[[], datetime],
) -> dict[str, Any]:
    """Read the counter and store the reading for the event's hour.

    Returns the outcome (`stored`, `duplicate`, `conflict`, `too-late`), the key, and
    the count stored under it. `{"action": "selftest"}` only reads the count: outcome
    `selftest`, no key, and the count that would have been stored now. Every error is
    raised, even where Lambda's retries cannot help: two more GETs do no harm, and
    returning would hide the failure from the alarm.
    """
    if event == {"action": "selftest"}:
        answer, _ = _read_count(settings, patience, now)
        LOGGER.info("outcome=selftest count=%s", answer.count)
        return {"outcome": "selftest", "key": None, "count": answer.count}

    scheduled_at = find_scheduled_time(event, now())
    hour = floor_hour(scheduled_at)
    if is_too_late(scheduled_at, now()):
        LOGGER.warning("outcome=too-late hour=%s: nothing is read", format_utc(hour))
        _emit_metrics(now(), {"HourStored": 0})
        return {"outcome": "too-late", "key": None, "count": None}

    answer, observed_at = _read_count(settings, patience, now)
    reading = Reading(
        settings.counter, hour, observed_at, answer.count, answer.source_time
    )
    kept = put_reading(client, settings.data_bucket, reading, patience)

    conflict = kept.outcome == "conflict"
    if conflict:
        LOGGER.warning(
            "outcome=conflict key=%s count=%s: the first reading stays, %s is dropped",
            *(reading.key(), kept.count, reading.count),
        )
    else:
        LOGGER.info(
            "outcome=%s key=%s count=%s", kept.outcome, reading.key(), kept.count
        )
    _emit_metrics(
        observed_at,
        {"HourStored": 1, "HourConflict": int(conflict), "Count": reading.count},
    )
    return {"outcome": kept.outcome, "key": reading.key(), "count": kept.count}


def _read_count(
    settings: Settings, patience: Patience, now: Callable[[], datetime]
) -> tuple[Answer, datetime]:
    """Read the counter; return what it answers, and when that was."""
    body = fetch_answer(settings.count_url, settings.contact, patience)
    observed_at = now()
    return parse_answer(body, settings, observed_at), observed_at


def find_scheduled_time(event: object, now: datetime) -> datetime:
    """Return the event's scheduled time in UTC, or now where it has none to use.

    `{"scheduled_time": "2026-11-23T22:00:00Z"}` is what the template has EventBridge
    Scheduler send. Any other event, as of a run by hand, means the present hour; so
    does a time in the future, since a reading of that hour could not be corrected.
    """
    text = event.get("scheduled_time") if isinstance(event, dict) else None
    try:
        scheduled_at = datetime.fromisoformat(text or "")
        if scheduled_at.tzinfo is not None and scheduled_at - now <= MAX_EARLY:
            return scheduled_at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    LOGGER.warning("the event has no usable scheduled_time; the present hour is taken")
    return now


def is_too_late(scheduled_at: datetime, now: datetime) -> bool:
    """Say whether a count read now would be false for the scheduled hour."""
    next_hour = floor_hour(scheduled_at) + timedelta(hours=1)
    return now - scheduled_at > MAX_LATE or now >= next_hour


def _emit_metrics(at: datetime, values: dict[str, int]) -> None:
    # Lambda's own name for the function, so that two stacks count apart.
    name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "collector")
    sys.stdout.write(format_metrics(name, at, values))
    sys.stdout.flush()
