"""The template as CloudFormation's own rules see it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.aws.template import PATH, load_template
from tests.resolved import PARAMETERS, WITH_CDN, WITH_DOMAIN, resources
from tests.resolver import PSEUDO

# What AWS keeps for all regions of an account together, so that names may collide.
GLOBAL = ("AWS::Budgets::", "AWS::CloudFront::", "AWS::IAM::", "AWS::CloudWatch::Dash")
NAMES = re.compile(r"'(?:Name|RoleName|BudgetName|DashboardName)': '([^']+)'")
# The resources whose content is data. Nothing else may be kept or asked for.
STATEFUL = {"AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Logs::LogGroup"}


@pytest.mark.parametrize("template", [PATH, PATH.with_name("repositories.yaml")])
def test_cfn_lint_finds_nothing_in_two_regions(template: Path) -> None:
    """Neither an error nor a warning."""
    program = Path(sys.executable).with_name("cfn-lint")
    run = subprocess.run(
        [program, "-r", "us-east-1", "ap-northeast-1", "--", template],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "")


def test_one_rule_is_suppressed_on_one_resource() -> None:
    """W1030 misreads the default of a certificate that is only used when given."""
    suppressed = {
        name: resource["Metadata"]["cfn-lint"]["config"]["ignore_checks"]
        for name, resource in load_template()["Resources"].items()
        if "Metadata" in resource
    }
    assert suppressed == {"Distribution": ["W1030"]}
    assert "cfn-lint" not in load_template().get("Metadata", {})


def test_the_template_can_be_passed_inline() -> None:
    """CloudFormation takes at most 51,200 bytes without a bucket to load it from."""
    assert PATH.stat().st_size < 51_200


@pytest.mark.parametrize("template", [PATH, PATH.with_name("repositories.yaml")])
def test_a_template_is_plain_ascii(template: Path) -> None:
    """CloudFormation shows anything else of a template as question marks."""
    assert template.read_bytes().isascii()


def test_every_parameter_is_explained_and_bounded() -> None:
    """A description, and a pattern, a list, or limits; each default obeys them."""
    for name, parameter in load_template()["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        bounds = parameter.keys() - {"Type", "Description", "Default", "NoEcho"}
        assert bounds or name == "TimePath", name
        if "AllowedPattern" in parameter:
            assert "ConstraintDescription" in parameter, name
            for value in (parameter.get("Default"), PARAMETERS.get(name)):
                pattern = parameter["AllowedPattern"]
                assert value is None or re.fullmatch(pattern, value), name


def test_only_the_source_the_mail_and_the_images_must_be_given() -> None:
    """Everything else has a sane default, and the source's address is hidden."""
    parameters = load_template()["Parameters"]
    assert {n for n, p in parameters.items() if "Default" not in p} == set(PARAMETERS)
    assert [n for n, p in parameters.items() if p.get("NoEcho")] == ["CountUrl"]


def test_every_parameter_is_shown_in_a_group_once() -> None:
    """The console's form lists them all."""
    interface = load_template()["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [n for group in interface["ParameterGroups"] for n in group["Parameters"]]
    assert sorted(grouped) == sorted(load_template()["Parameters"])


def test_only_the_data_bucket_outlives_the_stack() -> None:
    """Everything stateful says what becomes of it; no other thing is kept."""
    for name, resource in load_template()["Resources"].items():
        if resource["Type"] in STATEFUL:
            policies = resource["DeletionPolicy"], resource["UpdateReplacePolicy"]
            kept = name == "DataBucket"
            wanted = ("RetainExceptOnCreate", "Retain") if kept else ("Delete",) * 2
            assert policies == wanted, name
        else:
            assert "DeletionPolicy" not in resource, name


def test_a_stack_of_this_name_fits_into_every_region_of_an_account() -> None:
    """What is kept for all regions has the region in its name, or a name by AWS."""
    names = [
        name
        for resource in resources(**WITH_CDN, Dashboard="1").values()
        if resource["Type"].startswith(GLOBAL)
        for name in NAMES.findall(str(resource["Properties"]))
    ]
    assert len(names) >= 4
    assert [name for name in names if not name.endswith(PSEUDO["AWS::Region"])] == []


def test_bucket_names_fit_for_the_longest_stack_name_that_deploy_allows() -> None:
    """S3 takes 63 characters; the longest region's name has 14."""
    longest = "s" * 28 + "-data-" + PSEUDO["AWS::AccountId"] + "-" + "r" * 14
    assert len(longest) <= 63


def test_cloudfront_exists_only_on_request_or_with_a_domain() -> None:
    """By default the bucket's own website serves the site."""
    policies = {"CachePolicy", "ResponseHeaders"}
    for parameters in (WITH_CDN, WITH_DOMAIN, {**WITH_DOMAIN, "Cdn": "0"}):
        extra = resources(**parameters).keys() - resources().keys()
        assert extra == {"Distribution", "OriginAccess", *policies}


def test_a_domain_without_a_certificate_is_refused() -> None:
    """Before anything is created."""
    [rule] = load_template()["Rules"].values()
    assert "DomainName" in str(rule["RuleCondition"])
    assert "CertificateArn" in str(rule["Assertions"])
