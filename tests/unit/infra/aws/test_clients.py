"""Which account and region the clients ask, by the variables that are given."""

import pytest
from botocore.exceptions import NoRegionError, ProfileNotFound

from infra.aws.clients import make_clients, refuse_other_partitions
from infra.errors import SettingsError

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the process's own environment nothing that would be taken instead."""
    for name in (*KEYS, "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/none")


@pytest.mark.parametrize(
    "given",
    [
        {"AWS_REGION": "eu-west-1"},
        {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-west-2"},
        {"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1"},
    ],
)
def test_the_region_is_aws_region_before_any_other(given: dict[str, str]) -> None:
    """As the guide says; boto3 itself knows AWS_DEFAULT_REGION alone."""
    assert make_clients({**KEYS, **given})("ecr").meta.region_name == "eu-west-1"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, NoRegionError),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, NoRegionError),
        ({"AWS_REGION": "no region"}, SettingsError),
        ({"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "foo"}, SettingsError),
        ({"AWS_REGION": "eu-west-1", "AWS_PROFILE": "nobody"}, ProfileNotFound),
    ],
)
def test_what_leads_nowhere_is_an_error_with_a_line(
    given: dict[str, str], error: type[Exception]
) -> None:
    """Never boto3's own ValueError."""
    with pytest.raises(error):
        make_clients({**KEYS, **given})("ecr")


def test_half_a_login_is_no_error_yet() -> None:
    """boto3 may find the whole of it elsewhere, or says what is missing."""
    make_clients({"AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"})("ecr")


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
def test_other_partitions_are_refused(region: str) -> None:
    """For the images as for the stack."""
    with pytest.raises(SettingsError, match=f"{region} is not a commercial region"):
        refuse_other_partitions(make_clients({**KEYS, "AWS_REGION": region}))
