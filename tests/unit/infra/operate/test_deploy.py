"""What `make deploy` knows of a stack before it asks for the changes."""

import pytest

from infra.aws.template import load_template
from infra.operate.deploy import list_given, needs_public_bucket
from tests.resolved import WITH_CDN, WITH_DOMAIN, properties


@pytest.mark.parametrize(
    "values",
    [{}, WITH_CDN, WITH_DOMAIN, {**WITH_DOMAIN, "Cdn": "0"}, {"Cdn": "0"}],
    ids=["website", "cdn", "domain", "domain without cdn", "neither"],
)
def test_an_account_that_blocks_public_buckets_may_have_cloudfront(
    values: dict[str, str],
) -> None:
    """A public bucket is needed exactly where the template opens the site's."""
    block = properties("SiteBucket", **values)["PublicAccessBlockConfiguration"]
    assert needs_public_bucket(values) is not block["BlockPublicPolicy"]


def test_what_is_not_given_keeps_its_value() -> None:
    """So a stack with CloudFront keeps it until it is told otherwise."""
    assert "Cdn" in load_template()["Parameters"]
    kept = {"ParameterKey": "Cdn", "UsePreviousValue": True}
    given = {"ParameterKey": "Title", "ParameterValue": "t"}
    assert {**WITH_CDN, **list_given([kept, given])} == {**WITH_CDN, "Title": "t"}
