"""Ways into and out of a sandbox that has a loopback interface and nothing else.

A socket belongs to the network namespace that its thread was in when it was made
(setns(2)), so a relay in this process can listen on one side and connect on the
other: no bridge, no addresses, no packet filter.
"""

import ctypes
import os
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

HOST = "127.0.0.1"
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)

Connect = Callable[[], socket.socket]


def socket_within(pid: int) -> socket.socket:
    """Make a TCP socket in the network namespace of a process."""
    made: list[socket.socket] = []

    def make() -> None:
        descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        try:
            if _LIBC.setns(descriptor, _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            made.append(socket.socket())
        finally:
            os.close(descriptor)

    # Only this thread changes over, and it ends.
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if not made:
        raise OSError(f"no socket in the network of process {pid}")
    return made[0]


class Relay:
    """Passes connections from one side of the wall to the other."""

    def __init__(
        self,
        listener: socket.socket,
        connect: Connect,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Accept on a bound socket; with `tls`, the accepting side speaks TLS."""
        listener.listen(64)
        self.port: int = listener.getsockname()[1]
        self.connections = 0
        self._listener, self._connect, self._tls = listener, connect, tls
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Relay":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing alone does not wake the thread that accepts.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near: socket.socket) -> None:
        with suppress(OSError), near:
            if self._tls:
                near = self._tls.wrap_socket(near, server_side=True)
            with near, self._connect() as far:
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def let_out(
    pid: int, port: int, tls: ssl.SSLContext | None = None, *, under: int | None = None
) -> Relay:
    """Let a process reach a port of this machine under the same address.

    With `tls` it has to speak TLS to it, which the port itself does not know.
    `under` is another port's number in there.
    """
    listener = socket_within(pid)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port if under is None else under))
    return Relay(listener, lambda: socket.create_connection((HOST, port)), tls)


def let_in(pid: int, port: int) -> Relay:
    """Let this machine reach a port of a process, under a port of its own."""
    listener = socket.socket()
    listener.bind((HOST, 0))

    def connect() -> socket.socket:
        inner = socket_within(pid)
        inner.connect((HOST, port))
        return inner

    return Relay(listener, connect)
