"""Starting all parts of the one-machine AWS, in order, and connecting them."""

import fcntl
import os
import queue
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.console import tell_number
from infra.errors import StartError
from infra.invocations import Event
from infra.local.api import Api
from infra.local.clock import Clock, make_real_clock
from infra.local.console import print_line, use_clock
from infra.local.delivery import Delivery
from infra.local.demo.demonstration import start_demonstration
from infra.local.disk import Room, sync_disk
from infra.local.events import WAKE_UP
from infra.local.found import describe_found, find_readings, mark_ended, mark_running
from infra.local.front import Front
from infra.local.functions import (
    COLLECTOR,
    DEMO_COLLECTOR,
    RENDERER,
    FunctionSettings,
    start_function,
)
from infra.local.logs import Log
from infra.local.processes import Child, reap_orphans
from infra.local.settings import DATA_BUCKET, SITE_BUCKET, StackSettings
from infra.local.state import FAILURES, FILE, FUNCTIONS_LOG, remove_state, write_state
from infra.local.storage import Storage, create_buckets, start_storage
from infra.local.supervision import Supervisor, Worker
from infra.local.torn import remove_torn

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Finished:
    """An invocation that has ended; without a result, it failed.

    at_s: when that was, by the monotonic clock.
    """

    event: Event
    result: dict[str, Any] | None
    at_s: float = field(default_factory=time.monotonic)


FinishedQueue = queue.SimpleQueue[Finished]


@dataclass(frozen=True)
class RunningStack:
    """The running parts.

    collected, rendered: the invocations of either function that have ended.
    """

    settings: StackSettings
    storage: Storage
    front: Front
    client: "S3Client"
    clock: Clock
    collector: Delivery
    renderer: Delivery
    collected: FinishedQueue
    rendered: FinishedQueue
    parts: "Parts"
    room: Room

    def check(self) -> None:
        """Start again what has ended; the renderer then looks for what it missed."""
        reap_orphans(self.parts.children)
        came_back = self.room.has_come_back()
        if came_back:
            # Volumes there was no room for are made at its start, and an index in
            # LevelDB takes nothing more after a write that has failed.
            self.storage.child.stop(grace_s=0)
        if self.parts.supervisor.check():
            self.renderer.send(WAKE_UP)
        if came_back:
            self.room.there.set()


@dataclass(frozen=True)
class Parts:
    """What is kept running until all is stopped.

    stops: left at the end, it stops everything in the opposite order of its start.
    children: the processes among them.
    """

    stops: ExitStack
    supervisor: Supervisor = field(default_factory=Supervisor)
    children: list[Child] = field(default_factory=list)

    def keep_child(self, child: Child, start_again: Callable[[], None]) -> None:
        """Keep a process running until all is stopped."""
        self.children.append(child)
        self.supervisor.add(child.name, child.find_end, start_again)

    def keep_worker(self, worker: Worker) -> None:
        """Keep a thread running."""
        self.supervisor.add(worker.name, worker.find_end, worker.start)


