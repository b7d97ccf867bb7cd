"""What the running stack does: a single hour, or hour after hour."""

import time
from datetime import datetime

from collector.reading import floor_hour, format_utc
from infra.errors import FailedError
from infra.invocations import list_keys
from infra.local.clock import HOUR
from infra.local.console import print_line
from infra.local.events import make_record
from infra.local.schedule import Schedule
from infra.local.settings import DATA_BUCKET, SITE_BUCKET
from infra.local.start import Finished, FinishedQueue, RunningStack

POLL_S = 0.5
# Longer than any function and its retries may take.
ONCE_TIMEOUT_S = 600.0
# A collection begun so late might not end within its hour.
END_OF_HOUR_S = 20.0


def run_once(stack: RunningStack) -> None:
    """Collect one hour, wait until it is published, and list what was published."""
    wait_for_next_hour(stack)
    send_hour(stack, stack.clock.now())
    result = wait_for_finished(stack, stack.collected).result
    if result is None:
        raise FailedError("nothing was collected, see the lines above")
    key = result.get("key")
    if not key:
        raise FailedError(f"nothing was collected: {result.get('outcome')}")
    if result["outcome"] != "stored":
        # The hour was already there, so no event comes; send one.
        stack.renderer.send_record(fetch_record(stack, key))
    wait_until_published(stack, key)
    print_site(stack)


def wait_for_next_hour(stack: RunningStack) -> None:
    """Wait for the next hour if this one is about to end."""
    next_hour = floor_hour(stack.clock.now()) + HOUR
    if stack.clock.seconds_until(next_hour) < END_OF_HOUR_S and stack.clock.speed == 1:
        print_line("schedule", f"waiting for the next hour, {format_utc(next_hour)}")
        while stack.clock.seconds_until(next_hour) > 0:
            stack.check()
            time.sleep(POLL_S)


def wait_until_published(stack: RunningStack, key: str) -> None:
    """Wait until a run of the renderer that knew this key has published."""
    while True:
        finished = wait_for_finished(stack, stack.rendered)
        if finished.result is None:
            raise FailedError("nothing was published, see the lines above")
        done = finished.result.get("outcome") in {"published", "unchanged"}
        if done and key in list_keys(finished.event):
            return


def wait_for_finished(stack: RunningStack, finished: FinishedQueue) -> Finished:
    """Wait for the next invocation to end."""
    deadline = time.monotonic() + ONCE_TIMEOUT_S
    while finished.empty():
        stack.check()
        if time.monotonic() > deadline:
            raise FailedError(f"nothing happened for {ONCE_TIMEOUT_S:.0f} seconds")
        time.sleep(POLL_S / 10)
    return finished.get()


def run_on(stack: RunningStack) -> None:
    """Collect hour after hour, until asked to stop or until a part dies."""
    print_line("site", stack.front.address)
    if stack.client.list_objects_v2(Bucket=DATA_BUCKET, MaxKeys=1).get("Contents"):
        # Events may have been lost while nothing ran: the renderer looks for itself.
        stack.renderer.send({"Records": []})
    schedule = Schedule(stack.clock)
    if schedule.seconds_left() > END_OF_HOUR_S or stack.clock.speed > 1:
        send_hour(stack, stack.clock.now())
    while True:
        stack.check()
        hour = schedule.take_due()
        if hour:
            send_hour(stack, hour)
        time.sleep(min(POLL_S, schedule.seconds_left()))


def send_hour(stack: RunningStack, scheduled_at: datetime) -> None:
    """Send the collector its scheduled time, as EventBridge Scheduler does."""
    stack.collector.send({"scheduled_time": format_utc(scheduled_at)})


def fetch_record(stack: RunningStack, key: str) -> dict[str, object]:
    """Return the S3 record of an object that is already there."""
    head = stack.client.head_object(Bucket=DATA_BUCKET, Key=key)
    return make_record(
        DATA_BUCKET,
        key,
        size_bytes=head["ContentLength"],
        etag=head["ETag"].strip('"'),
        at_ns=int(head["LastModified"].timestamp() * 1e9),
    )


def print_site(stack: RunningStack) -> None:
    """Print what the site holds, its address, and where the data lies."""
    pages = stack.client.get_paginator("list_objects_v2").paginate(Bucket=SITE_BUCKET)
    objects = [item for page in pages for item in page.get("Contents", [])]
    for item in objects:
        print_line("published", f"{item['Size']:>9,} bytes  {item['Key']}")
    print_line("site", f"{stack.front.address} (while `make run` is running)")
    print_line("data", f"{stack.settings.folder}, {len(objects)} public objects")
