"""What can go wrong in building, running and operating the functions.

InfraError               one clear line for the person at the console
├── SettingsError        what was given is missing or malformed
├── SourceError          the images cannot be named by a commit
├── ToolError            a program is missing or failed
├── RegistryError        the registry refuses, or holds what Lambda would not run
├── StackError           the stack is not there, not ours, or not ready
├── FailedError          AWS or a function did not do what was asked
└── StartError           a part of the one-machine stack is missing or does not start

A command prints the message behind its own name and exits with an error code.
"""


class InfraError(Exception):
    """A command cannot do what was asked; the message is one clear line."""


class SettingsError(InfraError):
    """What was given is missing or malformed."""


class SourceError(InfraError):
    """The images cannot be named by a commit."""


class ToolError(InfraError):
    """A program is missing or failed."""


class RegistryError(InfraError):
    """The registry refuses, or holds what Lambda would not run."""


class StackError(InfraError):
    """The stack is not there, not ours, or not in the state that is needed."""


class FailedError(InfraError):
    """AWS or a function did not do what was asked."""


class StartError(InfraError):
    """A part of the one-machine stack is missing or does not start."""
