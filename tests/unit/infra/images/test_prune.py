"""Which images are old; tests/integration deletes them from moto's ECR."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.errors import RegistryError, SettingsError
from infra.images.ecr import Repositories
from infra.images.prune import choose_old, prune_images, read_keep
from infra.images.registry import Registry
from infra.images.stored import Stored, delete_images, list_images

START = datetime(2026, 11, 1, tzinfo=UTC)
REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Any")


class Ecr:
    """Stands for ECR's client: describes images, and notes what is deleted."""

    def __init__(self, number: int) -> None:
        self.details: list[dict[str, Any]] = [
            {
                "imageDigest": f"sha256:{n:064}",
                "imageTags": [f"t{n}"],
                "imagePushedAt": START + timedelta(days=n),
            }
            for n in range(number)
        ]
        self.batches: list[list[dict[str, str]]] = []
        self.failures: list[dict[str, str]] = []
        self.refused = ""

    def get_paginator(self, name: str) -> "Ecr":
        """Be the paginator, too; Lambda's of no functions as well."""
        return self

    def paginate(self, **arguments: Any) -> list[dict[str, Any]]:
        """Give two pages."""
        half = len(self.details) // 2
        pages = (self.details[:half], self.details[half:])
        return [{"imageDetails": page, "Functions": []} for page in pages]

    def batch_delete_image(self, **arguments: Any) -> dict[str, Any]:
        """Note what is deleted."""
        if arguments["repositoryName"] == self.refused:
            raise REFUSED
        self.batches.append(arguments["imageIds"])
        return {"failures": self.failures}


def test_the_newest_stay_and_what_is_spared_by_any_of_its_addresses() -> None:
    """By digest or tag in this repository; the same digest in another says nothing."""
    images = list_images(Ecr(6), "r")
    assert [image.tags[0] for image in images] == ["t5", "t4", "t3", "t2", "t1", "t0"]
    spared = {f"h/r@{images[3].digest}", "h/r:t1", f"h/other@{images[5].digest}"}
    old = choose_old(images, "h/r", spared, 2)
    assert [image.tags[0] for image in old] == ["t3", "t0"]
    assert choose_old(images, "h/r", spared, 6) == []


def test_many_are_deleted_in_batches_that_ecr_takes() -> None:
    """A hundred at most; one that is gone already is no failure, any other is."""
    ecr = Ecr(0)
    images = [Stored(f"sha256:{n}", ("t",), START) for n in range(201)]
    ecr.failures = [{"failureCode": "ImageNotFound", "failureReason": "gone"}]
    delete_images(ecr, "r", images)
    assert [len(batch) for batch in ecr.batches] == [100, 100, 1] * 2
    assert ecr.batches[2] == [{"imageTag": "sha256-200.sbom"}]
    assert ecr.batches[5] == [{"imageDigest": "sha256:200"}]
    ecr.failures = [{"failureCode": "KmsError", "failureReason": "key"}]
    with pytest.raises(RegistryError, match="r cannot be deleted: KmsError, key"):
        delete_images(ecr, "r", images)


def test_what_was_deleted_before_a_refusal_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The second repository's refusal is told in the same line."""
    ecr = Ecr(3)
    target = Repositories(Registry("h"), {"collector": "c", "renderer": "r"})
    ecr.refused = "r"
    prune_images(ecr, Ecr(0), target, (), 1)
    assert capsys.readouterr().out.startswith("2 old images deleted, the others stay: ")


def test_how_many_stay_can_be_set() -> None:
    """At least one; a wrong number is told before anything is built."""
    assert read_keep({}) == 5
    assert read_keep({"KEEP_IMAGES": "12"}) == 12
    for wrong in ("0", "all"):
        with pytest.raises(SettingsError, match="KEEP_IMAGES"):
            read_keep({"KEEP_IMAGES": wrong})
