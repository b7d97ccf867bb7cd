"""What the container is told: compose.yaml and the image beside README and the code."""

import re
from typing import Any

import pytest
import yaml

from infra.images.build import find_dockerfile
from infra.images.commit import ROOT
from infra.images.network import PROXIES
from infra.local import check
from infra.local.ports import DEFAULT_PORT

# The image says where these are, or the stack itself does.
WITHIN = {"DATA", "DATA_BUCKET", "SITE_BUCKET", "BROWSER_PATH", "PLOTLY_JS"}
# Here they say where the machine publishes the site.
OUTSIDE = {"LISTEN", "PORT"}
# A container that ends after an hour would be started again.
NOT_HERE = {"ONCE"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """Read both services, as compose merges them."""
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])


@pytest.fixture(scope="module")
def service(services: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Give the one that stays."""
    return services["counter"]


def test_every_setting_comes_from_the_users_environment(
    service: dict[str, Any],
) -> None:
    """What is not set stays unset, for some settings mean something when empty."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("\n## Settings\n")[1].split("\n## ")[0]
    settings = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    given = {name.partition("=")[0] for name in service["environment"]}
    assert given == {*settings - WITHIN - OUTSIDE - NOT_HERE, *PROXIES}
    with_value = [name for name in service["environment"] if "=" in name]
    assert with_value == [
        f"SITE_URL=${{SITE_URL:-http://127.0.0.1:${{PORT:-{DEFAULT_PORT}}}/}}"
    ]


def test_the_site_is_published_on_loopback_unless_told_otherwise(
    service: dict[str, Any],
) -> None:
    """Without a proxy in front nobody else should meet it."""
    assert service["ports"] == [
        f"${{LISTEN:-127.0.0.1}}:${{PORT:-{DEFAULT_PORT}}}:{DEFAULT_PORT}"
    ]
    text = find_dockerfile("standalone").read_text()
    assert f"EXPOSE {DEFAULT_PORT}\n" in text
    assert "LISTEN=0.0.0.0" in text


def test_settings_are_checked_before_what_is_started_again(
    services: dict[str, dict[str, Any]],
) -> None:
    """By the same image, with the same settings and data; a machine's start is enough.

    So a wrong setting ends `docker compose up`, and a crash or a reboot is gone over.
    """
    first, counter = services["settings"], services["counter"]
    assert counter["depends_on"] == {
        "settings": {"condition": "service_completed_successfully"}
    }
    assert counter["restart"] == "unless-stopped"
    assert "restart" not in first
    assert first["entrypoint"] == ["python", "-m", check.__name__]
    assert "entrypoint" not in counter
    for same in ("image", "environment", "volumes", "read_only", "cap_drop"):
        assert first[same] == counter[same]


def test_the_image_begins_as_the_renderers() -> None:
    """Else both would be built and kept twice up to the browser."""
    renderer, standalone = (
        find_dockerfile(image).read_text().split("ARG BASE_IMAGE")[1]
        for image in ("renderer", "standalone")
    )
    browser = "sh /steps/browser.sh /opt/browser\n"
    assert renderer.split(browser)[0] == standalone.split(browser)[0]
