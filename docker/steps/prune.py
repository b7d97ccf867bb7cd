"""Remove from a site-packages folder what the functions never read.

    python3 prune.py SITE_PACKAGES [SERVICE...]

botocore describes four hundred services; ours call S3 and, for the source's address,
SSM; STS stays for an operator who gives the function another role to assume. More
services may be named. Pillow reads and writes many formats and draws text; the
renderer only lets it count the colours of a PNG. Each thing to remove must be there: a
new layout of a package shall be noticed, not shipped.
"""

import json
import shutil
import sys
from pathlib import Path

SERVICES = {"s3", "ssm", "sts"}
UNUSED = {
    "boto3": ("boto3/examples", "boto3/data"),
    "polars": ("polars/testing",),
    "PIL": (
        *(f"PIL/_{name}.*.so" for name in ("avif", "imagingcms", "imagingft", "webp")),
        *(f"pillow.libs/lib{name}[-.]*" for name in ("avif", "freetype", "harfbuzz")),
        *(f"pillow.libs/lib{name}[-.]*" for name in ("lcms2", "png16", "sharpyuv")),
        *(f"pillow.libs/lib{name}*" for name in ("brotli", "webp")),
    ),
}


def prune_services(data: Path, services: set[str]) -> None:
    """Keep the folders of these services and the files that all services share."""
    folders = [path for path in data.iterdir() if path.is_dir()]
    unknown = services - {path.name for path in folders}
    if unknown or len(folders) < 100:
        sys.exit(f"prune.py: {data} is not as expected; adapt this file")
    for folder in folders:
        if folder.name not in services:
            shutil.rmtree(folder)
    # Of what all services share, the list of their endpoints takes long to read.
    shared = data / "endpoints.json"
    endpoints = json.loads(shared.read_text("utf-8"))
    for partition in endpoints["partitions"]:
        known = partition["services"]
        partition["services"] = {name: known[name] for name in services & known.keys()}
    shared.write_text(json.dumps(endpoints, sort_keys=True), "utf-8")


def main(packages: Path, services: set[str]) -> None:
    """Prune the packages that are there."""
    prune_services(packages / "botocore" / "data", SERVICES | services)
    for package, names in UNUSED.items():
        if (packages / package).is_dir():
            for name in names:
                remove(packages, name)


def remove(packages: Path, pattern: str) -> None:
    """Remove the files and folders of a pattern, of which there must be one."""
    found = list(packages.glob(pattern))
    if not found:
        sys.exit(f"prune.py: no {packages / pattern}; adapt this file")
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
