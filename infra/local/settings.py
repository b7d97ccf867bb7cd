"""The settings of `make run`: environment variables, all checked at the start."""

import errno
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import collector.errors
import collector.settings
import renderer.errors
import renderer.settings
from infra.environment import (
    is_on,
    read_number,
    read_whole,
    refuse_dry_run,
    refuse_source_as_link,
)
from infra.errors import SettingsError
from infra.local.demo.samples import Sample, choose_sample
from infra.local.ports import DEFAULT_PORT
from infra.local.state import find_data_folder

DATA_BUCKET, SITE_BUCKET = "data", "site"
DEMONSTRATION = "demonstration"
DEFAULT_LISTEN = "127.0.0.1"
BROADCAST = "255.255.255.255"
FASTEST_S = 3.0
SOMEWHERE = "http://127.0.0.1/"

# Where Chromium looks for fonts; passed on with the renderer's own settings.
FONTS = ("FONTCONFIG_FILE", "FONTCONFIG_PATH")


@dataclass(frozen=True)
class StackSettings:
    """The stack's settings. Addresses may hold a key, so the repr has none.

    sample: what the demonstration begins with, None where COUNT_URL is given.
    listen, port: where the site is served; 0 is any free port.
    fast_s: real seconds that an hour of the demonstration takes, None for 3,600.
    """

    counter: str
    sample: Sample | None
    folder: Path
    listen: str
    port: int
    once: bool
    fast_s: float | None
    collector_env: dict[str, str] = field(repr=False)
    renderer_env: dict[str, str] = field(repr=False)

    @property
    def time_zone(self) -> str:
        """The name of the zone of the site's days."""
        default = str(renderer.settings.VARIABLES["TIME_ZONE"].default)
        return self.renderer_env.get("TIME_ZONE") or default

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the site's days."""
        return ZoneInfo(self.time_zone)

    @property
    def is_private(self) -> bool:
        """Say whether only this machine reaches the site."""
        return ipaddress.ip_address(self.listen).is_loopback

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "StackSettings":
        """Read and check all settings; raises SettingsError."""
        refuse_dry_run(env)
        refuse_source_as_link(env)
        counter = DEMONSTRATION
        if env.get("COUNT_URL"):
            counter = env.get("COUNTER") or "nyanpass"
            if counter == DEMONSTRATION:
                raise SettingsError(
                    f"COUNTER={counter} is kept for the demonstration; "
                    "choose another name"
                )
            if env["COUNT_URL"].startswith("ssm:"):
                raise SettingsError("COUNT_URL=ssm:... is for AWS: give the address")
            for name in ("FAST", "SAMPLE"):
                if env.get(name):
                    raise SettingsError(
                        f"{name} is for the demonstration, without COUNT_URL"
                    )
        folder, sample = resolve_folder(env) / counter, None
        if counter == DEMONSTRATION:
            sample = choose_sample(folder, env.get("SAMPLE"))
        common = {"COUNTER": counter, "DATA_BUCKET": DATA_BUCKET}
        collector_env = {**_pick(env, collector.settings.VARIABLES), **common}
        renderer_env = {
            **(sample.choose_words(env) if sample else {}),
            **_pick(env, (*renderer.settings.VARIABLES, *FONTS)),
            **common,
            "SITE_BUCKET": SITE_BUCKET,
        }
        _check_functions(collector_env, renderer_env)
        return cls(
            counter=counter,
            sample=sample,
            folder=folder,
            listen=_read_listen(env),
            port=read_whole(env, "PORT", DEFAULT_PORT, 0, 65_535),
            once=is_on(env, "ONCE"),
            fast_s=read_number(env, "FAST", 0, FASTEST_S, 3600) or None,
            collector_env=collector_env,
            renderer_env=renderer_env,
        )


def _read_listen(env: Mapping[str, str]) -> str:
    text = env.get("LISTEN") or DEFAULT_LISTEN
    try:
        address = ipaddress.ip_address(text)
        # The kernel lets such be listened on, and nobody reaches what listens there.
        if address.is_multicast or text == BROADCAST or "%" in text:
            raise ValueError
        return str(address)
    except ValueError:
        raise SettingsError(
            f"LISTEN={text} is no IP address of a machine: 127.0.0.1 is this one "
            "alone, 0.0.0.0 every network of it"
        ) from None


def resolve_folder(env: Mapping[str, str]) -> Path:
    """Return the whole path of the folder of all data; raises SettingsError."""
    folder = find_data_folder(env)
    try:
        folder.stat()
    except OSError as error:
        # Whoever makes the folder tells of all others; from Python 3.13 on, resolving
        # one that leads to itself is no error.
        if error.errno == errno.ELOOP:
            raise SettingsError(f"DATA={folder} leads to itself") from None
    return folder.resolve()


def _pick(env: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return what is given of these; empty is not, unless it has a meaning."""
    may_be_empty = collector.settings.MAY_BE_EMPTY
    return {
        name: env[name]
        for name in names
        if env.get(name) or (name in env and name in may_be_empty)
    }


def _check_functions(
    collector_env: Mapping[str, str], renderer_env: Mapping[str, str]
) -> None:
    """Have both functions check their settings before anything is started."""
    # These two addresses are only known once something has a port.
    source = {"COUNT_URL": SOMEWHERE, **collector_env}
    site = {**renderer_env, "SITE_URL": renderer_env.get("SITE_URL") or SOMEWHERE}
    try:
        collector.settings.Settings.from_env(source)
        renderer.settings.Settings.from_env(site)
    except (collector.errors.SettingsError, renderer.errors.SettingsError) as error:
        raise SettingsError(str(error)) from error
