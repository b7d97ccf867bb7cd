"""The rights of whoever runs the commands, and what takes them.

That is the commands' own calls, which `make test-aws` notes, and those that
CloudFormation makes for them: the schema of each type of resource lists these.
"""

import json
import re
from functools import cache
from typing import Any

from infra.aws.template import load_template
from infra.images.commit import ROOT
from infra.images.ecr import TEMPLATE
from tests.permissions import grants

POLICY = ROOT / "infra" / "aws" / "operator-policy.json"
# boto3's calls that are asked for under another name.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
ACTIONS = {
    "s3:HeadBucket": ["s3:ListBucket"],
    "s3:ListObjectsV2": ["s3:ListBucket"],
    "s3:ListObjectVersions": ["s3:ListBucketVersions"],
    "s3:HeadObject": ["s3:GetObject"],
    "s3:DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    "s3:GetPublicAccessBlock": ["s3:GetAccountPublicAccessBlock"],
    "lambda:Invoke": ["lambda:InvokeFunction"],
    # Anybody may ask who they are.
    "sts:GetCallerIdentity": [],
}
# The names of services in actions, where boto3 has others.
SERVICES = {"s3-control": "s3", "cloudwatch-logs": "logs"}
# What the schemas list for properties that our templates do not have.
NOT_OURS = re.compile(
    "|".join(
        (
            # Networks, other people's keys, queues of Kinesis, tables of metadata.
            "ec2:|elasticfilesystem:|s3files:|s3tables:|kms:|firehose:",
            "s3:.*(Metadata|Abac|Acl$|Accelerate|Replication|ObjectLock|Logging)",
            "s3:(Put|Delete)(Bucket)?(Analytics|Inventory|Metrics|IntelligentTiering)",
            # What our buckets always have, and zips.
            "s3:Delete(Bucket)?(Cors|Encryption|Lifecycle|Tagging)|s3:GetObjectVersion",
            r"s3:REST\.PUT\.OBJECT|s3:ListAllMyBuckets",
            "lambda:.*(CapacityProvider|Layer|RuntimeAlias|PublishVersion)",
            "lambda:(Put|Delete).*CodeSigning|lambda:GetCodeSigning",
            "lambda:Put(FunctionRecursion|FunctionScaling|RuntimeManagement)",
            "lambda:ListFunctionEventInvokeConfigs",
            "logs:(Put|Delete).*(Index|Resource|DataProtection|Deletion|Bearer|Delivery)",
            "logs:(Associate|Disassociate)KmsKey|logs:CreateLogDelivery",
            "logs:DeleteRetentionPolicy|ecr:Delete(Lifecycle|Repository)Policy",
            "sns:PutDataProtectionPolicy|sns:SetSubscriptionAttributes",
            "iam:(Attach|Detach)RolePolicy|iam:.*Boundary|iam:UpdateRole",
            "cloudfront:.*(ConnectionGroup|VpcOrigin|Staging)",
            # Listing is for whoever looks for what they do not know the name of.
            "(cloudwatch|iam|scheduler|sns|sqs):List(Dashboards|Roles|Schedules)",
            "(sns|sqs):List(Subscriptions$|Topics|Queues)|cloudfront:List(?!Tag)",
            # The tags of a stack do not change.
            ".*:Untag",
        )
    )
)


def name_actions(service: str, operation: str) -> list[str]:
    """Return the actions that a call asks for.

    `name_actions("lambda", "Invoke")` is `["lambda:InvokeFunction"]`.
    """
    call = f"{SERVICES.get(service, service)}:{operation}"
    return ACTIONS.get(call, [call])


def load_policy() -> dict[str, Any]:
    """Load the policy that the guide hands out."""
    policy: dict[str, Any] = json.loads(POLICY.read_text("utf-8"))
    return policy


def list_granted() -> set[str]:
    """Return all actions of the policy; some have a `*` for a part of the name."""
    return {action for action, _ in grants(load_policy()["Statement"])}


def matches(granted: str, action: str) -> bool:
    """Say whether a granted action is, or covers, another one."""
    return re.fullmatch(re.escape(granted).replace(r"\*", ".*"), action) is not None


@cache
def list_handled() -> frozenset[str]:
    """Return the actions that CloudFormation takes for the resources of our stacks."""
    # Its import takes longer than most tests, and every worker collects all of them.
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    texts = (None, TEMPLATE.read_text("utf-8"))
    resources = [
        each for text in texts for each in load_template(text)["Resources"].values()
    ]
    found: set[str] = set()
    for kind in {each["Type"] for each in resources}:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
        handlers = [*schema["handlers"].values(), schema.get("tagging", {})]
        found |= {a for each in handlers for a in each.get("permissions") or []}
    return frozenset(action for action in found if not NOT_OURS.match(action))
