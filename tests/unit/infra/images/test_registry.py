"""What a registry may answer; a server on loopback stands for it.

tests/images pushes to a real one.
"""

import base64
from typing import Any

import pytest

from infra.errors import RegistryError
from infra.images.registry import DOCKER, INDEXES, Registry
from tests.unit.infra.images.conftest import MANIFEST, Answers, Asked


def test_an_image_is_found_with_its_digest_and_sizes(registry: Registry) -> None:
    """The digest is of the manifest's own bytes; a tag that is not there is None."""
    found = registry.find("r", "t")
    assert found
    assert (found.media_type, found.layer_bytes) == (DOCKER, [7, 5])
    assert len(found.digest) == len("sha256:") + 64
    assert registry.find("r", "other") is None


@pytest.mark.parametrize(
    ("path", "answer", "problem"),
    [
        ("/v2/r/manifests/t", (200, INDEXES[0], {}), "which Lambda does not run"),
        (
            "/v2/r/manifests/t",
            (200, DOCKER, {**MANIFEST, "layers": [{"mediaType": "x+zstd", "size": 1}]}),
            r"has a layer of x\+zstd, but Lambda needs gzip",
        ),
        (
            "/v2/r/blobs/sha256:c",
            (200, "", {"os": "linux", "architecture": "arm64"}),
            "is for linux/arm64, not for linux/amd64",
        ),
        ("/v2/r/manifests/t", (500, "", {}), "answers 500 for r:t"),
        ("/v2/r/manifests/t", (200, "text/html", "<p>"), "is a text/html, which"),
        ("/v2/r/manifests/t", (200, DOCKER, "<p>"), "is said to be a .*, but is none"),
        ("/v2/r/manifests/t", (200, DOCKER, {}), "is said to be a .*, but is none"),
        ("/v2/r/blobs/sha256:c", (200, "", "<p>"), "is said to be a .*, but is none"),
    ],
)
def test_what_lambda_would_not_run_is_refused(
    registry: Registry, answers: Answers, path: str, answer: Any, problem: str
) -> None:
    """An index, another compression, another processor; and a broken registry."""
    answers[path] = answer
    with pytest.raises(RegistryError, match=problem):
        registry.find("r", "t")


def test_a_tag_that_keeps_its_commit_from_being_pushed_is_to_be_deleted(
    registry: Registry, answers: Answers
) -> None:
    """Tags cannot be moved, so the one line has the command."""
    answers["/v2/r/manifests/t"] = (200, INDEXES[1], {})
    wanted = "aws ecr batch-delete-image --repository-name r --image-ids imageTag=t"
    with pytest.raises(RegistryError, match=wanted) as refused:
        registry.find("r", "t")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "kind", "problem"),
    [
        (401, "", "not logged in to .*REGISTRY_USERNAME"),
        (404, "", "is no registry: it answers 404"),
        (200, "text/html; charset=utf-8", "is no registry: a web page answers"),
    ],
)
def test_whoever_is_not_let_in_is_told_what_to_set(
    registry: Registry, answers: Answers, status: int, kind: str, problem: str
) -> None:
    """Before anything is built."""
    answers["/v2/"] = (status, kind, {})
    with pytest.raises(RegistryError, match=problem):
        registry.require_access()


def test_a_registry_that_is_not_there_is_one_line() -> None:
    """With its host and the kind of the error."""
    with pytest.raises(RegistryError, match=r"^127\.0\.0\.1:1 does not answer \(Conn"):
        Registry("127.0.0.1:1").require_access()


@pytest.mark.parametrize("host", ["[::1", "a" * 64 + ".example"])
def test_a_host_of_no_form_is_one_line(host: str) -> None:
    """For urllib and requests it is a ValueError."""
    with pytest.raises(RegistryError, match="does not answer"):
        Registry(host).require_access()


def test_a_name_of_any_letters_is_sent(registry: Registry, asked: Asked) -> None:
    """In UTF-8, as RFC 7617 has it."""
    Registry(registry.host, "にゃん", "пароль").require_access()
    [(_, login)] = asked
    assert base64.b64decode(login.removeprefix("Basic ")).decode() == "にゃん:пароль"
