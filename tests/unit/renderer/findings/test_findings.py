"""All findings at once: each is made from the same readings, for the same zone."""

from datetime import date

from renderer.findings.findings import make_findings
from tests.unit.renderer.histories import TOKYO, at, history, settle


def test_all_findings_are_of_the_counter_and_the_zone_asked_for() -> None:
    """Two days and an hour in Tokyo, of which the second rose by 9 at its noon."""
    first = at("2026-01-05", TOKYO)
    steps = [1] * 49
    steps[24 + 12] = 9
    readings = history([sum(steps[:n]) for n in range(50)], first)
    found = make_findings(settle(readings), "nyanpass", TOKYO)
    assert found.summary["counter"] == "nyanpass"
    assert found.summary["time_zone"] == found.frames.zone.key == "Asia/Tokyo"
    assert found.summary["records"]["best_day"] == {
        "date": "2026-01-06",
        "increment": 23 + 9,
    }
    assert found.frames.kept.drop("corrected", "set_aside").equals(readings)
    assert found.changes.is_empty()
    assert found.busiest_hour == (1, 12, 9.0)
    assert found.week[1][12].value == 9.0
    assert found.best_day is not None
    assert (found.best_day.day, found.best_day.value) == (date(2026, 1, 6), 32)
    [year] = found.calendar
    assert found.best_day in year.halves[0].weeks[1]
    # Of both heatmaps: what is known of the hours, and the days that are complete.
    assert [step.level for step in found.week_steps] == [1, 6]
    assert [step.bound for step in found.calendar_steps] == [24, 24, 32]
