"""What a network demands of a build: certificates, settings and proxies.

They are passed as build secrets and as arguments that every engine predefines, so
that none of them stays in a layer.
"""

from collections.abc import Mapping
from pathlib import Path

# Secret that docker/steps reads -> variables that may name its file; the first wins.
SECRETS = {
    "ca": ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    "pip": ("PIP_CONFIG_FILE",),
    "npm": ("NPM_CONFIG_USERCONFIG",),
    "apt": ("APT_CONFIG",),
    "sources": ("DEBIAN_SOURCES",),
}
# What the machine itself trusts, where no variable names another bundle.
SYSTEM_CA = "/etc/ssl/certs/ca-certificates.crt"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def find_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """Return secret -> its file, for those that this machine has a file for."""
    files = {}
    env = {SECRETS["ca"][-1]: SYSTEM_CA, **env}
    for secret, names in SECRETS.items():
        paths = [env[name] for name in names if env.get(name)]
        if paths and Path(paths[0]).is_file():
            files[secret] = paths[0]
    return files


def choose_network_options(env: Mapping[str, str]) -> list[str]:
    """Return a build's options for this network, the same for Docker and buildah.

    `PIP_CONFIG_FILE=/etc/pip.conf` becomes `--secret id=pip,src=/etc/pip.conf`.
    """
    options = []
    for secret, path in find_secrets(env).items():
        options += ["--secret", f"id={secret},src={path}"]
    for name in PROXIES:
        # Without a value the engine takes it from its own environment, and no
        # password in it shows in the list of processes.
        options += [
            f"--build-arg={spelling}"
            for spelling in (name, name.lower())
            if env.get(spelling)
        ]
    return options
