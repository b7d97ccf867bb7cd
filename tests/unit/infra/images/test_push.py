"""What is pushed, and what is not; a server on loopback stands for the registry."""

from typing import Any

import pytest

from infra.errors import RegistryError, SettingsError
from infra.images.build import FUNCTIONS
from infra.images.push import name_addresses, open_registry, push_images
from infra.images.registry import DOCKER, Registry
from tests.unit.infra.images.conftest import CONFIG, MANIFEST, Answers


def test_a_registry_that_refuses_is_told_before_anything_is_built(
    registry: Registry, answers: Answers
) -> None:
    """Opening it asks whether it lets us in, with the name and password given."""
    given = {"REGISTRY_USERNAME": "me", "REGISTRY_PASSWORD": "secret"}
    opened = open_registry({"REGISTRY": registry.host, **given}).registry
    assert (opened.username, opened.password) == ("me", "secret")
    assert "secret" not in repr(opened)
    answers["/v2/"] = (403, "", {})
    with pytest.raises(RegistryError, match="not logged in"):
        open_registry({"REGISTRY": registry.host})


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.org", "me:secret@example.org", "[::1", "a b", "/", "/path"),
        *("example.org:port", "example.org/Path", "example.org//", "a" * 64),
    ],
)
def test_an_address_of_no_registry_is_one_line_without_it(address: str) -> None:
    """Docker would take none of them; there may be a password in it."""
    with pytest.raises(SettingsError, match=r"^REGISTRY is not host\[:port\]\[/path\]"):
        open_registry({"REGISTRY": address})


class Engine:
    """Stands for Docker: writes down what it is told, and pushes into the answers."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.done: list[str] = []

    def build(self, dockerfile: Any, name: str) -> None:
        """Build nothing."""
        self.done.append(f"build {name}")

    def login(self, registry: str, username: str, password: str) -> None:
        """Log in nowhere."""
        self.done.append(f"login {username}")

    def list_packages(self, address: str) -> str:
        """Name one package."""
        return "libc6 2.41-12 amd64"

    def push(self, name: str, address: str) -> None:
        """Have the registry answer with the image from now on."""
        repository, _, tag = address.partition("/")[2].partition(":")[0:3]
        self.done.append(f"push {name}")
        self.answers[f"/v2/{repository}/manifests/{tag}"] = (200, DOCKER, MANIFEST)
        blob = f"/v2/{repository}/blobs/sha256:c"
        self.answers[blob] = (200, "application/json", CONFIG)


def test_only_what_the_registry_lacks_is_pushed(
    registry: Registry, answers: Answers
) -> None:
    """A tag that is there was built from the same commit; nothing is built then."""
    target = open_registry({"REGISTRY": f"{registry.host}/path/"})
    assert target.names == {name: f"path/{name}" for name in FUNCTIONS}
    engine = Engine(answers)
    first = push_images(engine, target, "abc")
    names = [f"localhost/nyanpass-{name}:abc" for name in FUNCTIONS]
    assert engine.done == [
        *(f"build {n}" for n in names),
        *(f"push {n}" for n in names),
    ]
    for name, address in name_addresses(target, first).items():
        assert address == f"{registry.host}/path/{name}@{first[name].digest}"
    again = Engine(answers)
    assert push_images(again, target, "abc") == first
    assert again.done == []
    del answers["/v2/path/renderer/manifests/abc"]
    assert push_images(again, target, "abc") == first
    assert again.done[-1] == f"push {names[1]}"
    assert f"push {names[0]}" not in again.done
