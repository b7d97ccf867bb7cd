"""What the account's functions run, as Lambda tells it; moto tells it of no version."""

from typing import Any

from infra.images.running import find_running

CODES = {
    ("a", "$LATEST"): {"ImageUri": "h/r:t", "ResolvedImageUri": "h/r@sha256:2"},
    ("a", "1"): {"ImageUri": "h/r@sha256:1", "ResolvedImageUri": "h/r@sha256:1"},
}


class Functions:
    """Stands for Lambda's client."""

    def get_paginator(self, name: str) -> "Functions":
        """Be the paginator, too."""
        assert name == "list_functions"
        return self

    def paginate(self, FunctionVersion: str) -> list[dict[str, Any]]:  # noqa: N803
        """Give one function a page; what is a file has no image."""
        assert FunctionVersion == "ALL"
        images = [
            {"FunctionName": name, "Version": version, "PackageType": "Image"}
            for name, version in CODES
        ]
        file = {"FunctionName": "f", "Version": "$LATEST", "PackageType": "Zip"}
        return [{"Functions": [each]} for each in (*images, file)]

    def get_function(self, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803
        """Give the code."""
        return {"Code": CODES[FunctionName, Qualifier]}


def test_each_version_counts_under_its_tag_and_under_its_digest() -> None:
    """A published version keeps its image when the function has gone on."""
    assert find_running(Functions()) == {
        "h/r:t": "a",
        "h/r@sha256:1": "a",
        "h/r@sha256:2": "a",
    }
