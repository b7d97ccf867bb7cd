"""What can go wrong while operating a stack.

OperateError             one clear line for the person at the console
├── UsageError           an argument is missing or wrong
├── StackError           the stack is not there, or not in the state that is needed
└── FailedError          AWS or a function did not do what was asked
"""


class OperateError(Exception):
    """The command cannot do what was asked; the message is one clear line."""


class UsageError(OperateError):
    """An argument is missing or wrong."""


class StackError(OperateError):
    """The stack is not there, or not in the state that is needed."""


class FailedError(OperateError):
    """AWS or a function did not do what was asked."""
