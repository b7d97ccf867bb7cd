"""What the container is told: compose.yaml and the image beside README and the code."""

import re
from typing import Any

import pytest
import yaml

from infra.images.build import dockerfile_of
from infra.images.commit import ROOT
from infra.images.network import PROXIES
from infra.local.settings import DEFAULT_PORT

# The image says where these are, or the stack itself does.
WITHIN = {"DATA", "DATA_BUCKET", "SITE_BUCKET", "BROWSER_PATH", "PLOTLY_JS"}
# Here they say where the machine publishes the site.
OUTSIDE = {"LISTEN", "PORT"}
# A container that ends after an hour would be started again.
NOT_HERE = {"ONCE"}


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    """Read the only service."""
    [found] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    return dict(found)


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
    text = dockerfile_of("standalone").read_text()
    assert f"EXPOSE {DEFAULT_PORT}\n" in text
    assert "LISTEN=0.0.0.0" in text


def test_the_image_begins_as_the_renderers() -> None:
    """Else both would be built and kept twice up to the browser."""
    renderer, standalone = (
        dockerfile_of(image).read_text().split("ARG BASE_IMAGE")[1]
        for image in ("renderer", "standalone")
    )
    browser = "sh /steps/browser.sh /opt/browser\n"
    assert renderer.split(browser)[0] == standalone.split(browser)[0]
