"""Asynchronous invocations: a queue for each function, two retries, a failure folder.

On AWS the retries come after one and two minutes, and failures go to an SQS queue;
here the waits are seconds, and a failure is a file. Nothing is delivered while the disk
is full, and what can be neither delivered nor kept is delivered again.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import contextlib
import itertools
import json
import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collector.reading import format_utc
from infra.invocations import Event
from infra.local.console import print_line
from infra.local.events import MAX_RECORDS, Record
from infra.local.functions import (
    Function,
    InvocationError,
    NoAnswerError,
    call_function,
)
from infra.local.supervision import Worker

RETRY_WAITS_S = (2.0, 4.0)
# Before what could be neither delivered nor kept is delivered once more.
NOT_KEPT_WAIT_S = 30.0
# How often a thread that waits for room looks whether it is to stop.
LOOK_S = 0.5
# As long as SQS keeps a message for this project.
KEPT_S = 14 * 24 * 3600.0

# Is given the event and the result, or None if all attempts have failed.
Report = Callable[[Event, dict[str, Any] | None], None]


class Delivery:
    """The invocations of one function: one after another, none lost."""

    def __init__(
        self,
        function: Function,
        failures: Path,
        report: Report,
        retry_waits_s: tuple[float, ...] = RETRY_WAITS_S,
        room: threading.Event | None = None,
    ) -> None:
        """Start the thread that works through the queue, while there is room."""
        self._function = function
        self._failures = failures
        self._report = report
        self._retry_waits_s = retry_waits_s
        self._room = room
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stopped = threading.Event()
        # The emulator has one environment, which runs one invocation at a time.
        self._environment = threading.Lock()
        self._pending: Event | None = None
        self.worker = Worker(f"{function.name} delivery", self._run)
        self.worker.start()

    def send(self, event: Event) -> None:
        """Queue an event and return at once."""
        self._events.put(event)

    def send_record(self, record: Record) -> None:
        """Queue an S3 event of one record; those that wait are joined."""
        self._events.put({"Records": [record]})

    def call(self, event: Event) -> dict[str, Any]:
        """Invoke once and return the result; raises InvocationError on failure."""
        result = self._invoke(event)
        self._report(event, result)
        return result

    def stop(self) -> None:
        """Begin no further attempt."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            event, self._pending = self._pending or self._events.get(), None
            event, self._pending = self._join_waiting(event)
            self._wait_for_room()
            while not self._deliver(event):
                self._stopped.wait(NOT_KEPT_WAIT_S)
                self._wait_for_room()

    def _wait_for_room(self) -> None:
        while self._room and not self._room.wait(LOOK_S):
            if self._stopped.is_set():
                return

    def _join_waiting(self, event: Event) -> tuple[Event, Event | None]:
        """Join waiting S3 events; return the first that does not fit as well."""
        if "Records" not in event:
            return event, None
        records = list(event["Records"])
        while not self._events.empty():
            following = self._events.get()
            more = following.get("Records")
            if more is None or len(records) + len(more) > MAX_RECORDS:
                return {"Records": records}, following
            records += more
        return {"Records": records}, None

    def _deliver(self, event: Event) -> bool:
        """Have an event worked on, or keep it; say whether either was done."""
        for attempt, wait_s in enumerate((*self._retry_waits_s, None)):
            if self._stopped.is_set():
                return True
            try:
                result = self._invoke(event)
            except InvocationError as error:
                if self._stopped.is_set():
                    return True
                if wait_s is None:
                    return self._give_up(event, error)
                if attempt == 0:
                    # A source that does not answer takes minutes to fail for good.
                    self._say_failed(error, "trying again")
                self._stopped.wait(wait_s)
            else:
                self._report(event, result)
                return True
        return True

    def _invoke(self, event: Event) -> dict[str, Any]:
        with self._environment:
            try:
                return call_function(self._function, event)
            except NoAnswerError:
                # Whatever holds it up: the supervisor starts it again.
                self._function.child.kill()
                raise

    def _give_up(self, event: Event, error: InvocationError) -> bool:
        try:
            self._keep_failure(event, error)
        except OSError as problem:
            why = f"{problem.strerror}: {self._failures}"
            self._say_failed(error, f"not kept ({why}), tried on")
            return False
        self._say_failed(error, f"kept in {self._failures}")
        self._report(event, None)
        return True

    def _say_failed(self, error: InvocationError, then: str) -> None:
        print_line(self._function.name, f"failed: {error}; {then}", bad=True)

    def _keep_failure(self, event: Event, error: InvocationError) -> None:
        self._failures.mkdir(parents=True, exist_ok=True)
        self._forget_old()
        at = datetime.now(UTC)
        failure = {
            "function": self._function.name,
            "failed_at": format_utc(at),
            "error": str(error),
            "event": event,
        }
        for number in itertools.count():
            name = f"{at:%Y%m%dT%H%M%SZ}-{self._function.name}-{number}.json"
            path = self._failures / name
            if not path.exists():
                # Renamed at the end: there is never half a failure.
                part = path.with_suffix(".part")
                part.write_text(json.dumps(failure, indent=2) + "\n", "utf-8")
                part.rename(path)
                return

    def _forget_old(self) -> None:
        for path in self._failures.iterdir():
            # A redrive may remove it at the same time.
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - KEPT_S:
                    path.unlink()
