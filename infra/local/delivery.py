"""Asynchronous invocations: a queue for each function, two retries, a failure folder.

On AWS the retries come after one and two minutes, and failures go to an SQS queue;
here the waits are seconds, and a failure is a file.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import itertools
import json
import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collector.reading import format_utc
from infra.invocations import Event
from infra.local.console import print_line
from infra.local.events import MAX_RECORDS, Record
from infra.local.functions import Function, InvocationError, call_function

RETRY_WAITS_S = (2.0, 4.0)

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
    ) -> None:
        """Start the thread that works through the queue."""
        self._function = function
        self._failures = failures
        self._report = report
        self._retry_waits_s = retry_waits_s
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stopped = threading.Event()
        # The emulator has one environment, which runs one invocation at a time.
        self._environment = threading.Lock()
        name = f"{function.name} delivery"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def send(self, event: Event) -> None:
        """Queue an event and return at once."""
        self._events.put(event)

    def send_record(self, record: Record) -> None:
        """Queue an S3 event of one record; those that wait are joined."""
        self._events.put({"Records": [record]})

    def call(self, event: Event) -> dict[str, Any]:
        """Invoke once and return the result; raises InvocationError on failure."""
        with self._environment:
            result = call_function(self._function, event)
        self._report(event, result)
        return result

    def stop(self) -> None:
        """Begin no further attempt."""
        self._stopped.set()

    def _run(self) -> None:
        pending: Event | None = None
        while not self._stopped.is_set():
            event = pending or self._events.get()
            event, pending = self._join_waiting(event)
            self._deliver(event)

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

    def _deliver(self, event: Event) -> None:
        for wait_s in (*self._retry_waits_s, None):
            if self._stopped.is_set():
                return
            try:
                with self._environment:
                    result = call_function(self._function, event)
            except InvocationError as error:
                if self._stopped.is_set():
                    return
                if wait_s is None:
                    self._keep_failure(event, error)
                    self._say_failed(error)
                    self._report(event, None)
                else:
                    self._stopped.wait(wait_s)
            else:
                self._report(event, result)
                return

    def _say_failed(self, error: InvocationError) -> None:
        text = f"failed: {error}; kept in {self._failures}"
        print_line(self._function.name, text, bad=True)

    def _keep_failure(self, event: Event, error: InvocationError) -> None:
        self._failures.mkdir(parents=True, exist_ok=True)
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
                path.write_text(json.dumps(failure, indent=2) + "\n", "utf-8")
                return
