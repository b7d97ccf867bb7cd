"""What is left of the page without scripts, in the engines of other makers."""

from renderer.figures.ranges import DEFAULT_RANGE
from tests.e2e.visiting import TABS, Site
from tests.engines.engines import Engine
from tests.engines.visiting import Visit

SCRIPTS = False


def test_without_scripts_everything_can_be_read(engine: Engine, ordinary: Site) -> None:
    """Nothing that needs a script is shown; tabs and tables are opened all the same."""
    visit = Visit(engine, ordinary.url)
    # Without scripts WebKit's driver does not scroll either.
    visit.driver.set_window_size(1280, 2900)
    visit.driver.get(f"{visit.url}en.html")
    assert visit.text(".count data") == f"{ordinary.readings[-1].count:,}"
    needy = visit.driver.find_elements("css selector", "button, .freshness, .cursor")
    assert needy
    assert not [each for each in needy if each.is_displayed()]

    def shown() -> list[str]:
        found = visit.driver.find_elements("css selector", ".range")
        return [e.get_attribute("data-range") for e in found if e.is_displayed()]

    for name in (DEFAULT_RANGE, *TABS):
        visit.find(f".tabs a[href='#{name}']").click()
        visit.wait_for(shown, [name])
    table = f".range[data-range='{TABS[-1]}'] details.table"
    visit.find(f"{table} summary").click()
    visit.wait(lambda: visit.text(f"{table} tbody tr"))
