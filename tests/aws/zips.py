"""The functions as zips, made of the same files as their images, and their template."""

import contextlib
import hashlib
import io
import json
import sys
import sysconfig
import zipfile
from typing import Any

from infra.aws.clients import Client
from infra.aws.template import load_template
from infra.images.commit import ROOT
from tests.aws.emulator import ACCOUNT, REGION

BUCKET = "functions-as-zips"
REPOSITORY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/nyanpass-count-images"
# What COUNT_URL is, where it is in Parameter Store.
ADDRESS = "ssm:/nyanpass/count-url"
# The libraries are the checkout's, in the versions of the images, and so is the
# interpreter that the renderer starts its browser's driver with. What is logged goes
# where Lambda's runtime has it go.
START = f"""\
import logging
import sys
logging.getLogger().addHandler(logging.StreamHandler())
sys.path.insert(0, {sysconfig.get_path("purelib")!r})
sys.executable = {sys.executable!r}
import {{package}}.handler
from {{package}}.handler import handler
"""
# The tests collect at any minute of an hour.
ANY_MINUTE = "collector.handler.MAX_LATE *= 2\n"
BROKEN = "def handler(event, context):\n    raise OSError('broken on purpose')\n"


def pack_function(package: str, *, broken: bool = False) -> bytes:
    """Zip a function's package, or one in its place that always fails."""
    start = START.format(package=package)
    if package == "collector":
        start += ANY_MINUTE
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(ROOT / "VERSION", "VERSION")
        archive.writestr("start.py", BROKEN if broken else start)
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(ROOT))
    return packed.getvalue()


def put_function(client: Client, package: str, *, broken: bool = False) -> str:
    """Store a function's zip; return the address of the image that it stands for.

    client: makes the client of a service.
    """
    packed = pack_function(package, broken=broken)
    digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
    client("s3").put_object(Bucket=BUCKET, Key=digest, Body=packed)
    ecr, name = client("ecr"), f"{REPOSITORY.partition('/')[2]}/{package}"
    with contextlib.suppress(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName=name)
    ecr.put_image(repositoryName=name, imageManifest="{}", imageDigest=digest)
    return f"{REPOSITORY}/{package}@{digest}"


def adapt_template() -> dict[str, Any]:
    """Return the template as the emulator can make it.

    It would refuse every put for the statement that is left out, cannot split what a
    condition compares, and knows no budgets.
    """
    template = load_template()
    resources = template["Resources"]
    policy = resources["DataBucketPolicy"]["Properties"]["PolicyDocument"]
    kept = [each for each in policy["Statement"] if each["Sid"] != "WriteOnce"]
    assert len(kept) == len(policy["Statement"]) - 1
    policy["Statement"] = kept
    assert "HasParameter" in template["Conditions"]
    named = {"Fn::Equals": [{"Ref": "CountUrl"}, ADDRESS]}
    template["Conditions"]["HasParameter"] = named
    assert resources.pop("Budget")["Type"] == "AWS::Budgets::Budget"
    return template


def make_template() -> str:
    """Return it with zips for images, named by the same parameters, as JSON."""
    template = adapt_template()
    for name in ("Collector", "Renderer"):
        properties = template["Resources"][name]["Properties"]
        assert properties.pop("PackageType") == "Image"
        address = properties["Code"]["ImageUri"]
        key = {"Fn::Select": [1, {"Fn::Split": ["@", address]}]}
        properties["Code"] = {"S3Bucket": BUCKET, "S3Key": key}
        properties |= {"Runtime": "python3.11", "Handler": "start.handler"}
    return json.dumps(template)
