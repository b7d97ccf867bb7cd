"""Starting the demonstration: history, clock and button page."""

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from collector.reading import floor_hour, format_utc
from infra.local.clock import HOUR, Clock
from infra.local.console import print_line
from infra.local.demo.history import import_sample
from infra.local.demo.samples import Sample
from infra.local.found import Last, find_readings
from infra.local.ports import HOST, find_free_ports, is_listening
from infra.local.processes import ROOT, Child, start_child, wait_until
from infra.local.settings import DEMONSTRATION, StackSettings
from infra.local.storage import Storage


@dataclass(frozen=True)
class Demonstration:
    """The running button page, its API, and the clock of all parts."""

    child: Child
    url: str
    clock: Clock


def start_demonstration(
    settings: StackSettings, sample: Sample, storage: Storage, stops: ExitStack
) -> Demonstration:
    """Import the sample once, and start a button page that goes on from its end.

    Leaving `stops` stops the page.
    """
    import_sample(sample, settings, storage)
    last = find_readings(storage, DEMONSTRATION).last
    assert last is not None
    clock = choose_clock(last.hour, settings.fast_s)
    if not clock.is_real():
        pace = f", an hour takes {settings.fast_s:g} s" if settings.fast_s else ""
        print_line("demo", f"its clock starts at {format_utc(clock.shown)}{pace}")
    return start_button(sample, last, clock, stops)


def choose_clock(last_hour: datetime, fast_s: float | None) -> Clock:
    """Choose a clock that starts in an hour without a reading, never before now.

    After a run with a fast clock the last reading lies in the future, after one
    within this hour in the present: this run goes on from there.
    """
    now = datetime.now(UTC)
    if fast_s is None:
        return Clock(now, max(now, last_hour + HOUR))
    return Clock(now, max(floor_hour(now), last_hour + HOUR), HOUR.seconds / fast_s)


def start_button(
    sample: Sample, last: Last, clock: Clock, stops: ExitStack
) -> Demonstration:
    """Start the button page on a free port; leaving `stops` stops it."""
    [port] = find_free_ports(1)
    child = start_child(
        "button page",
        [sys.executable, "-m", "infra.local.demo.button"],
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(ROOT),
            "BUTTON_PORT": str(port),
            "BUTTON_CLOCK": clock.to_text(),
            "BUTTON_SAMPLE": sample.name,
            "BUTTON_COUNT": str(last.count),
            "BUTTON_SINCE": last.observed_at.isoformat(),
        },
        # Nobody wants to know, but a full pipe would stop it.
        listener=lambda line: None,
    )
    stops.callback(child.stop)
    wait_until(lambda: is_listening(port), "the button page", child)
    print_line("demo", f"press the button at http://{HOST}:{port}/")
    return Demonstration(child, f"http://{HOST}:{port}/api", clock)
