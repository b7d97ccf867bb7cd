"""A registry over HTTP: whether it lets us in, what it holds, and small artifacts.

https://distribution.github.io/distribution/spec/api/
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from infra.errors import RegistryError
from infra.images.engine import PLATFORM, is_loopback

# Lambda runs these and refuses an index or a list, even one of a single platform.
# https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEXES = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
COMPRESSIONS = ("gzip", ".tar")
TIMEOUT_S = 30


@dataclass(frozen=True)
class Pushed:
    """An image in a registry.

    size_bytes: of its manifest. layer_bytes: of its compressed layers.
    """

    digest: str
    media_type: str
    size_bytes: int
    layer_bytes: list[int]


def describe_blob(media_type: str, content: bytes) -> dict[str, Any]:
    """Return a descriptor, by which a manifest refers to content."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


@dataclass(frozen=True)
class Registry:
    """A registry's host, with a name and a password if it wants them."""

    host: str
    username: str = ""
    password: str = field(default="", repr=False)

    def require_access(self) -> None:
        """Raise RegistryError unless the registry lets us in."""
        answer = self._get("/v2/")
        if answer.status_code in (401, 403):
            raise RegistryError(
                f"not logged in to {self.host}: set REGISTRY_USERNAME and "
                "REGISTRY_PASSWORD to a name and password that it knows"
            )
        if answer.status_code != 200:
            raise RegistryError(
                f"{self.host} is no registry: it answers {answer.status_code}"
            )
        if "html" in answer.headers.get("Content-Type", ""):
            raise RegistryError(f"{self.host} is no registry: a web page answers")

    def find(self, repository: str, tag: str) -> Pushed | None:
        """Return the image with a tag, or None.

        Raises RegistryError for an image that Lambda would not run.
        """
        accepted = {"Accept": ", ".join((DOCKER, OCI, *INDEXES))}
        answer = self._get(f"/v2/{repository}/manifests/{tag}", accepted)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise RegistryError(
                f"{self.host} answers {answer.status_code} for {repository}:{tag}"
            )
        media_type = answer.headers.get("Content-Type", "thing of no type")
        fault = f"is a {media_type}, which Lambda does not run"
        sizes: list[int] = []
        if media_type in (DOCKER, OCI):
            try:
                manifest = answer.json()
                fault = self._find_fault(repository, manifest)
                sizes = [layer["size"] for layer in manifest["layers"]]
            except (ValueError, LookupError, TypeError, AttributeError):
                fault = f"is said to be a {media_type}, but is none"
        if fault:
            # A tag that cannot be moved would keep its commit from ever being pushed.
            raise RegistryError(
                f"{repository}:{tag} {fault}: delete that tag and run this again; in "
                f"ECR: aws ecr batch-delete-image --repository-name {repository} "
                f"--image-ids imageTag={tag}"
            )
        found = describe_blob(media_type, answer.content)
        return Pushed(found["digest"], media_type, found["size"], sizes)

    def has(self, repository: str, tag: str) -> bool:
        """Say whether there is an artifact with a tag, of whatever kind."""
        path = f"/v2/{repository}/manifests/{tag}"
        answer = self._ask("GET", path, headers={"Accept": OCI})
        return self._require(answer, 200, 404).status_code == 200

    def put_blob(self, repository: str, content: bytes) -> None:
        """Upload content that is small, unless it is there already."""
        digest = describe_blob("", content)["digest"]
        path = f"/v2/{repository}/blobs/"
        if self._ask("HEAD", f"{path}{digest}").status_code == 200:
            return
        started = self._require(self._ask("POST", f"{path}uploads/"), 202)
        # It may be a whole address or a path, with a query or without. Where it is
        # missing, the put is refused.
        place = started.headers.get("Location", path)
        kind = {"Content-Type": "application/octet-stream"}
        query = {"digest": digest}
        put = self._ask("PUT", place, headers=kind, params=query, data=content)
        self._require(put, 201)

    def put_manifest(
        self, repository: str, tag: str, media_type: str, manifest: bytes
    ) -> None:
        """Put a manifest whose blobs are there under a tag."""
        path, kind = f"/v2/{repository}/manifests/{tag}", {"Content-Type": media_type}
        self._require(self._ask("PUT", path, headers=kind, data=manifest), 201)

    def _require(self, answer: requests.Response, *wanted: int) -> requests.Response:
        if answer.status_code not in wanted:
            what = f"{answer.request.method} {urlsplit(answer.url).path}"
            raise RegistryError(f"{self.host} answers {answer.status_code} to {what}")
        return answer

    def _find_fault(self, repository: str, manifest: dict[str, Any]) -> str:
        for layer in manifest["layers"]:
            if not layer["mediaType"].endswith(COMPRESSIONS):
                return f"has a layer of {layer['mediaType']}, but Lambda needs gzip"
        digest = manifest["config"]["digest"]
        config = json.loads(self._get(f"/v2/{repository}/blobs/{digest}").content)
        platform = f"{config.get('os')}/{config.get('architecture')}"
        return "" if platform == PLATFORM else f"is for {platform}, not for {PLATFORM}"

    def _get(
        self, path: str, headers: dict[str, str] | None = None
    ) -> requests.Response:
        return self._ask("GET", path, headers=headers)

    def _ask(self, method: str, path: str, **parts: Any) -> requests.Response:
        scheme = "http" if is_loopback(self.host) else "https"
        # As text requests takes Latin-1 only, whose letters stand for bytes of UTF-8.
        user, word = (
            each.encode().decode("latin-1") for each in (self.username, self.password)
        )
        auth = (user, word) if self.username else None
        try:
            url = urljoin(f"{scheme}://{self.host}", path)
            return requests.request(method, url, auth=auth, timeout=TIMEOUT_S, **parts)
        # A host of no form at all is a ValueError.
        except (requests.RequestException, ValueError) as error:
            kind = type(error).__name__
            raise RegistryError(f"{self.host} does not answer ({kind})") from None
