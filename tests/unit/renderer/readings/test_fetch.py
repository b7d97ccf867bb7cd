"""Fetching readings: what polars is told of the client that boto3 has.

That both ways to fetch agree on every object, broken ones as well, is tested against
a real S3: `tests/integration/test_renderer_broken_readings.py`.
"""

from types import SimpleNamespace

import pytest

from renderer.readings.fetch import make_cloud_options


@pytest.mark.parametrize(
    ("address", "plain"),
    [("https://s3.ap-northeast-1.amazonaws.com", "false"), ("http://[::1]:1", "true")],
)
@pytest.mark.parametrize("token", ["token", None])
def test_polars_reaches_what_boto3_reaches(
    address: str, plain: str, token: str | None
) -> None:
    """Plain HTTP only where the client uses it; a role's session token where one is."""
    client = SimpleNamespace(endpoint_url=address, region_name="ap-northeast-1")
    credentials = SimpleNamespace(access_key="id", secret_key="key", token=token)
    session = {"aws_session_token": token} if token else {}
    assert make_cloud_options(client, credentials) == {
        "aws_endpoint_url": address,
        "aws_region": "ap-northeast-1",
        "aws_access_key_id": "id",
        "aws_secret_access_key": "key",
        "aws_allow_http": plain,
        **session,
    }
