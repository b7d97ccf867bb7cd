"""Notes among the findings: numbered from the first on, the newest shown."""

from renderer.findings.findings import make_findings
from renderer.findings.notes import SHOWN, number_notes
from renderer.readings.notes import Note
from tests.unit.renderer.histories import FIRST, HOUR, TOKYO, history, settle

NOTES = [
    Note(FIRST + n * HOUR, {"en": f"No. {n}"}, None, FIRST + 999 * HOUR)
    for n in range(130)
]


def test_the_newest_are_shown_under_the_numbers_that_they_always_had() -> None:
    """Which change only where an older moment gets a note, or loses it."""
    assert number_notes(NOTES[:2]) == [(1, NOTES[0]), (2, NOTES[1])]
    shown = number_notes(NOTES)
    assert (len(shown), shown[0], shown[-1]) == (
        SHOWN,
        (31, NOTES[30]),
        (130, NOTES[-1]),
    )


def test_the_summary_counts_all_and_lists_twenty() -> None:
    """The newest last; texts by language, times as text."""
    settled = settle(history([5, 6]), notes=NOTES)
    found = make_findings(settled, "nyanpass", TOKYO).summary["notes"]
    assert (found["number"], len(found["newest"])) == (130, 20)
    assert found["newest"][-1] == {
        "number": 130,
        "at": "2026-01-06T09:00:00Z",
        "texts": {"en": "No. 129"},
        "url": None,
        "made_at": "2026-02-11T15:00:00Z",
    }
    none = make_findings(settle(history([5, 6])), "nyanpass", TOKYO).summary["notes"]
    assert none == {"number": 0, "newest": []}
