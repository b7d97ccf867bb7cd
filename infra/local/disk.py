"""The disk below the data: whether it has room, and that what is written is on it."""

import ctypes
import os
import shutil
import threading
from pathlib import Path

from infra.errors import StartError
from infra.local.console import print_line

# With less the storage refuses what is written.
LEAST_BYTES = 2**20
# So much more has to be free again, or each object would turn it full once more.
AGAIN_BYTES = 2 * LEAST_BYTES
_LIBC = ctypes.CDLL(None)


class Room:
    """Whether there is room below a folder, as of the last look.

    `there` is set while there is; threads may wait for it.
    """

    def __init__(self, folder: Path) -> None:
        """Look for the first time; raises StartError if there is no room."""
        self._folder = folder
        self.there = threading.Event()
        if problem := find_lack(folder):
            raise StartError(problem)
        self.there.set()

    def has_come_back(self) -> bool:
        """Look again, tell what has changed, and say whether there is room again."""
        free = shutil.disk_usage(self._folder).free
        if self.there.is_set() and free < LEAST_BYTES:
            self.there.clear()
            told = f"{describe_lack(self._folder)}; all waits until it has"
            print_line("disk", told, bad=True)
        elif not self.there.is_set() and free > AGAIN_BYTES:
            print_line("disk", "there is room again: starting the storage anew")
            return True
        return False


def find_lack(folder: Path) -> str | None:
    """Say that a counter's folder has no room; None if it has."""
    if shutil.disk_usage(folder).free < LEAST_BYTES:
        return describe_lack(folder)
    return None


def describe_lack(folder: Path) -> str:
    """Name the disk below a counter's folder as the one that is full."""
    return f"disk full: DATA={folder.parent} has no room"


def sync_disk(folder: Path) -> None:
    """Wait until all that was written to the folder's disk is there, syncfs(2).

    The storage leaves that to the system, which takes up to half a minute.
    """
    number = os.open(folder, os.O_RDONLY)
    try:
        _LIBC.syncfs(number)
    finally:
        os.close(number)
