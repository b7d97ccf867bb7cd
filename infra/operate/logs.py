"""`make logs`: the latest lines that both functions logged."""

import heapq
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from infra.console import say, tell_number
from infra.environment import read_whole
from infra.local.state import FUNCTIONS_LOG
from infra.operate.stack import Stack

# Lambda's own lines and the metrics. Errors and our own lines are shown.
NOISE = re.compile(r'^(START|END|INIT_START|EXTENSION)\b|^\{"_aws"|\(rapid\)')
LOCAL_LINES = 200


def show_logs(stack: Stack, env: Mapping[str, str]) -> int:
    """Print the lines of the last `SINCE` minutes (60), the oldest first."""
    minutes = read_whole(env, "SINCE", 60, 1, 999_999)
    number = 0
    for line in (
        read_local_lines(stack) if stack.folder else read_cloud_lines(stack, minutes)
    ):
        say(line)
        number += 1
    if not number:
        say(f"no lines in the last {tell_number(minutes, 'minute')}")
    return 0


def read_cloud_lines(stack: Stack, minutes: int) -> Iterator[str]:
    """Yield the lines of both log groups in the order of their times."""
    start_ms = int((time.time() - minutes * 60) * 1000)

    def lines(function: str) -> Iterator[tuple[int, str]]:
        pages = stack.client("logs").get_paginator("filter_log_events")
        for page in pages.paginate(
            logGroupName=f"/aws/lambda/{function}", startTime=start_ms
        ):
            for event in page["events"]:
                message = event["message"].rstrip()
                if not NOISE.search(message):
                    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                    yield (
                        event["timestamp"],
                        f"{at:%m-%d %H:%M:%S} {function} {message}",
                    )

    for _, line in heapq.merge(lines(stack.collector), lines(stack.renderer)):
        yield line


def read_local_lines(stack: Stack) -> list[str]:
    """Return the last lines of the one-machine stack's log, whatever their age."""
    assert stack.folder is not None
    path = stack.folder / FUNCTIONS_LOG
    if not path.exists():
        return []
    lines = path.read_text("utf-8", errors="replace").splitlines()
    # Each line begins with its function's name.
    kept = [line for line in lines if not NOISE.search(line.partition(" ")[2])]
    return kept[-LOCAL_LINES:]
