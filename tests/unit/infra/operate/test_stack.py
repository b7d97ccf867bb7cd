"""The names of a stack's parts."""

import pytest

from infra.operate.stack import make_website_url
from tests.resolver import PSEUDO


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("ap-northeast-1", "http://b.s3-website-ap-northeast-1.amazonaws.com/"),
        ("eu-central-1", "http://b.s3-website.eu-central-1.amazonaws.com/"),
    ],
)
def test_a_website_s_address_has_its_region_s_separator(
    region: str, address: str
) -> None:
    """Old regions have a dash, newer ones a point."""
    assert make_website_url("b", region) == address
    assert PSEUDO["AWS::Region"] == "ap-northeast-1"
