"""Ports of loopback: finding free ones, and whether anyone listens."""

import os
import random
import socket
import time
from collections import deque

HOST = "127.0.0.1"
# Of the site, where PORT names none.
DEFAULT_PORT = 8333
# Whatever is started listens by then.
KEPT_S = 60.0
_kept: deque[tuple[float, int]] = deque()


def name_host(host: str) -> str:
    """Return an address by which this machine reaches what listens there.

    `name_host("::")` is `[::1]`.
    """
    reached = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)
    return f"[{reached}]" if ":" in reached else reached


def is_free(port: int) -> bool:
    """Say whether nothing listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Say whether someone accepts connections on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def find_free_ports(number: int) -> list[int]:
    """Find distinct free ports whose neighbours 10,000 above are free as well.

    SeaweedFS takes some of those without being told. All are below the range that
    outgoing connections use. For a minute no other process of ours finds them: until
    then who wants them listens there.
    """
    now = time.monotonic()
    while _kept and _kept[0][0] < now - KEPT_S:
        os.close(_kept.popleft()[1])
    found: set[int] = set()
    while len(found) < number:
        port = random.randrange(11_000, 21_000)
        if is_free(port) and is_free(port + 10_000) and _keep(port, now):
            found.add(port)
    return sorted(found)


def _keep(port: int, now: float) -> bool:
    """Keep a port from other processes of ours; say False if one has it already."""
    # A name in the kernel that ends with its process, see unix(7).
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0nyanpass-count port {port}")
    except OSError:
        mark.close()
        return False
    _kept.append((now, mark.detach()))
    return True
