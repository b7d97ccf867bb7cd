"""What a repository of ECR holds: listing its images, and deleting some."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.errors import RegistryError

# The most that ECR deletes in one request.
BATCH = 100
SBOM = ".sbom"


@dataclass(frozen=True)
class Stored:
    """An image in a repository, by its digest and tags."""

    digest: str
    tags: tuple[str, ...]
    pushed_at: datetime

    def name_addresses(self, repository: str) -> set[str]:
        """Return all addresses that a function may have it by.

        `repository` includes the registry's host.
        """
        return {
            f"{repository}@{self.digest}",
            *(f"{repository}:{tag}" for tag in self.tags),
        }


def name_sbom_tag(digest: str) -> str:
    """Return the tag of an image's SBOM; a commit's would outlive a deleted image.

    `name_sbom_tag("sha256:0a")` is `sha256-0a.sbom`.
    """
    return digest.replace(":", "-") + SBOM


def list_images(ecr: Any, repository: str) -> list[Stored]:
    """List the images that have a tag, the newest first; an SBOM is none."""
    pages = ecr.get_paginator("describe_images").paginate(
        repositoryName=repository, filter={"tagStatus": "TAGGED"}
    )
    found = [
        Stored(each["imageDigest"], tuple(each["imageTags"]), each["imagePushedAt"])
        for page in pages
        for each in page["imageDetails"]
        if not all(tag.endswith(SBOM) for tag in each.get("imageTags", []))
    ]
    return sorted(found, key=lambda image: image.pushed_at, reverse=True)


def find_addresses(ecr: Any, repositories: Iterable[str]) -> dict[str, str]:
    """Return repository -> its address with the host, for those that are there."""
    found = {}
    for name in repositories:
        with contextlib.suppress(ecr.exceptions.RepositoryNotFoundException):
            [each] = ecr.describe_repositories(repositoryNames=[name])["repositories"]
            found[name] = each["repositoryUri"]
    return found


def delete_images(ecr: Any, repository: str, images: Sequence[Stored]) -> None:
    """Delete images with all their tags and their SBOMs; raises RegistryError."""
    sboms = [{"imageTag": name_sbom_tag(image.digest)} for image in images]
    _delete(ecr, repository, sboms)
    _delete(ecr, repository, [{"imageDigest": image.digest} for image in images])


def _delete(ecr: Any, repository: str, wanted: Sequence[dict[str, str]]) -> None:
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        answer = ecr.batch_delete_image(repositoryName=repository, imageIds=batch)
        for failure in answer.get("failures", []):
            if failure["failureCode"] != "ImageNotFound":
                raise RegistryError(
                    f"an image of {repository} cannot be deleted: "
                    f"{failure['failureCode']}, {failure['failureReason']}"
                )
