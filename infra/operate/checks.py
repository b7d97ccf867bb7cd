"""What a deploy looks at before it asks CloudFormation for anything.

Each check refuses, with the way on, what would else break off half-way.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.clients import Client
from infra.console import confirm
from infra.errors import SettingsError, StackError
from infra.operate.parameters import name_variable

ABSENT = {"ImageNotFoundException", "RepositoryNotFoundException"}


def check_values(client: Client, values: Mapping[str, str]) -> None:
    """Check the values that a stack is to have, by their parameters' names.

    Raises SettingsError or StackError for those that AWS would refuse.
    """
    ecr, account = client("ecr"), client("sts").get_caller_identity()["Account"]
    refuse_lone_domain(values)
    for name in ("CollectorImage", "RendererImage"):
        refuse_image_elsewhere(name, values[name], account, ecr.meta.region_name)
        refuse_absent_image(ecr, name, values[name])
    if needs_public_bucket(values):
        refuse_blocked_account(client)


def refuse_lone_domain(values: Mapping[str, str]) -> None:
    """Refuse a domain without its certificate, as the template's rule does."""
    if values.get("DomainName") and not values.get("CertificateArn"):
        raise SettingsError(
            "DOMAIN_NAME needs CERTIFICATE_ARN, a certificate for it in us-east-1"
        )


def refuse_image_elsewhere(name: str, image: str, account: str, region: str) -> None:
    """Refuse an image of another region's ECR, or of an account's that is not this one.

    Lambda could not pull it.
    """
    if not image.startswith(f"{account}.dkr.ecr.{region}."):
        raise SettingsError(
            f"{name_variable(name)} is not in {region} of the account {account}: push "
            "it there, or set AWS_REGION or AWS_PROFILE"
        )


def refuse_absent_image(ecr: Any, name: str, image: str) -> None:
    """Refuse an image that its repository does not hold, or no longer.

    image: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY@DIGEST`.
    """
    repository, _, digest = image.partition("/")[2].partition("@")
    wanted = {"repositoryName": repository, "imageIds": [{"imageDigest": digest}]}
    try:
        is_there = bool(ecr.describe_images(**wanted)["imageDetails"])
    except ClientError as error:
        # Who may not look may still deploy it.
        is_there = error.response["Error"]["Code"] not in ABSENT
    if not is_there:
        raise StackError(
            f"{name_variable(name)}: {repository} does not hold {digest}: "
            "run `make push-images`, or give one that it holds"
        )


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
    client: Client, bucket: str, counter: str, env: Mapping[str, str], word: str
) -> None:
    """Ask before a history is deployed over that is none of this counter.

    The site would be empty, as if all were lost. Raises SettingsError on a no.
    """
    counters = list_counters(client("s3"), bucket)
    if counters and counter not in counters:
        confirm(
            env,
            f"{bucket} has readings of COUNTER={', '.join(sorted(counters))}, and none "
            f"of {counter}, which would begin a history of its own",
            word,
        )


def list_counters(s3: Any, bucket: str) -> set[str]:
    """Return the counters of which a data bucket holds readings, or imported ones."""
    found: set[str] = set()
    for folder in ("readings/counter=", "imports/counter="):
        answer = s3.list_objects_v2(Bucket=bucket, Prefix=folder, Delimiter="/")
        prefixes = [each["Prefix"] for each in answer.get("CommonPrefixes", [])]
        found |= {each.removeprefix(folder).rstrip("/") for each in prefixes}
    return found
