"""What can go wrong in the one-machine stack.

LocalError                 one clear line for the person at the console
├── SettingsError          a setting is malformed
├── StartError             a part is missing or does not come up
└── ChildDiedError         a part ended while the stack was running
"""

import signal


class LocalError(Exception):
    """The stack cannot do what was asked; the message is one clear line."""


class SettingsError(LocalError):
    """A setting is malformed."""


class StartError(LocalError):
    """A part is missing or does not come up."""


class ChildDiedError(LocalError):
    """A part ended while the stack was running."""

    def __init__(self, name: str, exit_code: int) -> None:
        """Keep which part ended, and how."""
        how = f"exit code {exit_code}"
        if exit_code < 0:
            how = f"killed by {signal.Signals(-exit_code).name}"
        super().__init__(f"{name} ended unexpectedly ({how})")
        self.name = name
        self.exit_code = exit_code
