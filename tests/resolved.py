"""The template, resolved for a stack with example parameters."""

from functools import cache
from typing import Any

from infra.aws.template import load_template
from tests.resolver import Resolver

ECR = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
PARAMETERS = {
    "CollectorImage": f"{ECR}/images/collector@sha256:{'a' * 64}",
    "RendererImage": f"{ECR}/images/renderer@sha256:{'b' * 64}",
    "CountUrl": "https://example.org/api?key=secret",
    "AlarmEmail": "operator@example.org",
}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a"
WITH_CDN = {"Cdn": "1"}
WITH_DOMAIN = {"DomainName": "count.example.org", "CertificateArn": CERTIFICATE}


@cache
def _resources(more: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return Resolver(load_template(), {**PARAMETERS, **dict(more)}).resources()


def resources(**more: str) -> dict[str, Any]:
    """Give all resources of a stack with these parameters."""
    return _resources(tuple(sorted(more.items())))


def properties(name: str, **more: str) -> dict[str, Any]:
    """Give the properties of one resource."""
    found: dict[str, Any] = resources(**more)[name]["Properties"]
    return found


def of_type(kind: str, **more: str) -> dict[str, dict[str, Any]]:
    """Give name and properties of all resources of a type."""
    return {
        name: resource["Properties"]
        for name, resource in resources(**more).items()
        if resource["Type"] == kind
    }
