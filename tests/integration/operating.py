"""A stack for the operator's commands: real S3, SQS of moto, functions that note."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from infra.operate.stack import Stack
from tests.conftest import Buckets
from tests.moto_server import REGION, Moto


@dataclass
class Functions:
    """Stands for Lambda: keeps what it is sent, and answers as the test wants."""

    answer: Callable[[str, Any], dict[str, Any]]
    sent: list[tuple[str, Any]] = field(default_factory=list)

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        """Answer as boto3's client does."""
        event = json.loads(Payload)
        self.sent.append((FunctionName, event))
        result = self.answer(FunctionName, event)
        failed = {"FunctionError": "Unhandled"} if "errorMessage" in result else {}
        return {"Payload": io.BytesIO(json.dumps(result).encode()), **failed}


def make_stack(
    buckets: Buckets, functions: Functions, moto: Moto | None = None
) -> Stack:
    """Make a stack of these parts."""

    @cache
    def client(service: str) -> Any:
        if service == "lambda":
            return functions
        if service == "s3":
            return buckets.client
        assert moto is not None
        return moto.client(service)

    return Stack(
        name="test",
        region=REGION,
        counter="nyanpass",
        data_bucket=buckets.data,
        site_bucket=buckets.site,
        collector="test-collector",
        renderer="test-renderer",
        failures="test-failures",
        site_url="http://127.0.0.1/",
        time_zone="Asia/Tokyo",
        client=client,
    )
