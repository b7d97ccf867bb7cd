"""What is in an image, as CycloneDX 1.6: the same image gives the same bytes.

https://cyclonedx.org/docs/1.6/json/
"""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from infra.images.commit import ROOT

BROWSER = ROOT / "docker" / "browser"
# Of what is fetched through pip for the browser only this file's package is installed.
FONT = "matplotlib-fontja"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;]+)", re.MULTILINE)


@dataclass(frozen=True)
class Subject:
    """The image that is described.

    repository: with the registry's host. committed_at: when its commit was made.
    """

    function: str
    repository: str
    digest: str
    commit: str
    committed_at: datetime


def make_sbom(subject: Subject, debian: str) -> bytes:
    """Describe an image.

    debian: a line for each of its Debian packages, as `libc6 2.41-12 amd64`.
    """
    parts = [*list_python(ROOT / subject.function / "requirements.txt")]
    parts += list_debian(debian)
    if subject.function == "renderer":
        parts += list_browser()
    image = make_component(
        PackageURL(
            "oci",
            name=subject.function,
            version=subject.digest,
            qualifiers={"repository_url": subject.repository},
        ),
        ComponentType.CONTAINER,
        version=subject.commit,
    )
    bom = Bom(
        # Derived, for a random one would make other bytes each time.
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, subject.digest),
        metadata=BomMetaData(component=image, timestamp=subject.committed_at),
        components=parts,
    )
    bom.register_dependency(image, parts)
    return JsonV1Dot6(bom).output_as_string(indent=1).encode()


def list_python(lock: Path) -> Iterator[Component]:
    """Yield the packages of a file that `make lock` wrote."""
    for name, version in PIN.findall(lock.read_text("utf-8")):
        yield make_component(PackageURL("pypi", name=name, version=version))


def list_debian(packages: str) -> Iterator[Component]:
    """Yield Debian's packages, one a line: name, version, architecture."""
    for line in packages.splitlines():
        name, version, architecture = line.split()
        where = {"arch": architecture, "distro": "trixie"}
        yield make_component(PackageURL("deb", "debian", name, version, where))


def list_browser() -> Iterator[Component]:
    """Yield what docker/browser/install.py puts into the image."""
    for part in list_python(BROWSER / "requirements.txt"):
        if part.name == FONT:
            yield part
    locked = json.loads((BROWSER / "package-lock.json").read_text("utf-8"))["packages"]
    for name in sorted(locked[""]["dependencies"]):
        found = locked[f"node_modules/{name}"]
        group, _, short = name.rpartition("/")
        algorithm, _, encoded = found["integrity"].partition("-")
        assert algorithm == "sha512"
        digest = HashType(
            alg=HashAlgorithm.SHA_512, content=base64.b64decode(encoded).hex()
        )
        purl = PackageURL("npm", group, short, found["version"])
        yield make_component(purl, digest=digest)


def make_component(
    purl: PackageURL,
    kind: ComponentType = ComponentType.LIBRARY,
    *,
    version: str | None = None,
    digest: HashType | None = None,
) -> Component:
    """Make a component that is known by its package URL."""
    return Component(
        type=kind,
        group=purl.namespace,
        name=purl.name,
        version=version or purl.version,
        purl=purl,
        # Otherwise random.
        bom_ref=purl.to_string(),
        hashes=[digest] if digest else None,
    )
