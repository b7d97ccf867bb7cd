"""Visit a site in an engine: look, point, press, and let time pass."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains
from selenium.webdriver.support.ui import WebDriverWait

from tests.engines.engines import Engine

TIMEOUT_S = 15
# Whatever goes wrong from now on; what did before is seen by what is missing.
LISTEN = """
window.complaints = [];
const note = ({ type, message, reason, violatedDirective }) =>
  complaints.push(`${type}: ${message ?? reason ?? violatedDirective}`);
for (const type of ["error", "unhandledrejection"]) addEventListener(type, note);
document.addEventListener("securitypolicyviolation", note);
"""


@dataclass
class Visit:
    """A visit to a site in an engine."""

    engine: Engine
    url: str

    @property
    def driver(self) -> Any:
        """Give what drives the engine."""
        return self.engine.driver

    def open(self, path: str) -> None:
        """Open a page, as somebody who has never been here."""
        self.driver.get(f"{self.url}data/LICENSE.txt")
        self.ask("localStorage.clear(); sessionStorage.clear()")
        self.load(path)

    def load(self, path: str) -> None:
        """Open a page, and listen to what goes wrong there."""
        self.driver.get(self.url + path)
        # The first page sends on whom it does not speak to.
        self.wait(lambda: self.ask("return document.readyState") == "complete")
        self.ask(LISTEN)

    def ask(self, script: str, *arguments: Any) -> Any:
        """Run a script on the page, and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        """Find the first element that is shown; the last found where none is."""
        found = self.driver.find_elements("css selector", selector)
        assert found, selector
        return next((each for each in found if each.is_displayed()), found[-1])

    def text(self, selector: str) -> str:
        """Return the text that is shown of an element; "" if there is none."""
        found = self.driver.find_elements("css selector", selector)
        return next((each.text for each in found if each.is_displayed()), "")

    def sees(self, selector: str) -> bool:
        """Tell whether there is such an element."""
        return bool(self.driver.find_elements("css selector", selector))

    def bring(self, selector: str) -> Any:
        """Scroll an element to the middle of the window."""
        element = self.find(selector)
        self.ask("arguments[0].scrollIntoView({block: 'center'})", element)
        return element

    def click(self, selector: str) -> None:
        """Click on an element as a mouse does."""
        self.bring(selector).click()

    def point(self, selector: str, share: float = 0.5) -> None:
        """Move the mouse to a part of the width of an element."""
        element = self.bring(selector)
        width = element.size["width"]
        x = round(width * (share - 0.5))
        actions = ActionChains(self.driver, duration=50)
        actions.move_to_element_with_offset(element, x, 5)
        actions.move_to_element_with_offset(element, x, 0).perform()

    def focus(self, selector: str) -> None:
        """Put the focus on an element as the Tab key would."""
        self.ask("arguments[0].focus()", self.bring(selector))

    def press(self, *keys: str, held: str = "") -> None:
        """Press keys, one after the other, wherever the focus is."""
        actions = ActionChains(self.driver, duration=50)
        if held:
            actions.key_down(held).send_keys(*keys).key_up(held).perform()
        else:
            actions.send_keys(*keys).perform()

    def wait(self, ready: Callable[[], Any]) -> Any:
        """Wait until something is so; return what it gives."""

        def look(_: Any) -> Any:
            try:
                return ready()
            except WebDriverException:
                # The page is being replaced, or a part of it.
                return False

        return WebDriverWait(self.driver, TIMEOUT_S, 0.05).until(look)

    def wait_for(self, look: Callable[[], Any], wanted: Any) -> None:
        """Wait until this is what is seen."""
        self.wait(lambda: look() == wanted)

    def wait_for_text(self, selector: str, part: str) -> None:
        """Wait until what is shown of an element has this in it."""
        self.wait(lambda: part in self.text(selector))

    def wait_for_other_text(self, selector: str, before: str) -> None:
        """Wait until what is shown of an element has become another text."""
        self.wait(lambda: self.text(selector) not in ("", before))

    def set_clock(self, now: datetime) -> None:
        """Have the page's clock stand at an instant, and come back to the page."""
        self.ask(
            "const now = arguments[0]; window.Date.now = () => now;"
            "document.dispatchEvent(new Event('visibilitychange'))",
            round(now.timestamp() * 1000),
        )

    def check_quiet(self) -> None:
        """Nothing has gone wrong."""
        assert self.ask("return window.complaints") == []
        assert self.engine.complaints() == []
