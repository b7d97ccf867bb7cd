"""An SBOM beside each pushed image: an OCI artifact whose subject is the image.

https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
"""

import json
from collections.abc import Mapping

from infra.images.commit import read_commit_time
from infra.images.ecr import Repositories
from infra.images.engine import Engine
from infra.images.registry import OCI, Pushed, describe_blob
from infra.images.sbom import Subject, make_sbom
from infra.images.stored import name_sbom_tag

CYCLONEDX = "application/vnd.cyclonedx+json"
EMPTY = "application/vnd.oci.empty.v1+json"


def push_sboms(
    engine: Engine, target: Repositories, commit: str, pushed: Mapping[str, Pushed]
) -> None:
    """Push the SBOM of each image that has none yet.

    pushed: function -> its image in the registry.
    """
    registry = target.registry
    for function, image in pushed.items():
        repository = target.names[function]
        tag = name_sbom_tag(image.digest)
        if registry.has(repository, tag):
            continue
        address = f"{registry.host}/{repository}"
        subject = Subject(
            function, address, image.digest, commit, read_commit_time(commit)
        )
        packages = engine.list_packages(f"{address}@{image.digest}")
        sbom = make_sbom(subject, packages)
        registry.put_blob(repository, b"{}")
        registry.put_blob(repository, sbom)
        manifest = make_manifest(image, sbom, f"{function}.cdx.json")
        registry.put_manifest(repository, tag, OCI, manifest)
        print(f"{function}: its SBOM is {address}:{tag}")


def make_manifest(image: Pushed, sbom: bytes, title: str) -> bytes:
    """Make the artifact that holds an SBOM and refers to its image."""
    layer = {
        **describe_blob(CYCLONEDX, sbom),
        "annotations": {"org.opencontainers.image.title": title},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI,
        "artifactType": CYCLONEDX,
        "config": describe_blob(EMPTY, b"{}"),
        "layers": [layer],
        "subject": {
            "mediaType": image.media_type,
            "digest": image.digest,
            "size": image.size_bytes,
        },
    }
    return json.dumps(manifest).encode()
