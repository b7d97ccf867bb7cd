"""What a network demands of a build."""

from pathlib import Path

import pytest

from infra.images.network import choose_network_options


def test_what_a_network_demands_is_a_secret_or_a_name(tmp_path: Path) -> None:
    """Files become secrets, and of a proxy only the variable's name is written."""
    bundle, absent = tmp_path / "ca.crt", tmp_path / "absent"
    bundle.write_text("certificates")
    env = {
        "SSL_CERT_FILE": str(bundle),
        "PIP_CONFIG_FILE": str(absent),
        "HTTPS_PROXY": "http://name:password@proxy.example:3128",
        "http_proxy": "http://proxy.example:3128",
    }
    options = choose_network_options(env)
    assert options == [
        *("--secret", f"id=ca,src={bundle}"),
        *("--build-arg=http_proxy", "--build-arg=HTTPS_PROXY"),
    ]


def test_a_build_trusts_what_the_machine_trusts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where no variable names certificates, and the machine has some."""
    bundle = tmp_path / "ca.crt"
    monkeypatch.setattr("infra.images.network.SYSTEM_CA", str(bundle))
    assert choose_network_options({}) == []
    bundle.write_text("certificates")
    assert choose_network_options({}) == ["--secret", f"id=ca,src={bundle}"]
