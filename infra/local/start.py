"""Starting all parts of the one-machine AWS, in order, and connecting them."""

import fcntl
import os
import queue
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.errors import StartError
from infra.invocations import Event
from infra.local.api import Api
from infra.local.clock import Clock, make_real_clock
from infra.local.console import use_clock
from infra.local.delivery import Delivery
from infra.local.demo.demonstration import start_demonstration
from infra.local.events import start_pump
from infra.local.front import Front
from infra.local.functions import (
    COLLECTOR,
    DEMO_COLLECTOR,
    RENDERER,
    FunctionSettings,
    start_function,
)
from infra.local.processes import Child, reap_orphans
from infra.local.settings import DATA_BUCKET, SITE_BUCKET, StackSettings
from infra.local.state import FAILURES, FILE, LOG, remove_state, write_state
from infra.local.storage import Storage, create_buckets, start_storage

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
    children: list[Child]

    def check(self) -> None:
        """Raise ChildDiedError if a part has ended."""
        reap_orphans(self.children)
        for child in self.children:
            child.raise_if_dead()


def start_stack(settings: StackSettings, parts: ExitStack) -> RunningStack:
    """Start everything; leaving `parts` stops it in the opposite order."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    _lock(settings.folder, parts)
    front = Front(settings.listen, settings.port)
    parts.callback(front.stop)
    storage = start_storage(settings.folder / "storage")
    parts.callback(storage.stop)
    client = storage.client()
    parts.callback(client.close)
    create_buckets(client, DATA_BUCKET, SITE_BUCKET)
    front.lead_to(storage.endpoint)
    source = _choose_source(settings, storage, parts)
    use_clock(lambda: source.clock.now().astimezone(settings.zone))
    children = [storage.child, *source.children]

    def start(
        function: FunctionSettings, env: Mapping[str, str]
    ) -> tuple[Delivery, FinishedQueue]:
        running = start_function(function, env, settings.folder / LOG)
        parts.callback(running.child.stop)
        children.append(running.child)
        finished: FinishedQueue = queue.SimpleQueue()

        def report(event: Event, result: dict[str, Any] | None) -> None:
            finished.put(Finished(event, result))

        delivery = Delivery(running, settings.folder / FAILURES, report)
        parts.callback(delivery.stop)
        return delivery, finished

    collector, collected = start(source.collector, {**source.env, **storage.env})
    renderer_env = {**settings.renderer_env, **storage.env}
    if not renderer_env.get("SITE_URL"):
        renderer_env["SITE_URL"] = front.address
    renderer, rendered = start(RENDERER, renderer_env)
    pump = start_pump(storage, DATA_BUCKET, renderer.send_record)
    parts.callback(pump.stop)
    children.append(pump)
    functions = {"collector": collector, "renderer": renderer}
    api = Api(functions, settings.folder / FAILURES)
    api.start()
    parts.callback(api.stop)
    _write_state(settings, storage, api, renderer_env["SITE_URL"], parts)
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
        children=children,
    )


@dataclass(frozen=True)
class _Source:
    """What is collected from, by which collector, and by which clock."""

    collector: FunctionSettings
    env: dict[str, str]
    clock: Clock
    children: list[Child]


def _choose_source(
    settings: StackSettings, storage: Storage, parts: ExitStack
) -> _Source:
    """Take the operator's source, or start the demonstration's button page."""
    env = settings.collector_env
    if not settings.sample:
        return _Source(COLLECTOR, env, make_real_clock(), [])
    demonstration = start_demonstration(settings, settings.sample, storage, parts)
    clock, children = demonstration.clock, [demonstration.child]
    env = {**env, "COUNT_URL": demonstration.url}
    if clock.is_real():
        return _Source(COLLECTOR, env, clock, children)
    env["DEMO_CLOCK"] = clock.to_text()
    return _Source(DEMO_COLLECTOR, env, clock, children)


def _lock(folder: Path, parts: ExitStack) -> None:
    """Keep other stacks away from the folder as long as this one runs."""
    file = parts.enter_context((folder / "lock").open("w"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartError(
            f"another stack runs on {folder}; stop it, or choose DATA=<folder>"
        ) from error


def _write_state(
    settings: StackSettings,
    storage: Storage,
    api: Api,
    site_url: str,
    parts: ExitStack,
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
    parts.callback(remove_state, path, state)
