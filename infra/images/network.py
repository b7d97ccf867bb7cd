"""What the network demands of a build: certificates, settings and proxies.

They travel as build secrets and as the arguments that every engine predefines, so
nothing of them stays in a layer.
"""

from collections.abc import Mapping
from pathlib import Path

# Secret of docker/steps -> variables that may name its file, the first one wins.
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
    """Return the file of each secret that this machine has one for."""
    files = {}
    env = {SECRETS["ca"][-1]: SYSTEM_CA, **env}
    for secret, names in SECRETS.items():
        paths = [env[name] for name in names if env.get(name)]
        if paths and Path(paths[0]).is_file():
            files[secret] = paths[0]
    return files


def choose_network_options(env: Mapping[str, str]) -> list[str]:
    """Return the options of a build, the same for Docker and buildah."""
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
