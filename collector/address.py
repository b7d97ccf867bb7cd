"""Fetching the source's address where COUNT_URL only says in which parameter it is.

That is a parameter of AWS's Parameter Store, encrypted there, so that the address is
in no configuration. It is read in each run, so that a changed one needs no deploy. No
error shows its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from collector.errors import SettingsError, UnavailableError
from collector.settings import check_web_address

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


def fetch_address(client: SSMClient, name: str) -> str:
    """Return the web address that the parameter of a name holds.

    Raises SettingsError if it is not there, may not be read or holds no address, and
    UnavailableError if Parameter Store does not answer.
    """
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise SettingsError(
            f"COUNT_URL: Parameter Store does not give {name} ({code}): store the "
            "address there, and let this function's role read it"
        ) from None
    except BotoCoreError as error:
        problem = type(error).__name__
        raise UnavailableError(f"Parameter Store does not answer ({problem})") from None
    try:
        if found["Parameter"]["Type"] == "StringList":
            raise ValueError
        return check_web_address(found["Parameter"]["Value"])
    except ValueError:
        # Without its cause, which might show the value.
        raise SettingsError(
            f"COUNT_URL: the parameter {name} is not one http or https address"
        ) from None
