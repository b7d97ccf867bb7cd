"""The times of the page, each with the instant that a script can write otherwise."""

import pytest

from renderer.site.dates import Dates
from renderer.site.times import Times
from renderer.site.words import load_texts
from tests.unit.renderer.histories import TOKYO, at

DATES = Dates(load_texts("en"), TOKYO)
TIMES = Times(DATES)
NOW, LATER = "2026-11-24T03:00:00Z", "2026-11-25T03:30:00Z"


def test_a_time_has_its_instant_and_the_words_of_its_language() -> None:
    """Where it has a date, where it has none, and where there are two."""
    assert TIMES.moment(at("2026-11-24T03:00")) == (
        f'<time datetime="{NOW}">24 November 2026, 12:00</time>'
    )
    assert TIMES.clock(NOW) == f'<time datetime="{NOW}" data-clock>12:00</time>'
    assert TIMES.span(NOW, LATER) == (
        f'<time datetime="{NOW}" data-until="{LATER}">{DATES.span(NOW, LATER)}</time>'
    )
    assert TIMES.span(NOW, NOW) == TIMES.moment(NOW)


@pytest.mark.parametrize(
    ("latest", "until"),
    [(LATER, "2026-11-25T04:00:00Z"), (None, "2026-11-24T04:00:00Z")],
)
def test_an_estimate_by_the_hour_is_such_a_time(latest: str | None, until: str) -> None:
    """To the hours around it."""
    told = TIMES.estimate(NOW, NOW, latest)
    assert f'datetime="{NOW}" data-until="{until}"' in told
    assert DATES.estimate(NOW, NOW, latest) in told


@pytest.mark.parametrize("latest", ["2026-12-24T03:30:00Z", "2036-12-24T03:30:00Z"])
def test_days_and_months_are_those_of_the_zone(latest: str) -> None:
    """An estimate that is far off, a bucket that is no hour."""
    assert TIMES.estimate(NOW, NOW, latest) == DATES.estimate(NOW, NOW, latest)
    assert TIMES.bucket(at("2026-11-24T03:00"), "1d") == "24 November 2026"
    assert "<time" in TIMES.bucket(at("2026-11-24T03:00"), "1h")
