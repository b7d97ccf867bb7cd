"""The folder of failed events, as a queue of SQS: what is received is hidden a while.

What is not in the folder any more is forgotten; what is hidden is so only as long as
the stack runs. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.local.storage import REGION

Request = Mapping[str, Any]

_FUNCTION_ARN = f"arn:aws:lambda:{REGION}:000000000000:function:{{}}:$LATEST"
# SQS's own, where a request says nothing.
_HIDDEN_S = 30
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class FailureFolder:
    """The failures in a folder, a file each."""

    def __init__(
        self, folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with nothing hidden; clock: seconds."""
        self._folder = folder
        self._clock = clock
        self._visible_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def receive(self, request: Request) -> dict[str, Any]:
        """Return failures as messages, and hide them; the oldest first."""
        number = int(request.get("MaxNumberOfMessages", 1))
        with self._lock:
            paths = self._list_visible()[:number]
            for path in paths:
                self._hide(path.name, request.get("VisibilityTimeout", _HIDDEN_S))
        return {"Messages": [_make_message(path) for path in paths]}

    def change_visibility(self, request: Request) -> dict[str, Any]:
        """Hide one failure for another while, or show it again."""
        with self._lock:
            self._hide(_find_name(request), request["VisibilityTimeout"])
        return {}

    def delete(self, request: Request) -> dict[str, Any]:
        """Delete one failure."""
        (self._folder / _find_name(request)).unlink(missing_ok=True)
        return {}

    def count(self, request: Request) -> dict[str, Any]:
        """Return the attributes that say how many failures there are, and hidden."""
        visible, every = len(self._list_visible()), len(self._list_all())
        counts = dict(zip(_COUNTS, (visible, every - visible), strict=True))
        wanted = request.get("AttributeNames", [])
        return {"Attributes": {n: str(c) for n, c in counts.items() if n in wanted}}

    def _hide(self, name: str, hidden_s: float) -> None:
        self._visible_at[name] = self._clock() + float(hidden_s)

    def _list_visible(self) -> list[Path]:
        now, paths = self._clock(), self._list_all()
        times = {path.name: self._visible_at.get(path.name, now) for path in paths}
        self._visible_at = {name: at for name, at in times.items() if at > now}
        return [path for path in paths if times[path.name] <= now]

    def _list_all(self) -> list[Path]:
        # The names begin with the times.
        return sorted(self._folder.glob("*.json"))


def _find_name(request: Request) -> str:
    """Return the name in the folder: a handle leads nowhere else."""
    return Path(str(request["ReceiptHandle"])).name


def _make_message(path: Path) -> dict[str, str]:
    """Return a failure as the message that Lambda sends to a destination.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    failure = json.loads(path.read_text("utf-8"))
    record = {
        "version": "1.0",
        "timestamp": failure["failed_at"],
        "requestContext": {
            "functionArn": _FUNCTION_ARN.format(failure["function"]),
            "condition": "RetriesExhausted",
        },
        "requestPayload": failure["event"],
        "responsePayload": {"errorMessage": failure["error"]},
    }
    body = json.dumps(record)
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    return {
        "MessageId": path.name,
        "ReceiptHandle": path.name,
        "MD5OfBody": digest,
        "Body": body,
    }
