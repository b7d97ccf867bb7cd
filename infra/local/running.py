"""What the running stack does, and tells of it: one hour, or hour after hour."""

import json
import time
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from collector.reading import floor_hour, format_utc
from infra.errors import FailedError
from infra.invocations import describe_result, list_keys
from infra.local.clock import HOUR
from infra.local.console import print_line, write
from infra.local.events import WAKE_UP, make_record
from infra.local.hour_lines import HourLines
from infra.local.schedule import Schedule
from infra.local.settings import DATA_BUCKET, SITE_BUCKET
from infra.local.start import Finished, FinishedQueue, RunningStack
from renderer.site.keys import Table

POLL_S = 0.5
# Longer than any function and its retries may take.
ONCE_TIMEOUT_S = 600.0
# A collection begun so late might not end within its hour.
END_OF_HOUR_S = 20.0
# Outcomes of the renderer that nobody waits for.
SILENT = ("unchanged", "ignored", "empty", "overtaken")


def run_once(stack: RunningStack) -> None:
    """Collect one hour, wait until it is published, and list what was published."""
    wait_for_next_hour(stack)
    telling = Telling(stack)
    telling.send_hour(stack.clock.now())
    result = telling.tell_collected(wait_for_finished(stack, stack.collected))
    if result is None:
        raise FailedError("nothing was collected, see the line above")
    key = result.get("key")
    if not key:
        raise FailedError(f"nothing was collected: {result.get('outcome')}")
    if result["outcome"] != "stored":
        # The hour was already there, so no event comes; send one.
        stack.renderer.send_record(fetch_record(stack, key))
    wait_until_published(stack, telling, key)
    print_site(stack)


def wait_for_next_hour(stack: RunningStack) -> None:
    """Wait for the next hour if this one is about to end."""
    next_hour = floor_hour(stack.clock.now()) + HOUR
    if stack.clock.seconds_until(next_hour) < END_OF_HOUR_S and stack.clock.speed == 1:
        print_line("schedule", f"waiting for the next hour, {format_utc(next_hour)}")
        while stack.clock.seconds_until(next_hour) > 0:
            stack.check()
            time.sleep(POLL_S)


def wait_until_published(stack: RunningStack, telling: "Telling", key: str) -> None:
    """Wait until a run of the renderer that knew this key has published."""
    while True:
        finished = wait_for_finished(stack, stack.rendered)
        telling.tell_rendered(finished)
        if finished.result is None:
            raise FailedError("nothing was published, see the line above")
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
    """Collect hour after hour, until asked to stop."""
    folder = stack.settings.folder
    print_line("stack", f"Ctrl-C stops it; what was read stays in {folder}")
    if not stack.settings.is_private and "SITE_URL" not in stack.settings.renderer_env:
        hint = f"SITE_URL=http://<name>:{stack.front.port}/"
        print_line("stack", f"for visitors of other machines, start it with {hint}")
    telling = Telling(stack, stack.front.address)
    if stack.client.list_objects_v2(Bucket=DATA_BUCKET, MaxKeys=1).get("Contents"):
        # Events may have been lost while nothing ran: the renderer looks for itself.
        stack.renderer.send(WAKE_UP)
    schedule = Schedule(stack.clock)
    if schedule.seconds_left() > END_OF_HOUR_S or stack.clock.speed > 1:
        telling.send_hour(stack.clock.now())
    while True:
        stack.check()
        telling.tell_finished()
        hour = schedule.take_due()
        if hour:
            telling.send_hour(hour)
        time.sleep(min(POLL_S, schedule.seconds_left()))


class Telling:
    """What is told on the console of the invocations that have ended."""

    def __init__(self, stack: RunningStack, address: str | None = None) -> None:
        """Begin with the count that the site shows.

        address: is told as soon as there is something to see.
        """
        self._stack = stack
        last = fetch_last(stack)
        self._hours = HourLines(stack.settings.zone, last)
        self._address = address
        if last:
            self._tell_address()

    def send_hour(self, scheduled_at: datetime) -> None:
        """Send the collector its scheduled time, as EventBridge Scheduler does."""
        self._hours.begin(floor_hour(scheduled_at), time.monotonic())
        self._stack.collector.send({"scheduled_time": format_utc(scheduled_at)})

    def tell_finished(self) -> None:
        """Tell of all that has ended since the last time."""
        while not self._stack.collected.empty():
            self.tell_collected(self._stack.collected.get())
        while not self._stack.rendered.empty():
            self.tell_rendered(self._stack.rendered.get())

    def tell_collected(self, finished: Finished) -> dict[str, Any] | None:
        """Tell of a run of the collector, and return its result; None is told of."""
        if finished.result is not None:
            for line in self._hours.note_collected(finished.event, finished.result):
                write(line)
        return finished.result

    def tell_rendered(self, finished: Finished) -> None:
        """Tell of a run of the renderer: of its hours, or else of what it did."""
        result = finished.result
        if result is None:
            return
        lines = self._hours.note_rendered(result, finished.at_s)
        for line in lines:
            write(line)
        outcome = result.get("outcome")
        if not lines and outcome not in SILENT:
            print_line("renderer", describe_result(result))
            self._hours.last = fetch_last(self._stack)
        if outcome in {"published", "unchanged"}:
            self._tell_address()

    def _tell_address(self) -> None:
        if self._address:
            print_line("site", self._address)
            self._address = None


def fetch_last(stack: RunningStack) -> tuple[datetime, int] | None:
    """Return the hour and the count that the site shows, None where it shows none."""
    try:
        answer = stack.client.get_object(Bucket=SITE_BUCKET, Key=Table.SUMMARY)
        shown = json.loads(answer["Body"].read())
        return datetime.fromisoformat(shown["scheduled_at"]), int(shown["count"])
    except (BotoCoreError, ClientError, ValueError, KeyError):
        # Not published yet, damaged, or the storage is just being started again.
        return None


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
    """Print what the site holds, and where the data lies."""
    pages = stack.client.get_paginator("list_objects_v2").paginate(Bucket=SITE_BUCKET)
    objects = [item for page in pages for item in page.get("Contents", [])]
    for item in objects:
        print_line("published", f"{item['Size']:>9,} bytes  {item['Key']}")
    print_line("data", f"{stack.settings.folder}, {len(objects)} public objects")
