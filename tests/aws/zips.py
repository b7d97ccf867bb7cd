"""The functions as zips, made of the same files as their images, and their template."""

import hashlib
import io
import sys
import sysconfig
import zipfile
from typing import Any

from infra.aws.template import PATH
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
from {{package}}.handler import handler
"""
BROKEN = "def handler(event, context):\n    raise OSError('broken on purpose')\n"


def pack_function(package: str, *, broken: bool = False) -> bytes:
    """Zip a function's package, or one in its place that always fails."""
    start = START.format(package=package)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("start.py", BROKEN if broken else start)
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(ROOT))
    return packed.getvalue()


def put_function(s3: Any, package: str, *, broken: bool = False) -> str:
    """Store a function's zip; return the address of the image that it stands for."""
    packed = pack_function(package, broken=broken)
    digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
    s3.put_object(Bucket=BUCKET, Key=digest, Body=packed)
    return f"{REPOSITORY}/{package}@{digest}"


def make_template() -> str:
    """Return the template with zips for images, named by the same parameters.

    The emulator would refuse every put for the statement that is left out, and cannot
    split what a condition compares.
    """
    text = PATH.read_text("utf-8")
    for name in ("Collector", "Renderer"):
        image = f"PackageType: Image\n      Code: {{ImageUri: !Ref {name}Image}}\n"
        assert text.count(image) == 1
        key = f'!Select [1, !Split ["@", !Ref {name}Image]]'
        code = f"Code: {{S3Bucket: {BUCKET}, S3Key: {key}}}\n"
        python = "Runtime: python3.11\n      Handler: start.handler\n      "
        text = text.replace(image, python + code)
    prefix = '!Equals [!Select [0, !Split [":", !Ref CountUrl]], ssm]'
    assert text.count(prefix) == 1
    text = text.replace(prefix, f'!Equals [!Ref CountUrl, "{ADDRESS}"]')
    head, _, rest = text.partition("          - Sid: WriteOnce\n")
    _, condition, tail = rest.partition('"Null": {s3:if-none-match: "true"}\n')
    assert condition
    return head + tail
