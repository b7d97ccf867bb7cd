"""`make destroy`: take a stack down. The readings stay unless `WITH_DATA=1`."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.stacks import wait_for_stack
from infra.console import confirm, say
from infra.environment import is_on
from infra.errors import FailedError
from infra.local.state import FAILURES, LOG
from infra.operate.stack import Stack

STOP_S = 60.0


def destroy(stack: Stack, env: Mapping[str, str]) -> int:
    """Ask, and delete the stack with everything that is derived from the readings."""
    with_data = is_on(env, "WITH_DATA")
    data = "AND ALL READINGS" if with_data else "but keeps the readings"
    confirm(env, f"this deletes the stack {stack.name}, its site, {data}", stack.name)
    say(f"emptying {stack.site_bucket}")
    empty_bucket(stack, stack.site_bucket)
    if stack.folder:
        destroy_local(stack, with_data=with_data)
        return 0
    cloud = stack.client("cloudformation")
    cloud.delete_stack(StackName=stack.name)
    if not wait_for_stack(cloud, stack.name, gone=True):
        # A run that was under way may have put something meanwhile.
        say("not everything could be deleted; once more")
        empty_bucket(stack, stack.site_bucket)
        cloud.delete_stack(StackName=stack.name)
        if not wait_for_stack(cloud, stack.name, gone=True):
            raise FailedError("the stack could not be deleted: see its events above")
    if with_data:
        say(f"emptying {stack.data_bucket}, with all versions")
        empty_bucket(stack, stack.data_bucket)
        stack.client("s3").delete_bucket(Bucket=stack.data_bucket)
        say("the readings are deleted")
    else:
        say(f"the readings stay in {stack.data_bucket}")
        say(f"`make deploy` with STACK={stack.name} takes them over again")
    return 0


def destroy_local(stack: Stack, *, with_data: bool) -> None:
    """Stop the one-machine stack; remove what is derived, or the whole folder."""
    assert stack.folder is not None
    history = f"history/counter={stack.counter}/history.parquet"
    stack.client("s3").delete_object(Bucket=stack.data_bucket, Key=history)
    say(f"stopping the stack (process {stack.pid})")
    with contextlib.suppress(ProcessLookupError):
        os.kill(stack.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    while is_running(stack.pid):
        if time.monotonic() > deadline:
            raise FailedError(f"process {stack.pid} does not end")
        time.sleep(0.1)
    if with_data:
        shutil.rmtree(stack.folder)
        say("the readings are deleted")
    else:
        for name in (FAILURES, LOG):
            remove_path(stack.folder / name)
        say(f"the readings stay in {stack.folder}")


def is_running(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def remove_path(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def empty_bucket(stack: Stack, bucket: str) -> None:
    """Delete every object of a bucket, in all versions."""
    s3, number = stack.client("s3"), 0
    try:
        for page in list_versions(s3, bucket):
            answer = s3.delete_objects(
                Bucket=bucket, Delete={"Objects": page, "Quiet": True}
            )
            if errors := answer.get("Errors"):
                raise FailedError(f"{errors[0]['Key']} cannot be deleted: {errors[0]}")
            number += len(page)
            say(f"{number} objects deleted")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        say(f"{bucket} is gone already")


def list_versions(s3: Any, bucket: str) -> Iterator[list[dict[str, str]]]:
    """Yield all versions and delete markers, in lists of at most a thousand."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [
            {"Key": each["Key"], "VersionId": each["VersionId"]} for each in found
        ]
        if objects:
            yield objects
