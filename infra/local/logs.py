"""Log files that never grow beyond a bound, and never stop who writes to them."""

import contextlib
import logging
import logging.handlers
from pathlib import Path

# The newest lines are in the file, those before them in one with `.1` at its end.
MAX_BYTES = 1_000_000


class Log(logging.handlers.RotatingFileHandler):
    """A file of the newest lines; threads may share it."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        """Append to the file, which is made with the first line."""
        super().__init__(
            path, maxBytes=max_bytes, backupCount=1, encoding="utf-8", delay=True
        )

    def write(self, line: str) -> None:
        """Write a line."""
        self.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """Close the file; what is not written by now is lost."""
        with contextlib.suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's)
        """Lose the line: on a full disk the stack goes on without its logs."""
