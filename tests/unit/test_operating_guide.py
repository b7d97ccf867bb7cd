"""`docs/operating.md` speaks of what there is, and of all of it."""

import re
from pathlib import Path

from infra.operate.cost import EXAMPLE, estimate_month, format_table
from tests.resolved import of_type, properties

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_every_alarm_has_its_entry_in_the_runbook() -> None:
    """And there is no entry for an alarm that does not exist."""
    runbook = GUIDE.split("## When an alarm rings\n")[1].split("\n## ")[0]
    entries = re.findall(r"^### ([a-z-]+)$", runbook, re.MULTILINE)
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    names = [alarm["AlarmName"].removeprefix("nyanpass-count-") for alarm in alarms]
    assert sorted(entries) == sorted(names)


def test_each_former_alarm_has_one_that_stands_for_it() -> None:
    """Sixteen less seven and one are the ten; those named as successors exist."""
    table = GUIDE.split("### Ten alarms for sixteen\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if "| `" in line]
    former = {name for row in rows for name in re.findall("`([a-z-]+)`", row[0])}
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    names = {alarm["AlarmName"].removeprefix("nyanpass-count-") for alarm in alarms}
    assert len(former) == 7
    assert not former & names
    assert len(names - {"failures-not-empty"}) + len(former) == 16
    for _, successors in rows:
        assert {*re.findall("`([a-z-]+)`", successors)} <= names
        assert "`failures-not-empty`" in successors


def test_every_command_in_the_guide_exists() -> None:
    """Each `make word` is a target."""
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", GUIDE, re.MULTILINE))
    assert named <= targets
    operator = {"deploy", "status", "logs", "replay", "redrive", "rebuild", "destroy"}
    assert operator | {"import"} <= named


def test_the_limits_in_the_runbook_are_the_alarms_thresholds() -> None:
    """In seconds."""
    for name in ("Collector", "Renderer"):
        limit_s = properties(f"{name}Slow")["Threshold"] // 1000
        timeout_s = properties(name)["Timeout"]
        assert f"more than {limit_s} s of {timeout_s}" in GUIDE


def test_the_table_of_costs_in_the_guide_is_what_the_command_prints() -> None:
    """`make cost` prints it; paste that."""
    table = "\n".join(format_table(estimate_month(EXAMPLE)))
    assert table in GUIDE, f"the guide's table of costs should be\n{table}"
    renderer = next(usage for usage in EXAMPLE if usage.name == "renderer")
    assert renderer.memory_mb == properties("Renderer")["MemorySize"]
    assert f"{renderer.billed_s:.0f} s and {renderer.memory_mb} MB" in GUIDE
