"""How long the functions take, by the emulator's reports."""

from pathlib import Path

from infra.local.state import LOG
from infra.operate.cost import Usage
from infra.operate.usage import measure_usages
from tests.unit.infra.operate.stacks import make_local_stack

REPORT = "{} REPORT RequestId: 1\tInit: 1 ms\tBilled Duration: {} ms\tMemory: 3008 MB\n"


def test_the_mean_of_a_function_s_reports_is_its_duration(tmp_path: Path) -> None:
    """With the template's memory: the emulator reports no other."""
    lines = [REPORT.format("collector", 100), "collector [INFO] said 5 ms\n"]
    lines += [REPORT.format("renderer", ms) for ms in (1000, 2000)]
    (tmp_path / LOG).write_text("".join(lines))
    assert measure_usages(make_local_stack(tmp_path)) == [
        Usage("collector", 256, 0.1),
        Usage("renderer", 2048, 1.5),
    ]


def test_nothing_is_measured_before_something_has_run(tmp_path: Path) -> None:
    """A function without a report is left out."""
    assert measure_usages(make_local_stack(tmp_path)) == []
