"""What can go wrong in the renderer.

    RendererError
    ├── SettingsError       the environment does not configure the function
    ├── EventError          the event asks for something the function does not know
    ├── BrokenObjectError   an object in the data bucket is not what it should be
    ├── ConflictError       another run wrote the object first (.key)
    ├── OvertakenError      the history has moved on; another run will publish
    └── DrawingError        no browser drew the pictures (.flagset)

Errors of boto3 and polars pass through as they are: Lambda's retry, the failure
queue and the alarm work from them.
"""

from __future__ import annotations


class RendererError(Exception):
    """Base of all errors that the renderer raises itself."""


class SettingsError(RendererError):
    """The environment is incomplete or wrong; the message names every problem."""


class EventError(RendererError):
    """The event is neither S3's nor one of the known actions."""


class BrokenObjectError(RendererError):
    """An object is no reading, import, correction or note; the message says why."""


class ConflictError(RendererError):
    """A compare-and-swap put found another object than expected."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} was changed by another run meanwhile")
        self.key = key


class OvertakenError(RendererError):
    """The history has moved on while this run was working from an older one."""


class DrawingError(RendererError):
    """A browser did not draw the pictures that it was asked for."""

    def __init__(self, flagset: str, why: str) -> None:
        super().__init__(f"no pictures with flag set {flagset}: {why}")
        self.flagset = flagset
