"""`make destroy`: take a stack down. The readings stay unless `WITH_DATA=1`."""

import contextlib
import os
import shlex
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.clients import Client, make_clients
from infra.aws.stacks import (
    Deployed,
    begin_deletion,
    end_deletion,
    find_deployed,
    refuse_foreign,
    refuse_undeletable,
    take_down,
)
from infra.aws.template import load_template
from infra.console import confirm, say, tell_number
from infra.environment import is_on
from infra.errors import FailedError, SettingsError, StackError
from infra.images.remove import mention_images, remove_images
from infra.local.state import FAILURES, FUNCTIONS_LOG, STORAGE_LOG, is_running
from infra.operate.parameters import name_variable
from infra.operate.stack import (
    APPLICATION,
    DEFAULT_NAME,
    LOCAL,
    Stack,
    check_name,
    find_bucket,
    find_local,
    name_buckets,
)
from renderer.readings.history import make_history_key

STOP_S = 60.0


def destroy(env: Mapping[str, str]) -> int:
    """Ask, and delete the stack with everything that is derived from the readings.

    With `IMAGES=1` it is the images' stack that is deleted, and nothing else.
    """
    if is_on(env, "IMAGES"):
        if env.get("STACK") == LOCAL:
            raise SettingsError("IMAGES=1 is about AWS: give it without STACK=local")
        return remove_images(make_clients(env), env)
    name, with_data = env.get("STACK") or DEFAULT_NAME, is_on(env, "WITH_DATA")
    if name == LOCAL:
        stack = find_local(env)
        ask(env, name, with_data=with_data)
        empty_bucket(stack.client, stack.site_bucket)
        destroy_local(stack, with_data=with_data)
    else:
        check_name(name)
        destroy_on_aws(make_clients(env), name, env, with_data=with_data)
    return 0


def ask(env: Mapping[str, str], name: str, *, with_data: bool) -> None:
    """Have the deletion confirmed; raises SettingsError on a no."""
    data = "AND ALL READINGS" if with_data else "but keeps the readings"
    confirm(env, f"this deletes the stack {name}, its site, {data}", name)


def find_deletable(cloud: Any, name: str) -> Deployed | None:
    """Find the stack to delete, or None; raises StackError if it must not be now."""
    deployed = find_deployed(cloud, name)
    # A stack in review is empty, and so has nothing to be known by.
    if deployed is not None and deployed.state != "REVIEW_IN_PROGRESS":
        refuse_foreign(cloud, deployed, APPLICATION)
    if deployed is not None:
        refuse_undeletable(deployed)
    return deployed


def destroy_on_aws(
    client: Client, name: str, env: Mapping[str, str], *, with_data: bool
) -> None:
    """Delete a stack, or what is left of one whose deletion broke off.

    Raises StackError if there is nothing to delete, or the stack is not ours.
    """
    cloud, buckets = client("cloudformation"), name_buckets(client, name)
    deployed = find_deletable(cloud, name)
    has_data = find_bucket(client, buckets.data)
    if deployed is None and not find_bucket(client, buckets.site):
        if not has_data:
            raise StackError(f"there is no stack {name} in {cloud.meta.region_name}")
        if not with_data:
            raise StackError(
                f"there is no stack {name} any more, but its readings, in "
                f"{buckets.data}: `make deploy` takes them over, `make destroy "
                "WITH_DATA=1` deletes them"
            )
    ask(env, name, with_data=with_data)
    if deployed is not None:
        # Whoever may not list them learns so while the stack is there.
        with going_on_without(buckets.site):
            next(list_versions(client("s3"), buckets.site), None)
        delete_stack(client, name, buckets.site)
    delete_bucket(client, buckets.site)
    if with_data:
        delete_bucket(client, buckets.data)
        say("the readings are deleted")
    elif has_data:
        say(f"the readings stay in {buckets.data}; this takes them over again:")
        say(f"  {write_deploy(name, deployed.parameters if deployed else {})}")
    mention_images(cloud, env)


def delete_stack(client: Client, name: str, site_bucket: str) -> None:
    """Delete a stack; raises FailedError with CloudFormation's reasons.

    Whoever may not delete it learns so before anything is gone. The site's bucket is
    emptied while the parts that need it go.
    """
    cloud = client("cloudformation")
    since = begin_deletion(cloud, name)
    empty_bucket(client, site_bucket)
    try:
        end_deletion(cloud, name, since)
    except FailedError as error:
        # The bucket's turn came first, or a run that was under way put something.
        say(f"{error}; once more")
        empty_bucket(client, site_bucket)
        take_down(cloud, name)


def write_deploy(name: str, parameters: Mapping[str, str]) -> str:
    """Write the command that deploys a stack as it was.

    parameters: the stack's. Its images are those pushed last, and its address is in
    none of CloudFormation's answers.
    """
    definitions = load_template()["Parameters"]
    changed = {
        name_variable(key): value
        for key, value in parameters.items()
        if key in definitions
        and not key.endswith("Image")
        and value != str(definitions[key].get("Default", ""))
    }
    if "COUNT_URL" in changed:
        changed["COUNT_URL"] = "..."
    variables = {"STACK": name, **changed}
    words = [f"{key}={shlex.quote(value)}" for key, value in variables.items()]
    return " ".join(["make deploy", *words])


def destroy_local(stack: Stack, *, with_data: bool) -> None:
    """Stop the one-machine stack; remove what is derived, or the whole folder."""
    assert stack.folder is not None
    history = make_history_key(stack.counter)
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
        logs = [FUNCTIONS_LOG, STORAGE_LOG]
        for name in (FAILURES, *logs, *(f"{log}.1" for log in logs)):
            remove_path(stack.folder / name)
        say(f"the readings stay in {stack.folder}")


def remove_path(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def delete_bucket(client: Client, bucket: str) -> None:
    """Delete a bucket with all that is in it, if it is there."""
    if find_bucket(client, bucket):
        empty_bucket(client, bucket)
        with going_on_without(bucket):
            client("s3").delete_bucket(Bucket=bucket)


def empty_bucket(client: Client, bucket: str) -> None:
    """Delete every object of a bucket, in all versions, if it is there.

    What is put meanwhile is deleted, too.
    """
    s3, number = client("s3"), 0
    say(f"emptying {bucket}")
    with going_on_without(bucket):
        while pages := list(list_versions(s3, bucket)):
            for page in pages:
                delete_versions(s3, bucket, page)
                number += len(page)
                say(f"{tell_number(number, 'object')} deleted")


@contextlib.contextmanager
def going_on_without(bucket: str) -> Iterator[None]:
    """Take a bucket that is not there, or not any more, for an empty one."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        say(f"{bucket} is gone already")


def delete_versions(s3: Any, bucket: str, versions: list[dict[str, str]]) -> None:
    """Delete up to a thousand versions; raises FailedError if one stays."""
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": versions, "Quiet": True}
    )
    if errors := answer.get("Errors"):
        raise FailedError(f"{errors[0]['Key']} cannot be deleted: {errors[0]}")


def list_versions(s3: Any, bucket: str) -> Iterator[list[dict[str, str]]]:
    """Yield all versions and delete markers, in lists of at most a thousand."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [
            {"Key": each["Key"], "VersionId": each["VersionId"]} for each in found
        ]
        if objects:
            yield objects
