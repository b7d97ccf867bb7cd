"""`make status`: readings, site, failures, alarms, cost."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from botocore.exceptions import ClientError

from collector.reading import floor_hour, format_utc
from infra.commands import EXPECTED, describe_error
from infra.console import say, tell_number
from infra.local.disk import find_lack
from infra.operate.archive import load_archive, open_store
from infra.operate.cost import estimate_month, sum_up
from infra.operate.queues import FailureQueue
from infra.operate.stack import Stack
from infra.operate.usage import measure_usages
from renderer.bucket import read_status
from renderer.site.keys import MANIFEST

DAYS = 7
HOUR = timedelta(hours=1)


def show_status(stack: Stack, env: Mapping[str, str]) -> int:
    """Print how the stack is; return 1 if something needs the operator."""
    now = datetime.now(UTC)
    say(f"stack          {stack.name}, counter {stack.counter}")
    say(f"site           {stack.site_url}")
    parts: dict[str, Callable[[], list[str]]] = {
        "readings": lambda: show_readings(stack, now),
        "site": lambda: show_site(stack, now),
        "failures": lambda: show_failures(stack),
        "disk": lambda: show_disk(stack),
        "alarms": lambda: show_alarms(stack),
        "cost": lambda: show_cost(stack),
    }
    troubles = []
    # What cannot be seen must not hide the rest.
    for name, show in parts.items():
        try:
            troubles += show()
        except BrokenPipeError:
            raise  # nobody reads any more
        except EXPECTED as error:
            said = describe_error(error)
            troubles.append(f"the {name} cannot be looked at: {said}")
    for trouble in troubles:
        say(f"needs a look   {trouble}")
    return 1 if troubles else 0


def show_readings(stack: Stack, now: datetime) -> list[str]:
    """Print the last reading and the coverage of a week; return what is wrong."""
    readings = load_archive(open_store(stack)).settle().readings
    # A demonstration's clock may be ahead, so the end is open.
    start = floor_hour(now - timedelta(days=DAYS)) + HOUR
    if readings.is_empty():
        say("last reading   none yet")
        return ["nothing was read yet: the first reading comes with the next full hour"]
    recent = readings.filter(pl.col("scheduled_at") >= start)
    if recent.is_empty():
        say(f"last reading   none in the last {DAYS} days")
        return ["nothing was read for a week"]
    last = recent.row(-1, named=True)
    age = now - last["scheduled_at"]
    hour = format_utc(last["scheduled_at"])
    say(f"last reading   {last['count']:,} for {hour}, {format_age(age)}")
    first = max(start, readings.item(0, "scheduled_at"))
    due = int((max(now, last["scheduled_at"]) - first) / HOUR) + 1
    say(
        f"last {DAYS} days    {recent.height} of {due} hours, {recent.height / due:.0%}"
    )
    return ["no reading for more than two hours"] if age > 2 * HOUR else []


def show_site(stack: Stack, now: datetime) -> list[str]:
    """Print when the site was last published; return what is wrong."""
    try:
        head = stack.client("s3").head_object(Bucket=stack.site_bucket, Key=MANIFEST)
    except ClientError as error:
        if read_status(error) != 404:
            raise
        say("last publish   never")
        return ["the site was never published: a reading, or make rebuild, does it"]
    age = now - head["LastModified"]
    say(f"last publish   {format_utc(head['LastModified'])}, {format_age(age)}")
    late = age > 2 * HOUR
    return ["nothing was published for more than two hours"] if late else []


def show_failures(stack: Stack) -> list[str]:
    """Print how many failed events there are; return what is wrong."""
    waiting, hidden = FailureQueue(stack).count()
    say(f"failures       {waiting} waiting, {hidden} being sent again")
    if waiting:
        return ["failed events are waiting: make redrive DRY=1"]
    if hidden:
        return ["failed events are being sent again: see in ten minutes what stays"]
    return []


def show_disk(stack: Stack) -> list[str]:
    """Return what is wrong with the disk of one machine, where all waits for room."""
    lack = find_lack(stack.folder) if stack.folder else None
    return [lack] if lack else []


def show_alarms(stack: Stack) -> list[str]:
    """Print the states of the stack's alarms; return those that ring."""
    if stack.is_local:
        say("alarms         none on one machine; the lines above stand for them")
        return []
    pages = stack.client("cloudwatch").get_paginator("describe_alarms")
    # Another stack's name may begin like this one's; its alarms go to its own topic.
    alarms: list[dict[str, Any]] = [
        alarm
        for page in pages.paginate(AlarmNamePrefix=f"{stack.name}-")
        for alarm in page["MetricAlarms"]
        if any(to.endswith(f":{stack.name}-alarms") for to in alarm["AlarmActions"])
    ]
    raised = [each["AlarmName"] for each in alarms if each["StateValue"] == "ALARM"]
    states = [each["StateValue"] for each in alarms]
    counts = ", ".join(f"{state} {states.count(state)}" for state in sorted({*states}))
    say(f"alarms         {counts or 'there are none'}")
    return [f"alarm {name}" for name in raised]


def show_cost(stack: Stack) -> list[str]:
    """Print what a month costs at the measured durations, to pay and by the list."""
    measured = measure_usages(stack)
    if not measured:
        say("cost           nothing has run yet to estimate it from")
        return []
    items = estimate_month(measured, dashboards=int(stack.has_dashboard))
    listed, to_pay = sum_up(items)
    where = "on AWS, it would be " if stack.is_local else ""
    prices = f"${to_pay:.2f} a month, ${listed:.2f} at list prices"
    say(f"cost           {where}about {prices}")
    for each in items:
        if each.listed >= 0.0005:
            say(
                f"                 ${each.to_pay:.3f} of ${each.listed:.3f} {each.name}"
            )
    for usage in measured:
        say(f"                 {usage.name}: {usage.billed_s:.2f} s billed a run")
    return []


def format_age(age: timedelta) -> str:
    """Say how long ago: `119 minutes ago`, then `2 hours ago`."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 0:
        return "ahead of this machine's clock"
    if minutes < 120:
        return f"{tell_number(minutes, 'minute')} ago"
    return f"{minutes // 60} hours ago"
