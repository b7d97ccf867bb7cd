"""Storing a reading for ever: a create-only put, and what its refusals mean.

The first reading of an hour stays. Conditional writes of S3:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from collector.errors import StoreBusyError
from collector.patience import Patience
from collector.reading import Reading, find_count

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PUT_ATTEMPTS = 5


@dataclass(frozen=True)
class Kept:
    """What the store holds for the hour now.

    `stored`: this reading. `duplicate`: an earlier one with the same count.
    `conflict`: an earlier one with another count, None if it cannot be read.
    """

    outcome: Literal["stored", "duplicate", "conflict"]
    count: int | None


def put_reading(
    client: "S3Client", bucket: str, reading: Reading, patience: Patience
) -> Kept:
    """Store a reading where there is none yet; never change one that is there.

    Raises StoreBusyError when other writes keep getting in the way, and lets all
    other errors of the client through.
    """
    for attempt in range(1, PUT_ATTEMPTS + 1):
        status = _create_object(client, bucket, reading)
        if status == 200:
            return Kept("stored", reading.count)
        if status == 412:
            # Somebody was first: perhaps our own request, if its answer was lost and
            # the client sent it again.
            kept = _compare_counts(client, bucket, reading)
            if kept is not None:
                return kept
        # 409: another write to the key was under way. That says nothing about what
        # is there now, so all that is left is to try again.
        if attempt < PUT_ATTEMPTS:
            patience.sleep(patience.pause_s(attempt))
    raise StoreBusyError(
        f"{reading.key()} could not be put in {PUT_ATTEMPTS} tries, each met another "
        "write; the next run tries again"
    )


def _create_object(client: "S3Client", bucket: str, reading: Reading) -> int:
    """Put on condition that nothing is there; return the HTTP status."""
    try:
        client.put_object(
            Bucket=bucket,
            Key=reading.key(),
            Body=reading.to_line(),
            ContentType="application/json",
            IfNoneMatch="*",
        )
    except ClientError as error:
        # By status, since the error codes differ between S3 and its look-alikes.
        status = _read_status(error)
        if status in {409, 412}:
            return status
        raise
    return 200


def _compare_counts(client: "S3Client", bucket: str, reading: Reading) -> Kept | None:
    """Compare with what is there; None where it has gone in the meantime.

    On AWS that is a 403 and so an error, for this function may not list: Lambda's
    own retry is the other try then.
    """
    try:
        answer = client.get_object(Bucket=bucket, Key=reading.key())
    except ClientError as error:
        if _read_status(error) == 404:
            return None
        raise
    count = find_count(answer["Body"].read())
    # Only the count decides: a second run for the hour has other times.
    return Kept("duplicate" if count == reading.count else "conflict", count)


def _read_status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
