"""Ports of loopback: finding free ones, and whether anyone listens."""

import random
import socket

HOST = "127.0.0.1"
# Of the site, where PORT names none.
DEFAULT_PORT = 8333


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
    outgoing connections use.
    """
    found: set[int] = set()
    while len(found) < number:
        port = random.randrange(11_000, 21_000)
        if port not in found and is_free(port) and is_free(port + 10_000):
            found.add(port)
    return sorted(found)
