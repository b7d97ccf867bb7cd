"""Fetching the answer over HTTP. The only module that knows `requests`.

The source's address is never shown: it may hold a key. The exceptions of requests
have it in their texts, so none leaves this module: `_translate` turns each into an
error of ours, which is raised outside the `except` block, so that no traceback
prints the original.
"""

import logging
import queue
import re
import threading

import requests

from collector import __version__
from collector.document import Body
from collector.errors import CollectorError, RefusedError, UnavailableError
from collector.patience import Patience

LOGGER = logging.getLogger(__name__)
MAX_BODY_BYTES = 64 * 1024
PIECE_BYTES = 64
# The next hour asks again by itself.
_IF_LASTING = ": if that lasts, see whether COUNT_URL answers from elsewhere"

# urllib3 puts the address into its own log lines, e.g. "Failed to parse headers".
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

# Every exception of requests is in one of the two, which a test watches over. The
# order matters: SSLError is a ConnectionError, and a certificate that does not
# verify now will not verify in five seconds.
_PERMANENT = (
    requests.exceptions.SSLError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidJSONError,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.URLRequired,
    requests.exceptions.HTTPError,
    requests.exceptions.RetryError,
    requests.exceptions.StreamConsumedError,
    requests.exceptions.TooManyRedirects,
    requests.exceptions.UnrewindableBodyError,
)
_TRANSIENT = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
)


def fetch_answer(url: str, contact: str, patience: Patience) -> Body:
    """Fetch the answer's body, trying again where that can help.

    Raises UnavailableError when attempts or time are used up, RefusedError at once
    where another attempt would get the same answer.
    """
    start = patience.monotonic()
    attempt = 1
    while True:
        left_s = patience.total_s - (patience.monotonic() - start)
        try:
            return _fetch_within(
                min(patience.attempt_s, left_s), url, contact, patience
            )
        except UnavailableError as error:
            asked_s = min(error.retry_after_s, patience.longest_retry_after_s)
            pause_s = max(asked_s, patience.pause_s(attempt))
            spent_s = patience.monotonic() - start + pause_s
            if attempt == patience.attempts or spent_s >= patience.total_s:
                raise
            LOGGER.warning("%s; trying again in %.1f s", error, pause_s)
        patience.sleep(pause_s)
        attempt += 1


def _fetch_within(limit_s: float, url: str, contact: str, patience: Patience) -> Body:
    """Run one attempt in a thread of its own, and wait no longer than the limit.

    A socket's timeout starts again with every byte, and looking up a name has none;
    only a waiter outside can hold a total limit.
    """
    results: queue.SimpleQueue[Body | CollectorError] = queue.SimpleQueue()
    deadline = patience.monotonic() + limit_s

    def attempt() -> None:
        results.put(_fetch_once(url, contact, deadline, patience))

    threading.Thread(target=attempt, name="source", daemon=True).start()
    result: Body | CollectorError | None
    try:
        result = results.get(timeout=limit_s)
    except queue.Empty:
        result = None
    if isinstance(result, Body):
        return result
    raise result or UnavailableError(f"the source took too long to answer{_IF_LASTING}")


def _fetch_once(
    url: str, contact: str, deadline: float, patience: Patience
) -> Body | CollectorError:
    """Send one GET; return the body, or the error to raise."""
    agent = f"nyanpass-count/{__version__}" + (f" (+{contact})" if contact else "")
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # a body this small gains nothing by it
        "User-Agent": agent,
    }
    timeouts = (patience.connect_s, patience.read_s)
    try:
        with requests.get(
            url, headers=headers, timeout=timeouts, stream=True, allow_redirects=False
        ) as response:
            return _judge_status(response) or _read_body(response, deadline, patience)
    except Exception as error:
        # Not only those of requests: what this thread lets through, Python would
        # print with its text, and the address may be in it.
        return _translate(error)


def _judge_status(response: requests.Response) -> CollectorError | None:
    """Return the error that a status other than 200 means."""
    status = response.status_code
    if status == 200:
        return None
    if status == 429 or status >= 500:
        seconds = response.headers.get("Retry-After", "")
        asked_s = float(seconds) if seconds.isdecimal() and len(seconds) < 9 else 0.0
        return UnavailableError(f"the source answered {status}{_IF_LASTING}", asked_s)
    if response.is_redirect:
        return RefusedError(
            f"the source answered {status}, and redirects are not followed: "
            "set COUNT_URL to the address that it leads to"
        )
    return RefusedError(f"the source answered {status}: check COUNT_URL")


def _read_body(
    response: requests.Response, deadline: float, patience: Patience
) -> Body | CollectorError:
    """Read the decoded body, up to the limits in bytes and in time."""
    body = bytearray()
    # In small pieces: a read waits until all of its piece is there, so that a source
    # that drips would hold this thread for long after nobody waits for it any more.
    for chunk in response.iter_content(PIECE_BYTES):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return RefusedError(
                f"the answer is longer than {MAX_BODY_BYTES} bytes: check COUNT_URL"
            )
        if patience.monotonic() > deadline:
            return UnavailableError(
                f"the source took too long to send its answer{_IF_LASTING}"
            )
    return Body(bytes(body), _find_charset(response.headers.get("Content-Type", "")))


def _find_charset(content_type: str) -> str:
    """Return the charset that a Content-Type declares, or an empty text.

    requests would make one up for a text that declares none.
    """
    match = re.search(r";\s*charset\s*=\s*[\"']?([^\s\"';,]+)", content_type, re.I)
    return match[1] if match else ""


def _translate(error: Exception) -> CollectorError:
    """Turn an exception into an error of ours, without its text."""
    kind = type(error).__name__
    if isinstance(error, _TRANSIENT) and not isinstance(error, _PERMANENT):
        return UnavailableError(
            f"the connection to the source failed ({kind}){_IF_LASTING}"
        )
    if isinstance(error, requests.exceptions.SSLError):
        return RefusedError(f"the source has no TLS that can be trusted ({kind})")
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return RefusedError(f"the answer is not encoded as it says ({kind})")
    return RefusedError(f"the request for the count failed ({kind}): check COUNT_URL")
