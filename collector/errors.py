"""What can go wrong while collecting, and whether trying again can help.

CollectorError
├── SettingsError       a setting is missing or wrong
├── UnavailableError    no answer, a broken one, 429 or 5xx: trying again can help
├── RefusedError        an answer that another try will not change, e.g. 404
├── AnswerError         an answer that holds no count, or an old one
└── StoreBusyError      the store kept answering 409: trying again can help

Every one of them is raised out of the handler, the permanent ones too: Lambda's
retry, the failure queue and the alarm all work from a raised error. `retryable`
says whether to try again within one invocation.
"""


class CollectorError(Exception):
    """The base of all errors of this package."""

    retryable = False


class SettingsError(CollectorError):
    """Settings are missing or wrong; the message names all of them."""


class UnavailableError(CollectorError):
    """The source gave no complete answer now; it may give one later."""

    retryable = True

    def __init__(self, message: str, retry_after_s: float = 0.0) -> None:
        """Keep the pause that the source asked for, if it asked for one."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RefusedError(CollectorError):
    """The source will not answer this request, however often it is sent."""


class AnswerError(CollectorError):
    """The answer is complete, but holds no count that can be kept."""


class StoreBusyError(CollectorError):
    """Other writes to the same key kept getting in the way."""

    retryable = True
