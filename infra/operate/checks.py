"""What a deploy looks at before it asks CloudFormation for anything.

Each check refuses, with the way on, what would else break off half-way.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.console import confirm
from infra.errors import SettingsError, StackError
from infra.operate.parameters import name_variable
from infra.operate.stack import Client

ABSENT = {"ImageNotFoundException", "RepositoryNotFoundException"}


def check_values(client: Client, values: Mapping[str, str]) -> None:
    """Check the values that a stack is to have, by their parameters' names.

    Raises SettingsError or StackError for those that AWS would refuse.
    """
    cloud = client("cloudformation")
    refuse_lone_domain(values)
    for name in ("CollectorImage", "RendererImage"):
        refuse_image_elsewhere(name, values[name], cloud.meta.region_name)
        refuse_absent_image(client("ecr"), name, values[name])
    if needs_public_bucket(values):
        refuse_blocked_account(client)


def refuse_other_partitions(meta: Any) -> None:
    """Refuse the regions of GovCloud, China and the sovereign clouds, by a client's.

    They lack parts of the template, or have other addresses.
    """
    if meta.partition != "aws":
        raise SettingsError(
            f"AWS_REGION={meta.region_name} is not a commercial region: choose one "
            "such as ap-northeast-1"
        )


def refuse_lone_domain(values: Mapping[str, str]) -> None:
    """Refuse a domain without its certificate, as the template's rule does."""
    if values.get("DomainName") and not values.get("CertificateArn"):
        raise SettingsError(
            "DOMAIN_NAME needs CERTIFICATE_ARN, a certificate for it in us-east-1"
        )


def refuse_image_elsewhere(name: str, image: str, region: str) -> None:
    """Refuse an image of another region's ECR: Lambda could not pull it."""
    if f".ecr.{region}." not in image:
        variable = name_variable(name)
        raise SettingsError(
            f"{variable} is not in {region}: push it there, or set AWS_REGION"
        )


def refuse_absent_image(ecr: Any, name: str, image: str) -> None:
    """Refuse an image that its repository does not hold, or no longer.

    image: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@DIGEST`.
    """
    host, _, path = image.partition("/")
    repository, _, digest = path.partition("@")
    try:
        ecr.describe_images(
            registryId=host.partition(".")[0],
            repositoryName=repository,
            imageIds=[{"imageDigest": digest}],
        )
    except ClientError as error:
        # Who may not look may still deploy it.
        if error.response["Error"]["Code"] in ABSENT:
            raise StackError(
                f"{name_variable(name)}: {repository} does not hold {digest}: "
                "run `make push-images`, or give one that it holds"
            ) from None


def needs_public_bucket(values: Mapping[str, str]) -> bool:
    """Say whether the site is the bucket's own website, by the values of parameters."""
    return values.get("Cdn") != "1" and not values.get("DomainName")


def refuse_blocked_account(client: Client) -> None:
    """Refuse an account that blocks every public bucket, as the site's would be."""
    account = client("sts").get_caller_identity()["Account"]
    try:
        found = client("s3control").get_public_access_block(AccountId=account)
    except (ClientError, BotoCoreError):
        return  # none is set, or we cannot look
    block = found["PublicAccessBlockConfiguration"]
    if block.get("BlockPublicPolicy") or block.get("RestrictPublicBuckets"):
        raise StackError(
            "Block Public Access is on for the whole account, so the site could not "
            "be public: give CDN=1, which needs no public bucket, or turn it off "
            "in S3's settings"
        )


def confirm_counter(
    s3: Any, bucket: str, counter: str, env: Mapping[str, str], word: str
) -> None:
    """Ask before a kept history is taken over that is none of this counter.

    The site would be empty, as if all were lost. Raises SettingsError on a no.
    """
    found = s3.list_objects_v2(Bucket=bucket, Prefix="readings/", Delimiter="/")
    prefixes = [each["Prefix"] for each in found.get("CommonPrefixes", [])]
    counters = [each.rstrip("/").rpartition("counter=")[2] for each in prefixes]
    if counters and counter not in counters:
        confirm(
            env,
            f"{bucket} has readings of COUNTER={', '.join(counters)}, and none of "
            f"{counter}, which would begin a history of its own",
            word,
        )
