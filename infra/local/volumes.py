"""The volumes of the storage: the few files that all objects lie in.

SeaweedFS would add two whenever it finds none that takes a write, which a vacuum under
load can make it find again and again, and would never give one back. So its own growth
is off (see `storage`), and each bucket gets its volumes here, once.
"""

from collections.abc import Iterable
from typing import Any

import requests

# While one of a bucket's volumes is cleaned, the other takes what is written.
FOR_EACH = 2
# What the filer stores for itself, its log, is in no bucket.
NO_BUCKET = ""

_TIMEOUT_S = 10


def are_known(master: str, server: str) -> bool:
    """Say whether the master knows all volumes that the volume server has loaded."""
    loaded = len(_get(server, "status").get("Volumes") or [])
    nodes = [
        node
        for center in _get(master, "dir/status")["Topology"]["DataCenters"] or []
        for rack in center["Racks"] or []
        for node in rack["DataNodes"] or []
    ]
    return bool(nodes) and sum(node["Volumes"] for node in nodes) >= loaded


def provide_volumes(master: str, buckets: Iterable[str]) -> None:
    """Make the volumes that these buckets lack; those that take no write do not count.

    On a full disk there are none to be had: then it is the next start that makes them.
    """
    layouts = _get(master, "dir/status")["Topology"]["Layouts"] or []
    present = {each["collection"]: len(each["writables"] or []) for each in layouts}
    for bucket in buckets:
        if (lacking := FOR_EACH - present.get(bucket, 0)) > 0:
            _get(master, "vol/grow", collection=bucket, count=lacking)


def _get(server: str, path: str, **query: str | int) -> Any:
    address = f"{server}/{path}"
    return requests.get(address, params=query, timeout=_TIMEOUT_S).json()