def start_stack(settings: StackSettings, stops: ExitStack) -> RunningStack:
    """Start everything; leaving `stops` stops it in the opposite order."""
    parts = Parts(stops)
    settings.folder.mkdir(parents=True, exist_ok=True)
    room = Room(settings.folder)
    # One stack a folder, whichever counter it records: the commands find one there.
    _lock(settings.folder.parent, stops)
    lock = _lock(settings.folder, stops)
    ended_by_itself = mark_running(lock, f"{os.getpid()}\n")
    stops.callback(mark_ended, lock)
    front = Front(settings.listen, settings.port)
    stops.callback(front.stop)
    parts.keep_worker(front.worker)
    functions: dict[str, Delivery] = {}
    api = Api(functions, settings.folder / FAILURES)
    folder = settings.folder / "storage"
    is_first = not folder.exists()
    storage = start_storage(folder, api.webhook)
    stops.callback(storage.stop)
    parts.keep_child(storage.child, storage.start_again)
    client = storage.client()
    stops.callback(client.close)
    try:
        create_buckets(storage, client, DATA_BUCKET, SITE_BUCKET)
    except (ClientError, BotoCoreError) as error:
        raise StartError(
            f"the storage refuses ({error}): {storage.log.baseFilename} says why; is "
            f"all of {settings.folder} yours?"
        ) from error
    front.lead_to(storage.endpoint)
    torn = [] if ended_by_itself else _remove_torn(storage)
    if not is_first:
        tell_found(storage, settings, ended_by_itself=ended_by_itself)
    source = _choose_source(settings, storage, parts)
    use_clock(lambda: source.clock.now().astimezone(settings.zone))
    log = Log(settings.folder / FUNCTIONS_LOG)
    stops.callback(log.close)

    def start(
        function: FunctionSettings, env: Mapping[str, str]
    ) -> tuple[Delivery, FinishedQueue]:
        running = start_function(function, env, log)
        stops.callback(running.child.stop)
        parts.keep_child(running.child, running.start_again)
        finished: FinishedQueue = queue.SimpleQueue()

        def report(event: Event, result: dict[str, Any] | None) -> None:
            # A power cut from now on takes nothing of it.
            sync_disk(settings.folder)
            finished.put(Finished(event, result))

        failures = settings.folder / FAILURES
        delivery = Delivery(running, failures, report, room=room.there)
        stops.callback(delivery.stop)
        parts.keep_worker(delivery.worker)
        functions[function.name] = delivery
        return delivery, finished

    collector, collected = start(source.collector, {**source.env, **storage.env})
    renderer_env = {**settings.renderer_env, **storage.env}
    if not renderer_env.get("SITE_URL"):
        renderer_env["SITE_URL"] = front.address
    renderer, rendered = start(RENDERER, renderer_env)
    if torn:
        renderer.send({"action": "rebuild"})
    api.start()
    stops.callback(api.stop)
    parts.keep_worker(api.worker)
    _write_state(settings, storage, api, renderer_env["SITE_URL"], stops)
    return RunningStack(
        settings=settings,
        storage=storage,
        front=front,
        client=client,
        clock=source.clock,
        collector=collector,
        renderer=renderer,
        collected=collected,
        rendered=rendered,
        parts=parts,
        room=room,
    )


def tell_found(
    storage: Storage, settings: StackSettings, *, ended_by_itself: bool
) -> None:
    """Tell what an earlier run has left; what cannot be read stops no new hours."""
    try:
        found = find_readings(storage, settings.counter)
    except StartError as error:
        told = f"{error}: restore a backup of DATA={settings.folder.parent}"
        print_line("data", told, bad=True)
    else:
        print_line("data", describe_found(found, ended_by_itself=ended_by_itself))


def _remove_torn(storage: Storage) -> list[str]:
    """Remove what a power cut has left half-written; tell and return the keys."""
    buckets = (DATA_BUCKET, SITE_BUCKET)
    with closing(storage.client(attempts=2)) as client:
        keys = [key for bucket in buckets for key in remove_torn(client, bucket)]
    if keys:
        told = f"{tell_number(len(keys), 'object')} half-written: made anew"
        print_line("data", f"the last run left {told}", bad=True)
    return keys


@dataclass(frozen=True)
class _Source:
    """What is collected from, by which collector, and by which clock."""

    collector: FunctionSettings
    env: dict[str, str]
    clock: Clock


def _choose_source(settings: StackSettings, storage: Storage, parts: Parts) -> _Source:
    """Take the operator's source, or start the demonstration's button page."""
    env = settings.collector_env
    if not settings.sample:
        return _Source(COLLECTOR, env, make_real_clock())
    stops = parts.stops
    demonstration = start_demonstration(settings, settings.sample, storage, stops)
    parts.keep_child(demonstration.child, demonstration.child.start_again)
    clock = demonstration.clock
    env = {**env, "COUNT_URL": demonstration.url}
    if clock.is_real():
        return _Source(COLLECTOR, env, clock)
    env["DEMO_CLOCK"] = clock.to_text()
    return _Source(DEMO_COLLECTOR, env, clock)


def _lock(folder: Path, stops: ExitStack) -> IO[str]:
    """Keep other stacks away from the folder as long as this one runs."""
    file = stops.enter_context((folder / "lock").open("a+"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartError(
            f"another stack runs on {folder}; stop it, or choose DATA=<folder>"
        ) from error
    return file


def _write_state(
    settings: StackSettings,
    storage: Storage,
    api: Api,
    site_url: str,
    stops: ExitStack,
) -> None:
    """Write down for other commands where the running stack is."""
    path = settings.folder.parent / FILE
    state = {
        **storage.env,
        "AWS_ENDPOINT_URL_LAMBDA": api.endpoint,
        "AWS_ENDPOINT_URL_SQS": api.endpoint,
        "DATA_BUCKET": DATA_BUCKET,
        "SITE_BUCKET": SITE_BUCKET,
        "SITE_URL": site_url,
        "COUNTER": settings.counter,
        "TIME_ZONE": settings.time_zone,
        "STACK_FOLDER": str(settings.folder),
        "STACK_PID": str(os.getpid()),
    }
    write_state(path, state)
    stops.callback(remove_state, path, state)
