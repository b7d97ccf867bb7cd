"""The policy for whoever deploys has what CloudFormation takes, and fits into IAM."""

import re

from tests.permissions import grants
from tests.rights import POLICY, list_granted, list_handled, load_policy, matches


def test_it_fits_into_a_managed_policy() -> None:
    """IAM counts all but blanks, up to 6,144."""
    assert len(re.sub(r"\s", "", POLICY.read_text("utf-8"))) <= 6144


def test_it_has_all_that_cloudformation_takes_for_our_resources() -> None:
    """As the schemas of their types say."""
    granted = list_granted()
    missing = {a for a in list_handled() if not any(matches(g, a) for g in granted)}
    assert "lambda:CreateFunction" in list_handled()
    assert missing == set()


def test_it_is_for_what_is_ours_alone_wherever_aws_lets_it() -> None:
    """What has `*` for its resource cannot be named, or only lists and asks."""
    everywhere = {a for a, place in grants(load_policy()["Statement"]) if place == "*"}
    asks = re.compile(r"\w+:(Get|List|Describe|Validate)\w+|cloudfront:\w+")
    assert [action for action in everywhere if not asks.fullmatch(action)] == []
