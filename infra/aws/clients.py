"""Clients of AWS's services, as the variables of an environment say."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoRegionError
from botocore.parsers import ResponseParserError

from infra.errors import SettingsError

CONFIG = Config(
    read_timeout=180,
    connect_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
)
# An invocation sent twice runs twice; a look at the account's settings may fail.
ONCE = ("lambda", "s3control")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
OF_OBJECTS = ("GetObject", "HeadObject")
PAGE = re.compile(rb"\s*<(!doctype )?html", re.IGNORECASE)
# Makes the client of a service.
Client = Callable[[str], Any]


def make_clients(env: Mapping[str, str]) -> Client:
    """Return a function that makes the client of a service, once each.

    They follow the AWS variables of this environment; empty ones count as unset.
    """
    given = {name: value for name, value in env.items() if value}
    refuse_unprintable(given, KEYS)
    keys: dict[str, Any] = {name.lower(): given.get(name) for name in KEYS}
    # Half a login is left to boto3, which says so.
    is_whole = keys["aws_access_key_id"] and keys["aws_secret_access_key"]

    # One for all clients: each session reads the lists of regions and services anew.
    @cache
    def session() -> boto3.Session:
        made = boto3.Session(
            **(keys if is_whole else {}),
            region_name=given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION"),
            profile_name=given.get("AWS_PROFILE"),
        )
        made.events.register("before-parse", refuse_stranger)
        return made

    @cache
    def client(service: str) -> Any:
        name = service.replace("-", "_").upper()
        own = given.get(f"AWS_ENDPOINT_URL_{name}")
        once = CONFIG.merge(Config(retries={"total_max_attempts": 1}))
        try:
            if not session().region_name:
                raise NoRegionError
            return session().client(  # type: ignore[call-overload]
                service,
                endpoint_url=own or given.get("AWS_ENDPOINT_URL"),
                config=once if service in ONCE else CONFIG,
            )
        except ValueError as error:
            raise SettingsError(
                f"AWS_REGION, AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_{name} is wrong: "
                f"{error}"
            ) from None

    return client


def refuse_unprintable(given: Mapping[str, str], names: Iterable[str]) -> None:
    """Refuse a key with a line break or the like, of which boto3 would show all."""
    for name in names:
        text = given.get(name, "")
        if not (text.isascii() and text.isprintable()):
            raise SettingsError(
                f"{name} holds a line break, or what is not ASCII: give it anew"
            )


def refuse_stranger(
    response_dict: Mapping[str, Any], operation_model: Any, **_: Any
) -> None:
    """Raise ResponseParserError for an answer that botocore would take for one of AWS.

    A web page comes from a proxy, or from what else listens at AWS_ENDPOINT_URL; and
    each object has an ETag. What says itself that something failed is left to
    botocore, which tries again.
    """
    headers, body = response_dict["headers"], response_dict["body"]
    is_page = isinstance(body, bytes) and PAGE.match(body)
    is_no_object = operation_model.name in OF_OBJECTS and "etag" not in headers
    if response_dict["status_code"] < 300 and (is_page or is_no_object):
        raise ResponseParserError(f"no answer to {operation_model.name}")


def refuse_other_partitions(client: Client) -> None:
    """Refuse the regions of GovCloud, China and the sovereign clouds.

    They lack parts of the templates, or have other addresses.
    """
    meta = client("cloudformation").meta
    if meta.partition != "aws":
        raise SettingsError(
            f"AWS_REGION={meta.region_name} is not a commercial region: choose one "
            "such as ap-northeast-1"
        )
